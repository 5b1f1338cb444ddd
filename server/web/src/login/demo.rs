//! The invented people of a demo: chosen from a list, without a password. Only [`demo`] has them, on loopback.

use axum::extract::{Path, State};
use axum::response::Response;
use register::grant::Role;
use register::identifier::OrganisationId;
use server_core::error::Reason;
use server_core::identity::Person;

use super::ways;
use crate::Web;
use crate::error_page::PageError;
use crate::fields::Fields;
use crate::session::{Account, LoggedIn};

/// Somebody invented.
#[derive(Clone, Debug)]
pub struct DemoUser {
    /// The word in the address.
    pub id: String,
    /// What to call them.
    pub name: String,
    /// What they do, in words for the button.
    pub about: String,
    /// For whom.
    pub organisation: OrganisationId,
    /// In what.
    pub roles: Vec<Role>,
}

/// `POST /inloggen/demo/{user}`
pub(crate) async fn as_demo_user(
    State(web): State<Web>,
    Path(id): Path<String>,
    opened: axum::Extension<crate::session::Opened>,
    fields: Fields,
) -> Result<Response, PageError> {
    let user = web.0.login.demo.iter().find(|user| user.id == id);
    let user = user.ok_or_else(|| PageError::of(Reason::PageNotFound))?;
    let login = LoggedIn {
        name: user.name.clone(),
        account: Account::of("demo", &user.id),
        person: Person {
            node: web.0.node.clone(),
            organisation: user.organisation.clone(),
            roles: user.roles.clone(),
        },
        provider: None,
    };
    Ok(ways::come_in(&web, &opened, login, fields.get("naar")))
}
