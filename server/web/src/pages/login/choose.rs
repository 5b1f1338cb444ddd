//! The login page, and logging out.

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use server_core::accept::network_of;

use super::start::local_path;
use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::serve::RemoteAddress;
use crate::session::{CookieChange, CurrentSession, Visitor};
use crate::state::Web;

/// The page after logging out. It is registered at the providers (`post_logout_redirect_uri`).
const LOGGED_OUT: &str = "/uitgelogd";

/// The query of the login page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LoginQuery {
    /// The page to open after the login.
    naar: String,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    frame: Frame,
    options: Vec<LoginOption>,
    return_to: String,
    logged_out: bool,
}

/// A way to log in, as a button.
struct LoginOption {
    action: String,
    label: String,
    about: Option<String>,
}

/// `GET /inloggen`
pub(crate) async fn choose(
    State(web): State<Web>,
    Extension(current): Extension<CurrentSession>,
    remote: Option<Extension<RemoteAddress>>,
    Query(query): Query<LoginQuery>,
) -> Result<Response, PageError> {
    show(&web, current, remote, &query, false)
}

/// `GET /uitgelogd`
pub(crate) async fn logged_out(
    State(web): State<Web>,
    Extension(current): Extension<CurrentSession>,
    remote: Option<Extension<RemoteAddress>>,
) -> Result<Response, PageError> {
    show(&web, current, remote, &LoginQuery::default(), true)
}

fn show(
    web: &Web,
    current: CurrentSession,
    remote: Option<Extension<RemoteAddress>>,
    query: &LoginQuery,
    logged_out: bool,
) -> Result<Response, PageError> {
    if current.0.as_ref().is_some_and(|session| session.login().is_some()) {
        return Ok(Redirect::to(local_path(&query.naar)).into_response());
    }
    // A visitor who has not logged in yet needs a session for the token of the form and for the state of the login flow.
    let (session, cookie) = match current.0 {
        Some(session) => (session, None),
        None => {
            let network = remote.map(|Extension(remote)| network_of(remote.0.ip()));
            let (session, cookie) = web.sessions().begin(None, network);
            (session, Some(CookieChange::Set(cookie)))
        }
    };
    let mut response = frame::show(&LoginPage {
        frame: Frame {
            csrf: session.csrf().to_owned(),
            ..web.bare_frame("Inloggen")
        },
        options: options(web),
        return_to: local_path(&query.naar).to_owned(),
        logged_out,
    })?;
    if let Some(cookie) = cookie {
        response.extensions_mut().insert(cookie);
    }
    Ok(response)
}

fn options(web: &Web) -> Vec<LoginOption> {
    let demo = web.login().demo_users().iter().map(|user| LoginOption {
        action: format!("/inloggen/demo/{}", user.id),
        label: user.name.clone(),
        about: Some(user.about.clone()),
    });
    let providers = web.login().providers().iter().map(|provider| LoginOption {
        action: format!("/inloggen/{}", provider.id()),
        label: format!("Inloggen met {}", provider.settings().name),
        about: None,
    });
    providers.chain(demo).collect()
}

/// `POST /uitloggen`: ends the session here, and then at the provider if it has a logout endpoint.
pub(crate) async fn log_out(State(web): State<Web>, visitor: Visitor) -> Response {
    web.sessions().end(visitor.session());
    tracing::info!(session = visitor.handle(), "session `{}` logged out", visitor.handle());
    let at_provider = visitor.provider_session().and_then(|session| {
        let provider = web.login().provider(&session.provider)?;
        provider.logout_url(session.id_token.as_deref(), &format!("{}{LOGGED_OUT}", web.origin()))
    });
    let mut response = Redirect::to(at_provider.as_deref().unwrap_or(LOGGED_OUT)).into_response();
    response.extensions_mut().insert(CookieChange::Remove);
    response
}
