//! What a request to a page passes before its handler: the session of its cookie, and for forms the token.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use http_body_util::{BodyExt as _, Limited};
use register::grant::Role;
use server_core::error::{Error, Reason};

use super::Visitor;
use super::cookie;
use super::store::Session;
use crate::Web;
use crate::error_page::PageError;
use crate::fields::Fields;

/// What a form may hold.
const FORM_BYTES: usize = 256 << 10;

/// The session that a request belongs to, and where its cookie is said anew.
#[derive(Clone)]
pub(crate) struct Opened(pub(crate) Option<std::sync::Arc<Session>>);

/// Tells the browser another session with the answer: `None` ends it.
#[derive(Clone)]
pub(crate) struct NewCookie(pub(crate) Option<String>);

/// Looks the session up; a form without its token is refused.
pub(crate) async fn open(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let session = cookie::read(request.headers()).and_then(|value| web.0.sessions.get(value));
    let visitor = session.as_ref().and_then(Visitor::of);
    let answered = async {
        if let Some(session) = &session {
            web.0.limits.admit_session(session.handle(), web.clock().now())?;
        }
        if *request.method() == Method::POST {
            request = with_own_form(session.as_deref(), request).await?;
        } else if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(PageError::of(Reason::PageNotFound));
        }
        request.extensions_mut().insert(Opened(session.clone()));
        if let Some(visitor) = &visitor {
            request.extensions_mut().insert(visitor.clone());
        }
        Ok(next.run(request).await)
    };
    let mut response = answered.await.unwrap_or_else(PageError::into_response);
    if let Some(visitor) = visitor {
        response.extensions_mut().insert(visitor);
    }
    match response.extensions_mut().remove::<NewCookie>() {
        Some(NewCookie(Some(value))) => cookie::put(response.headers_mut(), &value),
        Some(NewCookie(None)) => cookie::remove(response.headers_mut()),
        None => {}
    }
    response
}

/// Sends who has not logged in to where they can, and afterwards back to the page that they wanted.
pub(crate) async fn require_login(request: Request, next: Next) -> Response {
    if request.extensions().get::<Visitor>().is_some() {
        return next.run(request).await;
    }
    let wants_page = *request.method() == Method::GET && header_is(request.headers(), "sec-fetch-mode", &["navigate", ""]);
    if !wants_page {
        return PageError::of(Reason::LoginRequired).into_response();
    }
    let wanted = request.uri().path();
    if wanted == "/" {
        return Redirect::to("/inloggen").into_response();
    }
    let wanted: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
    Redirect::to(&format!("/inloggen?naar={wanted}")).into_response()
}

/// Shows a page only to who has `role`. What it does, the use cases allow or refuse all the same.
pub(crate) async fn require_role(State(role): State<Role>, request: Request, next: Next) -> Response {
    match request.extensions().get::<Visitor>() {
        Some(visitor) if visitor.may(role) => next.run(request).await,
        Some(_) => PageError::of(Reason::RoleMissing).into_response(),
        None => PageError::of(Reason::LoginRequired).into_response(),
    }
}

/// The request with the fields of its form, which must be one of the session's.
async fn with_own_form(session: Option<&Session>, request: Request) -> Result<Request, PageError> {
    // Without a session there is none that the form could be of: most often it has ended.
    let session = session.ok_or_else(|| PageError::of(Reason::LoginRequired))?;
    if !comes_from_us(request.headers()) {
        return Err(PageError::of(Reason::FormNotAccepted));
    }
    let (mut parts, body) = request.into_parts();
    let body = Limited::new(body, FORM_BYTES).collect().await;
    let body = body.map_err(|_| Error::new(Reason::MessageTooLarge, "the form is larger than the page takes"))?;
    let fields = Fields::read(&body.to_bytes());
    if !session.is_own(fields.get("csrf")) {
        return Err(PageError::of(Reason::FormNotAccepted));
    }
    parts.extensions.insert(fields);
    Ok(Request::from_parts(parts, Body::empty()))
}

/// What the browser says of where a form came from. The token decides; this refuses what plainly is not ours.
fn comes_from_us(headers: &HeaderMap) -> bool {
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    is_form && header_is(headers, "sec-fetch-site", &["same-origin", "none", ""])
}

/// Whether a header is one of `expected`; the empty word stands for a browser that does not send it.
fn header_is(headers: &HeaderMap, name: &str, expected: &[&str]) -> bool {
    let value = headers.get(name).map_or("", |value| value.to_str().unwrap_or("?"));
    expected.contains(&value)
}
