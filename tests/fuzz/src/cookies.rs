//! The cookies of a request at the page. Lines of the input are headers.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

/// What may stand around names and values.
const BLANKS: [char; 2] = [' ', '\t'];

/// A value that is read stands in exactly one header, behind our name.
pub fn run(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n').take(16) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(COOKIE, value);
        }
    }
    if let Some(value) = web::session_cookie(&headers) {
        let pair = format!("__Host-mwr={value}");
        let holds = |header: &HeaderValue| {
            header
                .to_str()
                .is_ok_and(|text| text.replace(BLANKS, "").contains(&pair.replace(BLANKS, "")))
        };
        assert!(headers.get_all(COOKIE).iter().any(holds), "the value is not from a cookie");
    }
}

/// Headers with our cookie, with others, and with two of ours.
pub fn seeds() -> Vec<Vec<u8>> {
    [
        "__Host-mwr=0123456789abcdef0123456789abcdef",
        "a=1; __Host-mwr=abc; b=\"2; 3\"",
        "__Host-mwr=abc\n__Host-mwr=def",
        "mwr=abc; =; ;; __Host-mwr",
        "m;;__Host-mwr=\t0",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}
