//! What a provider tells of somebody beside the ID token: OpenID Connect lets it keep claims for its userinfo endpoint (Core, 5.3
//! and 5.4). It is asked when a claim that the rules or the name need is not in the token, and only then.

use openidconnect::core::CoreGenderClaim;
use openidconnect::{AccessToken, AdditionalClaims, SubjectIdentifier, UserInfoClaims, UserInfoError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use server_core::error::Error;

use super::http::HttpError;
use super::mapping::{self, Claims};
use super::provider::{OidcClient, Provider, VerifiedLogin};

/// Claims of any name: the rules say which ones matter.
#[derive(Serialize, Deserialize)]
struct AnyClaims(Claims);

impl AdditionalClaims for AnyClaims {}

impl std::fmt::Debug for AnyClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AnyClaims(***)")
    }
}

impl Provider {
    /// Adds what the provider keeps for its userinfo endpoint, where the token leaves something open. What the token says holds.
    pub(crate) async fn complete(
        &self,
        client: &OidcClient,
        mut verified: VerifiedLogin,
        access: AccessToken,
    ) -> Result<VerifiedLogin, Error> {
        let settings = self.settings();
        let is_rule_claim_missing = mapping::is_any_missing(&settings.rules, &verified.claims);
        let is_incomplete = is_rule_claim_missing || mapping::is_missing(&settings.name_claim, &verified.claims);
        let subject = SubjectIdentifier::new(verified.subject.clone());
        // Without such an endpoint there is nothing more to know.
        let Some(request) = client.user_info(access, Some(subject)).ok().filter(|_| is_incomplete) else {
            return Ok(verified);
        };
        let http = self.client().http_client();
        let told: Result<UserInfoClaims<AnyClaims, CoreGenderClaim>, _> = request.request_async(&http).await;
        match told {
            Ok(told) => {
                if let Ok(Value::Object(told)) = serde_json::to_value(told) {
                    for (claim, value) in told {
                        verified.claims.entry(claim).or_insert(value);
                    }
                }
                Ok(verified)
            }
            // It tells of somebody else, or not in its own name.
            Err(UserInfoError::ClaimsVerification(_)) => Err(self.refused("its userinfo is not of who logs in")),
            // A word for everybody is no reason to keep somebody out; what they may is.
            Err(_) if !is_rule_claim_missing => Ok(verified),
            Err(UserInfoError::Request(error)) => Err(self.unavailable("gives no userinfo", &error)),
            Err(other) => Err(self.unavailable("gives no userinfo", &UserinfoFailure(kind(&other)))),
        }
    }
}

/// Why an answer is of no use. Never with its body: that is about a person.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct UserinfoFailure(String);

fn kind(error: &UserInfoError<HttpError>) -> String {
    match error {
        UserInfoError::Response(status, _, _) => format!("it answers with status {}", status.as_u16()),
        UserInfoError::Parse(_) => "its answer cannot be read".to_owned(),
        _ => "its answer is not one of OpenID Connect".to_owned(),
    }
}
