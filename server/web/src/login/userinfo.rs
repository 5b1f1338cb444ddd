//! What a provider tells of somebody beside the ID token: OpenID Connect lets it keep claims for its userinfo endpoint (Core, 5.3
//! and 5.4). It is asked when a claim that the rules or the name need is not in the token, and only then.

use openidconnect::core::CoreGenderClaim;
use openidconnect::{AccessToken, AdditionalClaims, SubjectIdentifier, UserInfoClaims, UserInfoError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use server_core::error::Error;

use super::http::HttpError;
use super::mapping::{self, Claims};
use super::provider::{OpenClient, Provider, Vouched};

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
    pub(super) async fn complete(
        &self,
        client: &OpenClient,
        mut vouched: Vouched,
        access: AccessToken,
    ) -> Result<Vouched, Error> {
        let settings = self.settings();
        let lacks_of_rules = mapping::lacks_of_rules(&settings.rules, &vouched.claims);
        let lacks = lacks_of_rules || mapping::lacks(&settings.name_claim, &vouched.claims);
        let subject = SubjectIdentifier::new(vouched.subject.clone());
        // Without such an endpoint there is nothing more to know.
        let Some(request) = client.user_info(access, Some(subject)).ok().filter(|_| lacks) else {
            return Ok(vouched);
        };
        let ask = self.client().asking();
        let told: Result<UserInfoClaims<AnyClaims, CoreGenderClaim>, _> = request.request_async(&ask).await;
        match told {
            Ok(told) => {
                if let Ok(Value::Object(told)) = serde_json::to_value(told) {
                    for (claim, value) in told {
                        vouched.claims.entry(claim).or_insert(value);
                    }
                }
                Ok(vouched)
            }
            // It tells of somebody else, or not in its own name.
            Err(UserInfoError::ClaimsVerification(_)) => Err(self.refused("its userinfo is not of who logs in")),
            // A word for everybody is no reason to keep somebody out; what they may is.
            Err(_) if !lacks_of_rules => Ok(vouched),
            Err(UserInfoError::Request(error)) => Err(self.unavailable("gives no userinfo", &error)),
            Err(other) => Err(self.unavailable("gives no userinfo", &Unusable(kind(&other)))),
        }
    }
}

/// Why an answer is of no use. Never with its body: that is about a person.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unusable(String);

fn kind(error: &UserInfoError<HttpError>) -> String {
    match error {
        UserInfoError::Response(status, _, _) => format!("it answers with status {}", status.as_u16()),
        UserInfoError::Parse(_) => "its answer cannot be read".to_owned(),
        _ => "its answer is not one of OpenID Connect".to_owned(),
    }
}
