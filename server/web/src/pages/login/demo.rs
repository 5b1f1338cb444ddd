//! `POST /inloggen/demo/{user}`: logs in as one of the invented people of a demo.

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use server_core::error::Reason;
use server_core::identity::Person;

use super::start::start_session;
use crate::error::PageError;
use crate::fields::Fields;
use crate::session::{AccountDigest, CurrentSession, LoggedIn};
use crate::state::Web;

/// `POST /inloggen/demo/{user}`
pub(crate) async fn as_demo_user(
    State(web): State<Web>,
    Path(id): Path<String>,
    Extension(current): Extension<CurrentSession>,
    fields: Fields,
) -> Result<Response, PageError> {
    let user = web.login().demo_users().iter().find(|user| user.id == id);
    let user = user.ok_or_else(|| PageError::of(Reason::PageNotFound))?;
    let login = LoggedIn {
        name: user.name.clone(),
        account: AccountDigest::of("demo", &user.id),
        person: Person {
            node: web.node().clone(),
            organisation: user.organisation.clone(),
            roles: user.roles.clone(),
        },
        provider: None,
    };
    Ok(start_session(&web, &current, login, fields.get("naar")))
}
