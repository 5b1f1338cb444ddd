//! Why a provider's answer cannot be used, in our own words.
//!
//! The errors of a parser and of a verification repeat what they reject, and that is about a person: a claim of another type than
//! expected, a token, a text of the provider. The log gets the kind of the fault and the name of the field, never the value.

use openidconnect::ClaimsVerificationError;
use serde_json::Value;

use super::http::HttpError;
use super::received::{self, VERIFIED};

/// Describes `error` by its causes that are ours or of the operating system.
pub(super) fn kind_of(error: &(dyn std::error::Error + 'static)) -> String {
    let mut kinds: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(http) = cause.downcast_ref::<HttpError>() {
            kinds.push(http.to_string());
        } else if let Some(system) = cause.downcast_ref::<std::io::Error>() {
            // An error of TLS is one of this kind too; its text is about certificates, not about persons.
            kinds.push(system.kind().to_string());
        } else if let Some(failure) = cause.downcast_ref::<UserinfoFailure>() {
            kinds.push(failure.to_string());
        } else if let Some(json) = cause.downcast_ref::<serde_json::Error>() {
            kinds.push(kind_of_json(json).to_owned());
        } else if let Some(field) = cause.downcast_ref::<serde_path_to_error::Error<serde_json::Error>>() {
            let path = field.path().to_string();
            let path = if is_field(&path) {
                format!(" (`{path}`)")
            } else {
                String::new()
            };
            kinds.push(format!("{}{path}", kind_of_json(field.inner())));
        }
        next = cause.source();
    }
    if kinds.is_empty() {
        "its answer is not valid OpenID Connect".to_owned()
    } else {
        kinds.dedup();
        kinds.join(": ")
    }
}

/// Why a response of the userinfo endpoint cannot be used, without its body.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct UserinfoFailure(pub(super) String);

/// Whether a path has the form of a field's name, such as `keys[0].kid`.
fn is_field(path: &str) -> bool {
    path.len() <= 60
        && path
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'[' | b']'))
}

fn kind_of_json(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Io => "its answer broke off",
        serde_json::error::Category::Syntax => "its answer is not JSON",
        serde_json::error::Category::Data => "a field of its answer has another type than expected",
        serde_json::error::Category::Eof => "its answer is incomplete",
    }
}

/// The first verified claim in the ID token of a token response that has another type than the standard gives it (OpenID Connect
/// Core, 2).
pub(super) fn mistyped_claim(response: &[u8]) -> Option<&'static str> {
    let response: Value = serde_json::from_slice(response).ok()?;
    let claims = received::claims(response.get("id_token")?.as_str()?)?;
    let is_right = |claim: &str, value: &Value| match (claim, value) {
        ("aud", Value::Array(audiences)) => audiences.iter().all(Value::is_string),
        ("exp" | "iat", value) => value.is_number(),
        (_, value) => value.is_string(),
    };
    let mut verified = VERIFIED.into_iter();
    verified.find(|claim| claims.get(*claim).is_some_and(|value| !is_right(claim, value)))
}

/// Describes why an ID token was not accepted.
pub(super) fn kind_of_claims(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "it has expired",
        ClaimsVerificationError::InvalidAudience(_) => "its audience is another one",
        ClaimsVerificationError::InvalidAuthContext(_) => "its level of assurance is not an accepted one",
        ClaimsVerificationError::InvalidAuthTime(_) => "its time of authentication is not valid",
        ClaimsVerificationError::InvalidIssuer(_) => "its issuer is another one",
        ClaimsVerificationError::InvalidNonce(_) => "its nonce is another one",
        ClaimsVerificationError::InvalidSubject(_) => "its subject is another one",
        ClaimsVerificationError::SignatureVerification(_) => "its signature cannot be verified",
        ClaimsVerificationError::Unsupported(_) => "it uses something that is not supported",
        _ => "its claims are not valid",
    }
}

/// Whether a text has the form of an OAuth error code. Anything else could put a text of others in our log.
pub(crate) fn is_error_code(text: &str) -> bool {
    !text.is_empty() && text.len() <= 60 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parser_error_loses_the_value_that_it_rejects() {
        let claims = r#"{"sub": 123456782, "address": "Dorpsstraat 1"}"#;
        let error = serde_json::from_str::<std::collections::BTreeMap<String, bool>>(claims).unwrap_err();
        assert!(error.to_string().contains("123456782"), "the parser repeats it: {error}");
        assert_eq!(kind_of(&error), "a field of its answer has another type than expected");
        let reader = &mut serde_json::Deserializer::from_str(claims);
        let error = serde_path_to_error::deserialize::<_, std::collections::BTreeMap<String, bool>>(reader).unwrap_err();
        assert_eq!(
            kind_of(&error),
            "a field of its answer has another type than expected (`sub`)"
        );
    }

    #[test]
    fn a_verification_error_loses_the_claim() {
        let error = ClaimsVerificationError::InvalidAudience("noor@voorbeeld.example\nINFO forged".to_owned());
        assert_eq!(kind_of_claims(&error), "its audience is another one");
    }
}
