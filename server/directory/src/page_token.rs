//! Page tokens: the start of the next page, authenticated so that only the same request can use it.
//!
//! A token contains the key of the last item and the position of the first page. A MAC over the token and the request binds
//! the two. The request itself is not in the token: a query can contain facts about a household, and tokens end up in logs
//! and URLs. Without the secret of the register nobody can forge a token.

use hmac::{Hmac, Mac as _};
use register::position::Position;
use serde::{Serialize, de::DeserializeOwned};
use server_core::error::{Error, Reason};
use sha2::Sha256;
use storage::Secret;

/// Length of a fingerprint and of a token's MAC, in bytes.
const MAC_BYTES: usize = 16;
/// Length of an encoded position, in bytes.
const COOKIE_BYTES: usize = 25;
/// Maximum length of a token, in characters. Longer input is not a token.
const MAX_TOKEN: usize = 4_096;

/// Creates and verifies page tokens.
#[derive(Clone, Debug)]
pub struct PageTokens {
    secret: Secret,
}

/// A keyed hash over the method and content of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; MAC_BYTES]);

/// The content of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<K> {
    /// The key of the last item on the previous page.
    pub after: K,
    /// The position of the first page.
    pub position: Position,
}

impl PageTokens {
    /// Uses the secret of the register as the key.
    pub fn new(secret: Secret) -> Self {
        Self { secret }
    }

    /// Returns the fingerprint of `request`, which must leave out what may differ between pages.
    pub fn fingerprint(&self, call: &str, request: &impl Serialize) -> Fingerprint {
        let json = serde_json::to_vec(request).expect("a request is plain data, which JSON can always hold");
        Fingerprint(self.mac(&[b"request", call.as_bytes(), &[0], &json]))
    }

    /// Encodes the start of the next page as a token.
    pub fn seal<K: Serialize>(&self, request: &Fingerprint, page: &Page<K>) -> String {
        let mut bytes = page.position.to_cookie();
        debug_assert_eq!(bytes.len(), COOKIE_BYTES, "tokens rely on the length of a cookie");
        serde_json::to_writer(&mut bytes, &page.after).expect("a key is plain data, which JSON can always hold");
        let mac = self.mac(&[b"page", &request.0, &bytes]);
        bytes.extend_from_slice(&mac);
        hex::encode(bytes)
    }

    /// Truncates `items` to `limit` and returns the token of the next page; empty if there are no more items. `key` returns
    /// the key of an item.
    pub(crate) fn next_page<T, K: Serialize>(
        &self,
        request: &Fingerprint,
        items: &mut Vec<T>,
        limit: usize,
        position: Position,
        key: impl FnOnce(&T) -> K,
    ) -> String {
        let has_more = items.len() > limit;
        items.truncate(limit);
        match items.last() {
            Some(last) if has_more => self.seal(
                request,
                &Page {
                    after: key(last),
                    position,
                },
            ),
            _ => String::new(),
        }
    }

    /// Decodes `token` if this register created it for the same request. Returns `None` for an empty token.
    pub fn open<K: DeserializeOwned>(&self, request: &Fingerprint, token: &str) -> Result<Option<Page<K>>, Error> {
        if token.is_empty() {
            return Ok(None);
        }
        self.unseal(request, token).map(Some).ok_or_else(|| {
            let message = "the page token does not belong to this request; ask for the first page again";
            Error::new(Reason::PageTokenMismatch, message)
        })
    }

    fn unseal<K: DeserializeOwned>(&self, request: &Fingerprint, token: &str) -> Option<Page<K>> {
        if token.len() > MAX_TOKEN {
            return None;
        }
        let bytes = hex::decode(token).ok()?;
        let (content, mac) = bytes.split_at_checked(bytes.len().checked_sub(MAC_BYTES)?)?;
        let expected = self.mac(&[b"page", &request.0, content]);
        // Compare in constant time, so that timing does not reveal the MAC byte by byte.
        if !bool::from(subtle::ConstantTimeEq::ct_eq(&expected[..], mac)) {
            return None;
        }
        let (cookie, key) = content.split_at_checked(COOKIE_BYTES)?;
        Some(Page {
            after: serde_json::from_slice(key).ok()?,
            position: Position::from_cookie(cookie).ok()?,
        })
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; MAC_BYTES] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret.0).expect("HMAC takes keys of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        let mut truncated = [0; MAC_BYTES];
        truncated.copy_from_slice(&mac.finalize().into_bytes()[..MAC_BYTES]);
        truncated
    }
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
    fn a_token_round_trips() {
        let request = tokens(1).fingerprint("search", &"eigen bijdrage");
        let token = tokens(1).seal(&request, &page("organisations/zb000211/officers/a"));
        let opened = tokens(1).open::<String>(&request, &token).unwrap();
        assert_eq!(opened, Some(page("organisations/zb000211/officers/a")));
        assert_eq!(tokens(1).open::<String>(&request, "").unwrap(), None);
    }

    #[test]
    fn a_token_of_another_request_method_or_register_is_refused() {
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
    fn a_token_does_not_contain_the_query() {
        let request = tokens(1).fingerprint("search", &"echtgenoot opgenomen");
        let token = tokens(1).seal(&request, &page("a"));
        assert!(!String::from_utf8_lossy(&hex::decode(&token).unwrap()).contains("echtgenoot"));
    }

    proptest! {
        #[test]
        fn arbitrary_or_altered_tokens_are_refused(text in ".{1,200}", flip in 0usize..80) {
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
