//! The session of a request: looked up by its cookie, and the token of a posted form compared with it.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use http_body_util::{BodyExt as _, Limited};
use register::grant::Role;
use server_core::error::{Error, Reason};

use crate::error::PageError;
use crate::fields::Fields;
use crate::session::{self, CookieChange, CurrentSession, Session, Visitor};
use crate::state::Web;

/// Maximum size of a posted form, in bytes.
const MAX_FORM_BYTES: usize = 256 << 10;

/// Looks up the session of a request. Refuses a POST whose form does not carry the session's token.
pub(crate) async fn open_session(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let session = session::read(request.headers()).and_then(|value| web.sessions().get(value));
    let visitor = session.as_ref().and_then(Visitor::of);
    let answered = async {
        if let Some(session) = &session {
            web.limits().admit_session(session.handle(), web.clock().now())?;
        }
        if *request.method() == Method::POST {
            request = with_checked_form(session.as_deref(), request).await?;
        } else if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(PageError::of(Reason::PageNotFound));
        }
        request.extensions_mut().insert(CurrentSession(session.clone()));
        if let Some(visitor) = &visitor {
            request.extensions_mut().insert(visitor.clone());
        }
        Ok(next.run(request).await)
    };
    let mut response = answered.await.unwrap_or_else(PageError::into_response);
    if let Some(visitor) = visitor {
        response.extensions_mut().insert(visitor);
    }
    match response.extensions_mut().remove::<CookieChange>() {
        Some(CookieChange::Set(value)) => session::put(response.headers_mut(), &value),
        Some(CookieChange::Remove) => session::remove(response.headers_mut()),
        None => {}
    }
    response
}

/// Sends a visitor without a login to the login page, and afterwards back to the page that they requested.
pub(crate) async fn require_login(request: Request, next: Next) -> Response {
    if request.extensions().get::<Visitor>().is_some() {
        return next.run(request).await;
    }
    let is_navigation = *request.method() == Method::GET && header_is(request.headers(), "sec-fetch-mode", &["navigate", ""]);
    if !is_navigation {
        return PageError::of(Reason::LoginRequired).into_response();
    }
    let requested = request.uri().path();
    if requested == "/" {
        return Redirect::to("/inloggen").into_response();
    }
    let requested: String = form_urlencoded::byte_serialize(requested.as_bytes()).collect();
    Redirect::to(&format!("/inloggen?naar={requested}")).into_response()
}

/// Requires `role` to open a page. The use case still authorises the action.
pub(crate) async fn require_role(State(role): State<Role>, request: Request, next: Next) -> Response {
    match request.extensions().get::<Visitor>() {
        Some(visitor) if visitor.may(role) => next.run(request).await,
        Some(_) => PageError::of(Reason::RoleMissing).into_response(),
        None => PageError::of(Reason::LoginRequired).into_response(),
    }
}

/// Reads the form of a POST into the request's extensions. Fails if the form is not one of the session's own.
async fn with_checked_form(session: Option<&Session>, request: Request) -> Result<Request, PageError> {
    // Without a session, no form can be valid: usually the session has just ended.
    let session = session.ok_or_else(|| PageError::of(Reason::LoginRequired))?;
    if !is_same_origin_form(request.headers()) {
        return Err(PageError::of(Reason::FormNotAccepted));
    }
    let (mut parts, body) = request.into_parts();
    let body = Limited::new(body, MAX_FORM_BYTES).collect().await;
    let body = body.map_err(|_| Error::new(Reason::MessageTooLarge, "the form is larger than the page accepts"))?;
    let fields = Fields::read(&body.to_bytes());
    if !session.is_own(fields.get("csrf")) {
        return Err(PageError::of(Reason::FormNotAccepted));
    }
    parts.extensions.insert(fields);
    Ok(Request::from_parts(parts, Body::empty()))
}

/// Whether the browser's headers allow that one of our pages posted this. The token decides; this refuses early.
fn is_same_origin_form(headers: &HeaderMap) -> bool {
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    is_form && header_is(headers, "sec-fetch-site", &["same-origin", "none", ""])
}

/// Whether a header has one of the `expected` values. The empty string means that the browser did not send it.
fn header_is(headers: &HeaderMap, name: &str, expected: &[&str]) -> bool {
    let value = headers.get(name).map_or("", |value| value.to_str().unwrap_or("?"));
    expected.contains(&value)
}
