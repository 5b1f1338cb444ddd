//! Limits and headers: what a stranger may ask, and what a browser may do with a page.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use server_core::config;
use server_core::error::{Error, Reason};
use server_core::rate::RateLimit;

use super::Web;

/// A year.
const ONLY_HTTPS: &str = "max-age=31536000";

/// How often a session and an address may ask.
pub(super) struct Limits {
    sessions: RateLimit<String>,
    addresses: RateLimit<IpAddr>,
}

impl Limits {
    pub(super) fn new(settings: &config::WebSettings) -> Self {
        let limit = |per_second: u32| (per_second, per_second.saturating_mul(settings.burst));
        let (sessions, at_once) = limit(settings.requests_per_session);
        let (addresses, at_once_by_address) = limit(settings.requests_per_address);
        Self {
            sessions: RateLimit::new(sessions, at_once),
            addresses: RateLimit::new(addresses, at_once_by_address),
        }
    }

    /// Admits a request of an address. Whoever has one IPv6 address has the network that it is in.
    pub(super) fn admit_address(&self, address: IpAddr, now: Timestamp) -> Result<(), Error> {
        let key = match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) & !u128::from(u64::MAX))),
            v4 => v4,
        };
        self.addresses.admit(&key, now).map_err(too_often)
    }

    /// Admits a request of a session, by its handle.
    pub(super) fn admit_session(&self, handle: &str, now: Timestamp) -> Result<(), Error> {
        self.sessions.admit(&handle.to_owned(), now).map_err(too_often)
    }

    /// Puts the headers on an answer of `page`.
    pub(super) fn put_headers(&self, web: &Web, page: &str, headers: &mut HeaderMap) {
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
        // A demo is on localhost, where other pages of its user may have no HTTPS.
        if !web.0.login.is_demo() {
            put(STRICT_TRANSPORT_SECURITY, ONLY_HTTPS);
        }
        if !page.starts_with("/static/") || !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        headers.insert(CONTENT_SECURITY_POLICY, policy(&web.0.login.origins()));
    }
}

fn too_often(wait: std::time::Duration) -> Error {
    Error::new(Reason::RateLimited, "more requests than the page takes").retry_after(wait)
}

/// Nothing but our own files; a form may be sent to us, and from us on to the identity providers.
fn policy(providers: &[String]) -> HeaderValue {
    let forms: String = providers.iter().map(|origin| format!(" {origin}")).collect();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
         form-action 'self'{forms}; frame-ancestors 'none'; base-uri 'none'"
    );
    // The origins come from checked addresses, so this holds no other signs.
    HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn addresses_of_one_network_share_a_limit_and_sessions_have_their_own() {
        let limits = Limits::new(&config::WebSettings {
            requests_per_session: 1,
            requests_per_address: 1,
            burst: 2,
            ..config::WebSettings::default()
        });
        let address = |text: &str| limits.admit_address(text.parse().unwrap(), now());
        address("2001:db8::1").unwrap();
        address("2001:db8::2").unwrap();
        let refused = address("2001:db8::3").unwrap_err();
        assert_eq!(refused.reason(), Reason::RateLimited);
        assert!(refused.delay().unwrap() <= Duration::from_secs(1));
        address("2001:db8:0:1::1").unwrap();
        address("192.0.2.1").unwrap();
        limits.admit_session("a", now()).unwrap();
        limits.admit_session("b", now()).unwrap();
    }

    #[test]
    fn the_policy_allows_no_inline_code_and_names_the_providers() {
        let policy = policy(&["https://login.example".to_owned()]);
        let text = policy.to_str().unwrap();
        assert!(text.contains("form-action 'self' https://login.example;"), "{text}");
        assert!(!text.contains("unsafe"), "{text}");
    }
}
