//! Requests missing claims from a provider's userinfo endpoint (OpenID Connect Core, 5.3 and 5.4). The node does so only if the ID
//! token lacks a claim that the rules or the name need.

use openidconnect::core::CoreGenderClaim;
use openidconnect::{AccessToken, AdditionalClaims, SubjectIdentifier, UserInfoClaims, UserInfoError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use server_core::error::Error;

use super::cause::UserinfoFailure;
use super::http::HttpError;
use super::mapping::{self, Claims};
use super::provider::{OidcClient, Provider, VerifiedLogin};

/// Claims of any name: the configured rules decide which ones matter.
#[derive(Serialize, Deserialize)]
struct AnyClaims(Claims);

impl AdditionalClaims for AnyClaims {}

impl std::fmt::Debug for AnyClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AnyClaims(***)")
    }
}

impl Provider {
    /// Adds the claims of the userinfo endpoint if the token lacks one that is needed. Claims of the token take precedence. Fails if
    /// a claim for the rules is missing and the endpoint gives no usable response.
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
        // A provider without the endpoint has no more claims.
        let Some(request) = client.user_info(access, Some(subject)).ok().filter(|_| is_incomplete) else {
            return Ok(verified);
        };
        let http = self.client().http_client();
        let response: Result<UserInfoClaims<AnyClaims, CoreGenderClaim>, _> = request.request_async(&http).await;
        match response {
            Ok(response) => {
                if let Ok(Value::Object(claims)) = serde_json::to_value(response) {
                    for (claim, value) in claims {
                        verified.claims.entry(claim).or_insert(value);
                    }
                }
                Ok(verified)
            }
            // The response is about another subject, or from another issuer.
            Err(UserInfoError::ClaimsVerification(_)) => Err(self.refused("its userinfo is about another subject")),
            // Only the name is missing, and a general word replaces that.
            Err(_) if !is_rule_claim_missing => Ok(verified),
            Err(UserInfoError::Request(error)) => Err(self.unavailable("does not return userinfo", &error)),
            Err(other) => Err(self.unavailable("does not return userinfo", &UserinfoFailure(kind(&other)))),
        }
    }
}

fn kind(error: &UserInfoError<HttpError>) -> String {
    match error {
        UserInfoError::Response(status, _, _) => format!("it responds with status {}", status.as_u16()),
        UserInfoError::Parse(_) => "its response cannot be parsed".to_owned(),
        _ => "its response is not valid OpenID Connect".to_owned(),
    }
}
