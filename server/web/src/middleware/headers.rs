//! Security headers: what a browser may do with a page.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};

use crate::login::Login;

/// HTTPS only, for a year.
const ONLY_HTTPS: &str = "max-age=31536000";

/// Adds the security headers to a response of the route `page`.
pub(super) fn put_headers(login: &Login, page: &str, headers: &mut HeaderMap) {
    let mut put = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    put(X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(X_FRAME_OPTIONS, "DENY");
    put(REFERRER_POLICY, "no-referrer");
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put(
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    );
    // A demo runs on localhost, where the user may have other pages without HTTPS.
    if !login.is_demo() {
        put(STRICT_TRANSPORT_SECURITY, ONLY_HTTPS);
    }
    if !page.starts_with("/static/") || !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(CONTENT_SECURITY_POLICY, policy(&login.origins()));
}

/// The Content-Security-Policy: only our own files. A form may be sent to us and redirected to the origins of `providers`.
fn policy(providers: &[String]) -> HeaderValue {
    let forms: String = providers.iter().map(|origin| format!(" {origin}")).collect();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
         form-action 'self'{forms}; frame-ancestors 'none'; base-uri 'none'"
    );
    // The origins come from parsed URLs, so the value has only visible ASCII.
    HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_forbids_inline_code_and_names_the_providers() {
        let policy = policy(&["https://login.example".to_owned()]);
        let text = policy.to_str().unwrap();
        assert!(text.contains("form-action 'self' https://login.example;"), "{text}");
        assert!(!text.contains("unsafe"), "{text}");
    }
}
