//! Page tokens: where the next page begins, sealed so that only the same request can use them.
//!
//! A token holds the key of the last item and the position it was seen at. Of the request it holds a keyed fingerprint: the
//! query can hold facts about a household, and tokens end up in places where texts should not. A second fingerprint seals the
//! whole. A token says nothing to who has not the register's secret, and cannot be made up.

use hmac::{Hmac, Mac as _};
use register::position::Position;
use serde::{Serialize, de::DeserializeOwned};
use server_core::error::{Error, Reason};
use sha2::Sha256;
use storage::Secret;

/// Bytes of a fingerprint and of a seal.
const MAC: usize = 16;
/// Bytes of a position.
const COOKIE: usize = 25;
/// A token is never longer: anything that is, is none.
const LONGEST: usize = 4_096;

/// Seals and opens page tokens.
#[derive(Clone, Debug)]
pub struct PageTokens {
    secret: Secret,
}

/// A request as its token knows it: which call, and a keyed hash of what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; MAC]);

/// What a token holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<K> {
    /// The key of the last item that was seen.
    pub after: K,
    /// The position at which it was seen.
    pub position: Position,
}

impl PageTokens {
    /// Tokens of the register with this secret.
    pub fn new(secret: Secret) -> Self {
        Self { secret }
    }

    /// The fingerprint of `request`, which leaves out what may differ from page to page.
    pub fn fingerprint(&self, call: &str, request: &impl Serialize) -> Fingerprint {
        let json = serde_json::to_vec(request).expect("a request is plain data, which JSON can always hold");
        Fingerprint(self.mac(&[b"request", call.as_bytes(), &[0], &json]))
    }

    /// A token for the page after `after`.
    pub fn seal<K: Serialize>(&self, request: &Fingerprint, page: &Page<K>) -> String {
        let mut bytes = page.position.to_cookie();
        debug_assert_eq!(bytes.len(), COOKIE, "the length of a cookie is part of a token's form");
        serde_json::to_writer(&mut bytes, &page.after).expect("a key is plain data, which JSON can always hold");
        let seal = self.mac(&[b"page", &request.0, &bytes]);
        bytes.extend_from_slice(&seal);
        to_hex(&bytes)
    }

    /// What `token` says, if it was sealed here for this very request; nothing if there is no token.
    pub fn open<K: DeserializeOwned>(&self, request: &Fingerprint, token: &str) -> Result<Option<Page<K>>, Error> {
        if token.is_empty() {
            return Ok(None);
        }
        self.unseal(request, token).map(Some).ok_or_else(|| {
            let message = "the page token is not of this request; ask for the first page again";
            Error::new(Reason::PageTokenMismatch, message)
        })
    }

    fn unseal<K: DeserializeOwned>(&self, request: &Fingerprint, token: &str) -> Option<Page<K>> {
        let bytes = from_hex(token)?;
        let (content, seal) = bytes.split_at_checked(bytes.len().checked_sub(MAC)?)?;
        let expected = self.mac(&[b"page", &request.0, content]);
        // In constant time: a seal must not be found out byte by byte.
        if !bool::from(subtle::ConstantTimeEq::ct_eq(&expected[..], seal)) {
            return None;
        }
        let (cookie, key) = content.split_at_checked(COOKIE)?;
        Some(Page {
            after: serde_json::from_slice(key).ok()?,
            position: Position::from_cookie(cookie).ok()?,
        })
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; MAC] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret.0).expect("HMAC takes keys of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        let mut short = [0; MAC];
        short.copy_from_slice(&mac.finalize().into_bytes()[..MAC]);
        short
    }
}

fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() > LONGEST || !text.len().is_multiple_of(2) {
        return None;
    }
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    text.as_bytes()
        .chunks_exact(2)
        .map(|pair| Some(nibble(pair[0])? << 4 | nibble(pair[1])?))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use register::position::{Epoch, Revision};
    use uuid::Uuid;

    use super::*;

    fn tokens(key: u8) -> PageTokens {
        PageTokens::new(Secret([key; 32]))
    }

    fn page(after: &str) -> Page<String> {
        let position = Position::new(Epoch::from_uuid(Uuid::from_u128(7)), Revision(42));
        Page {
            after: after.to_owned(),
            position,
        }
    }

    #[test]
    fn a_token_comes_back_as_it_was() {
        let request = tokens(1).fingerprint("search", &"eigen bijdrage");
        let token = tokens(1).seal(&request, &page("organisations/zb000211/officers/a"));
        let opened = tokens(1).open::<String>(&request, &token).unwrap();
        assert_eq!(opened, Some(page("organisations/zb000211/officers/a")));
        assert_eq!(tokens(1).open::<String>(&request, "").unwrap(), None);
    }

    #[test]
    fn a_token_of_another_request_call_or_register_is_refused() {
        let request = tokens(1).fingerprint("search", &"eigen bijdrage");
        let token = tokens(1).seal(&request, &page("a"));
        let others = [
            (tokens(1), tokens(1).fingerprint("search", &"huurtoeslag")),
            (tokens(1), tokens(1).fingerprint("list", &"eigen bijdrage")),
            (tokens(2), tokens(2).fingerprint("search", &"eigen bijdrage")),
        ];
        for (tokens, other) in others {
            let refused = tokens.open::<String>(&other, &token).unwrap_err();
            assert_eq!(refused.reason(), Reason::PageTokenMismatch);
        }
    }

    #[test]
    fn a_token_does_not_hold_the_query() {
        let request = tokens(1).fingerprint("search", &"echtgenoot opgenomen");
        let token = tokens(1).seal(&request, &page("a"));
        assert!(!String::from_utf8_lossy(&from_hex(&token).unwrap()).contains("echtgenoot"));
    }

    proptest! {
        #[test]
        fn whatever_is_sent_as_a_token_is_refused_and_nothing_worse(text in ".{1,200}", flip in 0usize..80) {
            let request = tokens(1).fingerprint("search", &"x");
            prop_assert!(tokens(1).open::<String>(&request, &text).is_err());
            let mut token = tokens(1).seal(&request, &page("abc")).into_bytes();
            let at = flip % token.len();
            token[at] = if token[at] == b'0' { b'1' } else { b'0' };
            let token = String::from_utf8(token).unwrap();
            prop_assert!(tokens(1).open::<String>(&request, &token).is_err());
        }
    }
}
