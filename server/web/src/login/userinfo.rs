//! Requests missing claims from a provider's userinfo endpoint (OpenID Connect Core, 5.3 and 5.4). The node does so only if the ID
//! token lacks a claim that the rules or the name need.

use futures::future::BoxFuture;
use openidconnect::core::CoreGenderClaim;
use openidconnect::{AccessToken, AdditionalClaims, HttpRequest, HttpResponse, SubjectIdentifier, UserInfoClaims, UserInfoError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use server_core::error::Error;

use super::cause::UserinfoFailure;
use super::http::HttpError;
use super::mapping::{self, Claims};
use super::provider::{OidcClient, Provider, VerifiedLogin};
use super::received::Received;

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
        let received = Received::nothing();
        let http = readable(self.client().http_client(), received.clone());
        let response: Result<UserInfoClaims<AnyClaims, CoreGenderClaim>, _> = request.request_async(&http).await;
        match response {
            Ok(response) => {
                // A signed response is no JSON: the library reads all of it.
                let signed = || match serde_json::to_value(response) {
                    Ok(Value::Object(claims)) => Some(claims),
                    _ => None,
                };
                if let Some(claims) = received.get().cloned().or_else(signed) {
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
            Err(UserInfoError::Parse(_)) if received.get().is_some_and(|claims| !claims["sub"].is_string()) => {
                Err(self.refused("the claim `sub` of its userinfo has another type than expected"))
            }
            Err(UserInfoError::Request(error)) => Err(self.unavailable("does not return userinfo", &error)),
            Err(other) => Err(self.unavailable("does not return userinfo", &UserinfoFailure(kind(&other)))),
        }
    }
}

/// Wraps an HTTP client so that the library gets the subject only, which it verifies. Keeps all claims in `claims`.
fn readable(
    http: impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, HttpError>> + Send,
    claims: Received<Claims>,
) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, HttpError>> + Send {
    move |request| {
        let (response, claims) = (http(request), claims.clone());
        Box::pin(async move {
            response
                .await
                .map(|response| response.map(|body| subject_only(body, &claims)))
        })
    }
}

/// Reduces a body that is a JSON object with a subject to that subject. Any other body stays as it is.
fn subject_only(body: Vec<u8>, claims: &Received<Claims>) -> Vec<u8> {
    let Ok(all) = serde_json::from_slice::<Claims>(&body) else {
        return body;
    };
    let Some(subject) = all.get("sub") else { return body };
    let reduced = json!({ "sub": subject }).to_string();
    claims.keep(all);
    reduced.into_bytes()
}

fn kind(error: &UserInfoError<HttpError>) -> String {
    match error {
        UserInfoError::Response(status, _, _) => format!("it responds with status {}", status.as_u16()),
        UserInfoError::Parse(_) => "its response cannot be parsed".to_owned(),
        _ => "its response is not valid OpenID Connect".to_owned(),
    }
}
