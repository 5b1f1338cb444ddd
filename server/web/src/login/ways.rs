//! The choice of how to log in, and logging out.

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use crate::Web;
use crate::error_page::PageError;
use crate::frame::{self, Frame};
use crate::session::{LoggedIn, NewCookie, Opened, Visitor};

/// The page that says so; providers know it as where to send people after logging out.
const LOGGED_OUT: &str = "/uitgelogd";

/// What may stand in the address of the choice.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Choice {
    /// The page to go to afterwards.
    naar: String,
}

#[derive(Template)]
#[template(path = "login.html")]
struct ChoicePage {
    frame: Frame,
    ways: Vec<Way>,
    wanted: String,
    logged_out: bool,
}

/// One way to log in.
struct Way {
    action: String,
    label: String,
    about: Option<String>,
}

/// `GET /inloggen`
pub(crate) async fn choose(
    State(web): State<Web>,
    Extension(opened): Extension<Opened>,
    Query(choice): Query<Choice>,
) -> Result<Response, PageError> {
    show(&web, opened, &choice, false)
}

/// `GET /uitgelogd`
pub(crate) async fn choose_again(State(web): State<Web>, Extension(opened): Extension<Opened>) -> Result<Response, PageError> {
    show(&web, opened, &Choice::default(), true)
}

fn show(web: &Web, opened: Opened, choice: &Choice, logged_out: bool) -> Result<Response, PageError> {
    if opened.0.as_ref().is_some_and(|session| session.login().is_some()) {
        return Ok(Redirect::to(page_of_ours(&choice.naar)).into_response());
    }
    // The session of who has not logged in yet is there for the token of the form, and for the way back from a provider.
    let (session, cookie) = match opened.0 {
        Some(session) => (session, None),
        None => {
            let (session, cookie) = web.0.sessions.begin(None);
            (session, Some(NewCookie(Some(cookie))))
        }
    };
    let mut response = frame::show(&ChoicePage {
        frame: Frame {
            csrf: session.csrf().to_owned(),
            ..web.bare_frame("Inloggen")
        },
        ways: ways(web),
        wanted: page_of_ours(&choice.naar).to_owned(),
        logged_out,
    })?;
    if let Some(cookie) = cookie {
        response.extensions_mut().insert(cookie);
    }
    Ok(response)
}

fn ways(web: &Web) -> Vec<Way> {
    let demo = web.0.login.demo.iter().map(|user| Way {
        action: format!("/inloggen/demo/{}", user.id),
        label: user.name.clone(),
        about: Some(user.about.clone()),
    });
    let providers = web.0.login.providers.iter().map(|provider| Way {
        action: format!("/inloggen/{}", provider.id()),
        label: format!("Inloggen met {}", provider.settings().name),
        about: None,
    });
    providers.chain(demo).collect()
}

/// Begins the session of somebody who has logged in, and ends the one before: its cookie was known before the login.
pub(super) fn come_in(web: &Web, opened: &Opened, login: LoggedIn, wanted: &str) -> Response {
    if let Some(before) = &opened.0 {
        web.0.sessions.end(before);
    }
    let organisation = login.person.organisation.clone();
    let provider = login.provider.as_ref().map(|at| at.provider.clone());
    let (session, cookie) = web.0.sessions.begin(Some(login));
    tracing::info!(
        session = session.handle(),
        organisation.id = organisation.as_str(),
        provider,
        "somebody of `{organisation}` logged in"
    );
    metrics::counter!("mwr_web_logins_total", "outcome" => "done").increment(1);
    let mut response = Redirect::to(page_of_ours(wanted)).into_response();
    response.extensions_mut().insert(NewCookie(Some(cookie)));
    response
}

/// `POST /uitloggen`: here at once, and then at the provider, if it has a place for that.
pub(crate) async fn end(State(web): State<Web>, visitor: Visitor) -> Response {
    web.0.sessions.end(visitor.session());
    tracing::info!(session = visitor.handle(), "session `{}` logged out", visitor.handle());
    let there = visitor.at_provider().and_then(|at| {
        let provider = web.0.login.provider(&at.provider)?;
        provider.log_out_at(&at.id_token, &format!("{}{LOGGED_OUT}", web.origin()))
    });
    let mut response = Redirect::to(there.as_deref().unwrap_or(LOGGED_OUT)).into_response();
    response.extensions_mut().insert(NewCookie(None));
    response
}

/// `wanted` if it is the path of a page here, else the first page: nobody is sent elsewhere by a link to the login.
pub(super) fn page_of_ours(wanted: &str) -> &str {
    let is_path = wanted.starts_with('/') && !wanted.starts_with("//") && !wanted.contains(['\\', '?', '#']);
    let is_plain = wanted.bytes().all(|b| b.is_ascii_graphic()) && wanted.parse::<Uri>().is_ok();
    if is_path && is_plain && !wanted.starts_with("/inloggen") {
        wanted
    } else {
        "/"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_login_one_comes_to_a_page_of_ours() {
        for good in ["/", "/functionarissen/zb000211/a", "/beheer"] {
            assert_eq!(page_of_ours(good), good);
        }
        for bad in [
            "",
            "//elders.example",
            "/\\elders.example",
            "https://elders.example",
            "/a?b=c",
            "/a b",
            "/inloggen",
        ] {
            assert_eq!(page_of_ours(bad), "/", "{bad}");
        }
    }
}
