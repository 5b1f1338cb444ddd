//! What a provider sent, beside what the library reads of it.
//!
//! The library refuses a whole answer in which a standard claim has another type than the standard gives it, also a claim that
//! nobody needs: `address` as text, or a `phone_number_verified` that is a number. It therefore gets only the claims that it
//! verifies. The signature of a token covers all of them, so this module verifies it over the token as received.

use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey as _, JsonWebKeyId, SignatureVerificationError};
use serde::Deserialize;
use serde_json::Value;

use super::mapping::Claims;

/// The accepted signatures of ID tokens: asymmetric ones only, PS256 first, as OpenID NLGov requires.
pub(super) const ALGORITHMS: [CoreJwsSigningAlgorithm; 3] = [
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
];

/// The claims of an ID token that are verified.
pub(super) const VERIFIED: [&str; 8] = ["iss", "sub", "aud", "exp", "iat", "nonce", "acr", "azp"];

/// Keeps what a response contained, while the library reads a smaller one.
pub(super) struct Received<T>(Arc<OnceLock<T>>);

impl<T> Received<T> {
    /// Nothing yet.
    pub(super) fn nothing() -> Self {
        Self(Arc::default())
    }

    /// Keeps `value`, unless there is one already: a request has one response.
    pub(super) fn keep(&self, value: T) {
        let _ = self.0.set(value);
    }

    /// What the response contained.
    pub(super) fn get(&self) -> Option<&T> {
        self.0.get()
    }
}

impl<T> Clone for Received<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// The claims of a token, not verified.
pub(super) fn claims(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// The token with the verified claims only; `None` if it is no token. Its signature no longer fits.
pub(super) fn reduced(token: &str) -> Option<String> {
    let (header, rest) = token.split_once('.')?;
    let (_, signature) = rest.split_once('.')?;
    let mut claims = claims(token)?;
    claims.retain(|name, _| VERIFIED.contains(&name.as_str()));
    // Without a level of assurance, a login is refused only if the settings require one.
    if claims.get("acr").is_some_and(|level| !level.is_string()) {
        claims.remove("acr");
    }
    let payload = URL_SAFE_NO_PAD.encode(Value::Object(claims).to_string());
    Some(format!("{header}.{payload}.{signature}"))
}

/// The parts of a token's header that its signature depends on.
#[derive(Deserialize)]
struct SignatureHeader {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<JsonWebKeyId>,
}

/// Verifies the signature of `token` with the keys of its provider. The token's header selects among accepted algorithms and among
/// these keys, and nothing else.
pub(super) fn verify_signature(token: &str, keys: &CoreJsonWebKeySet) -> Result<(), SignatureVerificationError> {
    let (signed, signature) = token.rsplit_once('.').ok_or(SignatureVerificationError::NoSignature)?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    let signature = decode(signature).ok_or(SignatureVerificationError::NoSignature)?;
    let header = signed.split_once('.').and_then(|(header, _)| decode(header));
    let header = header.and_then(|header| serde_json::from_slice::<SignatureHeader>(&header).ok());
    let Some(SignatureHeader { alg, kid }) = header else {
        return Err(SignatureVerificationError::Other("its header is not valid".to_owned()));
    };
    if !ALGORITHMS.contains(&alg) {
        return Err(SignatureVerificationError::DisallowedAlg(
            "its algorithm is not accepted".to_owned(),
        ));
    }
    let mut problem = SignatureVerificationError::NoMatchingKey;
    let fits = |id: Option<&JsonWebKeyId>| kid.is_none() || kid.as_ref() == id;
    for key in keys.keys().iter().filter(|key| fits(key.key_id())) {
        match key.verify_signature(&alg, signed.as_bytes(), &signature) {
            Ok(()) => return Ok(()),
            Err(error) => problem = error,
        }
    }
    Err(problem)
}
