//! The cookie of a session: for this host and HTTPS only, out of reach of scripts, and not sent along from other sites.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};

/// The prefix makes the browser insist on HTTPS, this very host and all paths.
const NAME: &str = "__Host-mwr";

/// The value of our cookie, if the browser sent exactly one.
pub(crate) fn read(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut ours = all
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter_map(|(name, value)| (name == NAME).then_some(value));
    let first = ours.next();
    first.filter(|_| ours.next().is_none())
}

/// Gives the browser a cookie; it forgets it when it is closed.
pub(crate) fn put(headers: &mut HeaderMap, value: &str) {
    append(headers, &format!("{NAME}={value}; Path=/; Secure; HttpOnly; SameSite=Lax"));
}

/// Makes the browser forget it now.
pub(crate) fn remove(headers: &mut HeaderMap) {
    append(
        headers,
        &format!("{NAME}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"),
    );
}

fn append(headers: &mut HeaderMap, cookie: &str) {
    let value = HeaderValue::from_str(cookie).expect("a key is hexadecimal digits");
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
    fn our_cookie_is_found_among_others_and_two_of_them_are_none() {
        assert_eq!(sent(&["a=1; __Host-mwr=abc; b=2"]).as_deref(), Some("abc"));
        assert_eq!(sent(&["mwr=abc", "__Host-mwrx=1"]), None);
        assert_eq!(sent(&["__Host-mwr=abc", "__Host-mwr=def"]), None);
        assert_eq!(sent(&[]), None);
    }
}
