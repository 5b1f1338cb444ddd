//! The cookie of a session: for this host and HTTPS only, hidden from scripts, and not sent by requests of other sites.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use cookie::time::Duration;
use cookie::{Cookie, CookieBuilder, SameSite};

/// The name of the cookie. Its prefix makes the browser require HTTPS, no domain and the path `/`.
const NAME: &str = "__Host-mwr";

/// The value of our cookie. A browser that sends two has been tampered with, and gets none: a cookie jar would keep the last.
pub fn read(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut ours = lines
        .flat_map(Cookie::split_parse)
        .filter_map(|cookie| cookie.ok().filter(|cookie| cookie.name() == NAME)?.value_raw());
    let first = ours.next();
    first.filter(|_| ours.next().is_none())
}

/// Sets the cookie. The browser forgets it when it is closed.
pub(crate) fn put(headers: &mut HeaderMap, value: &str) {
    append(headers, attributes(value));
}

/// Removes the cookie.
pub(crate) fn remove(headers: &mut HeaderMap) {
    append(headers, attributes("").max_age(Duration::ZERO));
}

fn attributes(value: &str) -> CookieBuilder<'_> {
    let cookie = Cookie::build((NAME, value)).path("/").secure(true).http_only(true);
    cookie.same_site(SameSite::Lax)
}

fn append(headers: &mut HeaderMap, cookie: CookieBuilder<'_>) {
    let value = HeaderValue::from_str(&cookie.build().to_string()).expect("a key is hexadecimal digits");
    headers.append(SET_COOKIE, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(cookies: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(COOKIE, HeaderValue::from_static(cookie));
        }
        read(&headers).map(str::to_owned)
    }

    #[test]
    fn our_cookie_is_read_unless_there_are_two() {
        assert_eq!(sent(&["a=1; __Host-mwr=abc; b=2"]).as_deref(), Some("abc"));
        assert_eq!(sent(&["mwr=abc", "__Host-mwrx=1"]), None);
        assert_eq!(sent(&["__Host-mwr=abc", "__Host-mwr=def"]), None);
        assert_eq!(sent(&["__Host-mwr=abc; __Host-mwr=def"]), None);
        assert_eq!(sent(&[]), None);
    }

    #[test]
    fn the_cookie_has_all_its_attributes() {
        let mut headers = HeaderMap::new();
        put(&mut headers, "abc");
        remove(&mut headers);
        let set: Vec<&str> = headers
            .get_all(SET_COOKIE)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect();
        assert_eq!(
            set,
            [
                "__Host-mwr=abc; HttpOnly; SameSite=Lax; Secure; Path=/",
                "__Host-mwr=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0",
            ]
        );
    }
}
