//! Starts the session of a visitor who has just logged in.

use axum::http::Uri;
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::session::{CookieChange, CurrentSession, LoggedIn};
use crate::state::Web;

/// Starts a session for `login` and leads to the page `return_to`. Ends the session before it, because its cookie was known
/// before the login (session fixation).
pub(super) fn start_session(web: &Web, current: &CurrentSession, login: LoggedIn, return_to: &str) -> Response {
    if let Some(before) = &current.0 {
        web.sessions().end(before);
    }
    let organisation = login.person.organisation.clone();
    let provider = login.provider.as_ref().map(|session| session.provider.clone());
    let network = current.0.as_ref().and_then(|before| before.network());
    let (session, cookie) = web.sessions().begin(Some(login), network);
    tracing::info!(
        session = session.handle(),
        organisation.id = organisation.as_str(),
        provider,
        "somebody of `{organisation}` logged in"
    );
    metrics::counter!("mwr_web_logins_total", "outcome" => "done").increment(1);
    let mut response = Redirect::to(local_path(return_to)).into_response();
    response.extensions_mut().insert(CookieChange::Set(cookie));
    response
}

/// Returns `path` if it is the path of a page here, else the first page: a link to the login must not lead to another site.
pub(super) fn local_path(path: &str) -> &str {
    let is_path = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '?', '#']);
    let is_plain = path.bytes().all(|b| b.is_ascii_graphic()) && path.parse::<Uri>().is_ok();
    if is_path && is_plain && !path.starts_with("/inloggen") {
        path
    } else {
        "/"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_to_a_local_path_only() {
        for good in ["/", "/functionarissen/zb000211/a", "/beheer"] {
            assert_eq!(local_path(good), good);
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
            assert_eq!(local_path(bad), "/", "{bad}");
        }
    }
}
