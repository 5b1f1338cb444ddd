//! Page tokens that come back from callers.

use directory::{Page, PageTokens};
use storage::Secret;

use crate::sample::position;

fn tokens() -> PageTokens {
    PageTokens::new(Secret([7; 32]))
}

fn issued() -> (Page<String>, String) {
    let page = Page {
        after: "cak/bijdrage".to_owned(),
        position: position(12),
    };
    let token = tokens().seal(&tokens().fingerprint("search", &"briefadres"), &page);
    (page, token)
}

/// Only the issued token opens, and only for its own request.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (page, token) = issued();
    let own = tokens().fingerprint("search", &"briefadres");
    let is_own = text.eq_ignore_ascii_case(&token);
    match tokens().open::<String>(&own, text) {
        Ok(None) => assert!(text.is_empty()),
        Ok(Some(opened)) => assert!(is_own && opened == page, "a forged token opens"),
        Err(_) => assert!(!is_own, "the issued token does not open"),
    }
    let other = tokens().fingerprint("search", &"huurtoeslag");
    assert!(
        !matches!(tokens().open::<String>(&other, text), Ok(Some(_))),
        "a token of another request opens"
    );
}

/// The issued token, and one that is too short.
pub fn seeds() -> Vec<Vec<u8>> {
    vec![issued().1.into_bytes(), b"00".to_vec(), Vec::new()]
}
