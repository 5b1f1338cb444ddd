//! One identity provider: its discovery document, our requests to it, and the verification of its tokens.
//!
//! The node fetches the discovery document and the keys when it first needs them and keeps them for an hour. A token with an
//! unknown key triggers a new fetch, at most once a minute. A provider that is down does not affect the others.
//!
//! Providers differ from the standard in small ways that change nothing about who somebody is: numbers and booleans as text,
//! times as RFC 3339, clocks that differ by some seconds, further audiences. These are accepted, and so is any type of a claim that
//! is not verified ([`super::received`]).

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use chrono::{DateTime, TimeDelta, Utc};
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGrantType, CoreIdToken, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, AuthenticationContextClass, AuthorizationCode, ClaimsVerificationError, ClientId,
    CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, ProviderMetadata, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError, StandardErrorResponse,
    TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use server_core::config::{Faults, ProviderSettings};
use server_core::error::{Error, Reason};

use super::assertion::{self, Credentials};
use super::cause;
use super::flow_state::FlowState;
use super::http::{HttpError, ProviderClient};
use super::mapping::Claims;
use super::received::{self, Received};
use super::token_response;

/// How long a discovery document is used.
const MAX_AGE: SignedDuration = SignedDuration::from_hours(1);

/// Minimum age of the keys before an unknown key triggers a new fetch.
const REFETCH_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// How far the clocks of a provider and of the node may differ.
const CLOCK_LEEWAY: TimeDelta = TimeDelta::seconds(30);

/// The maximum length of an ID token that is returned to the provider in the address of the logout. A token with many groups
/// is longer than addresses may be; the provider then asks whether to log out.
const MAX_LOGOUT_HINT: usize = 2_000;

/// Further fields of a discovery document.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct ExtraMetadata {
    #[serde(default)]
    end_session_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for ExtraMetadata {}

type Metadata = ProviderMetadata<
    ExtraMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// A client with an authorization endpoint, and perhaps with token and userinfo endpoints.
pub(crate) type OidcClient =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// Why a code was not exchanged.
type TokenError = RequestTokenError<HttpError, StandardErrorResponse<CoreErrorResponseType>>;

/// A discovery document and the moment it was fetched.
struct Discovery {
    metadata: Metadata,
    at: Timestamp,
}

/// An identity provider.
pub(crate) struct Provider {
    settings: ProviderSettings,
    issuer: IssuerUrl,
    credentials: Credentials,
    client: ProviderClient,
    discovery: ArcSwapOption<Discovery>,
}

/// A login that the provider has confirmed.
pub(crate) struct VerifiedLogin {
    /// The subject: the provider never gives it to another account.
    pub(crate) subject: String,
    /// The claims of the ID token, and of the userinfo endpoint where needed.
    pub(crate) claims: Claims,
    /// The ID token as received, for logging out at the provider. Absent if it is too long for that.
    pub(crate) id_token: Option<String>,
}

impl Provider {
    /// Builds the provider of `settings`. Returns all faults in the settings and in the files that they name.
    pub(crate) fn new(settings: &ProviderSettings) -> Result<Self, Faults> {
        let mut faults = Faults::new();
        let mut wrong = |problem: String| faults.add("web.login", "", format!("provider `{}`: {problem}", settings.id));
        let issuer = IssuerUrl::new(settings.issuer.clone())
            .map_err(|error| wrong(format!("`issuer`: {error}")))
            .ok();
        let credentials = Credentials::read(settings).map_err(&mut wrong).ok();
        let client = ProviderClient::new(&settings.trust_anchors)
            .map_err(|(file, problem)| wrong(format!("`trust_anchors`: `{}`: {problem}", file.display())))
            .ok();
        match (issuer, credentials, client) {
            (Some(issuer), Some(credentials), Some(client)) => Ok(Self {
                settings: settings.clone(),
                issuer,
                credentials,
                client,
                discovery: ArcSwapOption::empty(),
            }),
            _ => Err(faults),
        }
    }

    /// The id of the provider in our addresses.
    pub(crate) fn id(&self) -> &str {
        &self.settings.id
    }

    /// The issuer identifier of the provider.
    pub(crate) fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// The HTTPS client for the provider.
    pub(crate) fn client(&self) -> &ProviderClient {
        &self.client
    }

    /// The settings of the provider.
    pub(crate) fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    /// The origins to which visitors are sent, as far as known: those of the issuer, the login and the logout.
    pub(crate) fn origins(&self) -> Vec<String> {
        let mut origins = vec![self.issuer.url().origin().ascii_serialization()];
        if let Some(discovery) = self.discovery.load().as_deref() {
            let end = discovery.metadata.additional_metadata().end_session_endpoint.as_deref();
            let end = end.and_then(|end| openidconnect::url::Url::parse(end).ok());
            let log_in = discovery.metadata.authorization_endpoint().url().origin();
            origins.push(log_in.ascii_serialization());
            origins.extend(end.map(|end| end.origin().ascii_serialization()));
        }
        origins
    }

    /// Fetches the discovery document if there is none or it is too old. If a fetch fails, an old document stays in use.
    pub(crate) async fn refresh(&self, now: Timestamp) -> Result<(), Error> {
        let age = self.age(now);
        if age.is_some_and(|age| age < MAX_AGE) {
            return Ok(());
        }
        match self.discover(now).await {
            Err(error) if age.is_none() => Err(error),
            Err(error) => {
                tracing::warn!(provider = self.id(), "{error}; using the old discovery document");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    fn age(&self, now: Timestamp) -> Option<SignedDuration> {
        self.discovery
            .load()
            .as_ref()
            .map(|discovery| now.duration_since(discovery.at))
    }

    async fn discover(&self, now: Timestamp) -> Result<(), Error> {
        let http = self.client.http_client();
        let metadata = Metadata::discover_async(self.issuer.clone(), &http).await;
        let metadata = metadata.map_err(|error| self.unavailable("returns no usable discovery document", &error))?;
        self.discovery.store(Some(Arc::new(Discovery { metadata, at: now })));
        Ok(())
    }

    /// The address at the provider where a visitor logs in. Call [`Provider::refresh`] first.
    pub(crate) fn authorization_url(&self, flow_state: &FlowState, redirect_uri: &str) -> Result<String, Error> {
        let client = self.oidc_client(redirect_uri)?;
        let verifier = PkceCodeVerifier::new(flow_state.verifier.clone());
        let (state, nonce) = (CsrfToken::new(flow_state.state.clone()), Nonce::new(flow_state.nonce.clone()));
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state, move || nonce)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for scope in &self.settings.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        for acr in &self.settings.acr {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
        // On a shared computer the next person must not be logged in as this one.
        let (url, _, _) = request.add_prompt(CoreAuthPrompt::Login).url();
        Ok(url.into())
    }

    /// Whether a response names the right issuer. It must name one if the provider announces that (RFC 9207).
    pub(crate) fn is_issuer(&self, named: Option<&str>) -> bool {
        let is_required = self.discovery.load().as_ref().is_some_and(|discovery| {
            discovery
                .metadata
                .additional_metadata()
                .authorization_response_iss_parameter_supported
        });
        match named {
            Some(named) => named == self.issuer.as_str(),
            None => !is_required,
        }
    }

    /// Exchanges a code for an ID token, verifies it and completes its claims. `token_id` makes a client assertion usable once.
    pub(crate) async fn exchange_code(
        &self,
        code: String,
        flow_state: &FlowState,
        redirect_uri: &str,
        now: Timestamp,
        token_id: &str,
    ) -> Result<VerifiedLogin, Error> {
        let client = self.oidc_client(redirect_uri)?;
        let token_endpoint = client.token_uri().map(|url| url.to_string()).unwrap_or_default();
        let mut request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| self.unavailable("has no token endpoint", &error))?
            .set_pkce_verifier(PkceCodeVerifier::new(flow_state.verifier.clone()));
        if let Credentials::Key(key) = &self.credentials {
            let audience = if token_endpoint.is_empty() {
                self.issuer.as_str()
            } else {
                &token_endpoint
            };
            let assertion = key
                .assertion(&self.settings.client_id, audience, token_id, now)
                .map_err(Error::internal)?;
            request = request
                .add_extra_param("client_assertion_type", assertion::ASSERTION_TYPE)
                .add_extra_param("client_assertion", assertion);
        }
        let received = Received::nothing();
        let http = token_response::tolerant(self.client.http_client(), received.clone());
        let answer = request.request_async(&http).await;
        let answer = answer.map_err(|error| self.not_exchanged(&error))?;
        let token = answer.id_token().zip(received.get());
        let token = token.ok_or_else(|| self.refused("it returns no ID token"))?;
        let verified = match self.verify_id_token(&client, token, flow_state, now) {
            // The keys may have changed since the last fetch.
            Err(ClaimsVerificationError::SignatureVerification(_)) if self.age(now).is_none_or(|age| age >= REFETCH_AFTER) => {
                self.discover(now).await?;
                let client = self.oidc_client(redirect_uri)?;
                self.verify_id_token(&client, token, flow_state, now)
            }
            result => result,
        };
        let verified =
            verified.map_err(|error| self.refused(&format!("its token is invalid: {}", cause::kind_of_claims(&error))))?;
        self.complete(&client, verified, answer.access_token().clone()).await
    }

    /// Why a code was not exchanged. Of a claim that has another type than expected, the log gets the name only.
    fn not_exchanged(&self, error: &TokenError) -> Error {
        match error {
            TokenError::ServerResponse(refusal) => {
                let code = Some(refusal.error().as_ref() as &str).filter(|code| cause::is_error_code(code));
                self.refused(&format!("it rejects the code: {}", code.unwrap_or("without an error code")))
            }
            TokenError::Parse(error, body) => match cause::mistyped_claim(body) {
                Some(claim) => self.refused(&format!("the claim `{claim}` of its token has another type than expected")),
                None => self.unavailable("does not exchange the code", error),
            },
            other => self.unavailable("does not exchange the code", other),
        }
    }

    /// Verifies signature, issuer, audiences, times, nonce and level of assurance of an ID token, given as reduced to its verified
    /// claims and as received.
    fn verify_id_token(
        &self,
        client: &OidcClient,
        (token, received): (&CoreIdToken, &String),
        flow_state: &FlowState,
        now: Timestamp,
    ) -> Result<VerifiedLogin, ClaimsVerificationError> {
        let discovery = self.discovery.load_full();
        let keys = discovery.as_ref().map(|discovery| discovery.metadata.jwks());
        keys.ok_or(SignatureVerificationError::NoMatchingKey)
            .and_then(|keys| received::verify_signature(received, keys))
            .map_err(ClaimsVerificationError::SignatureVerification)?;
        let (accepted, trusted) = (&self.settings.acr, &self.settings.trusted_audiences);
        let now: DateTime<Utc> = DateTime::from_timestamp(now.as_second(), 0).unwrap_or_default();
        let verifier = client
            .id_token_verifier()
            // It is verified above, over the token as received.
            .insecure_disable_signature_check()
            .set_time_fn(move || now - CLOCK_LEEWAY)
            .set_issue_time_verifier_fn(move |issued| {
                if issued > now + CLOCK_LEEWAY {
                    return Err("it was issued in the future; the clocks differ".to_owned());
                }
                Ok(())
            })
            .set_other_audience_verifier_fn(move |audience| trusted.iter().any(|trusted| *trusted == **audience))
            .set_auth_context_verifier_fn(move |acr| match acr {
                _ if accepted.is_empty() => Ok(()),
                Some(acr) if accepted.iter().any(|accepted| accepted == acr.as_str()) => Ok(()),
                _ => Err("the level of assurance is not an accepted one".to_owned()),
            });
        let verified = token.claims(&verifier, &Nonce::new(flow_state.nonce.clone()))?;
        // The library only logs this. OpenID Connect Core, 3.1.3.7, steps 4 and 5.
        let is_for_us = match verified.authorized_party() {
            Some(party) => **party == self.settings.client_id,
            None => verified.audiences().len() == 1,
        };
        if !is_for_us {
            let problem = "its authorised party (`azp`) is not this register".to_owned();
            return Err(ClaimsVerificationError::InvalidAudience(problem));
        }
        let subject = verified.subject().to_string();
        // All claims, of any type: the rules may name each of them.
        let claims =
            received::claims(received).ok_or_else(|| ClaimsVerificationError::Other("its claims cannot be parsed".to_owned()))?;
        Ok(VerifiedLogin {
            subject,
            claims,
            id_token: Some(received.clone()).filter(|token| token.len() <= MAX_LOGOUT_HINT),
        })
    }

    /// The address at the provider where a visitor logs out, if it has a logout endpoint.
    pub(crate) fn logout_url(&self, id_token: Option<&str>, redirect_uri: &str) -> Option<String> {
        let discovery = self.discovery.load();
        let end = discovery
            .as_ref()?
            .metadata
            .additional_metadata()
            .end_session_endpoint
            .as_deref()?;
        let mut url = openidconnect::url::Url::parse(end)
            .ok()
            .filter(|url| url.scheme() == "https")?;
        if let Some(id_token) = id_token {
            url.query_pairs_mut().append_pair("id_token_hint", id_token);
        }
        url.query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("post_logout_redirect_uri", redirect_uri);
        Some(url.into())
    }

    fn oidc_client(&self, redirect_uri: &str) -> Result<OidcClient, Error> {
        let discovery = self.discovery.load_full();
        let discovery =
            discovery.ok_or_else(|| Error::new(Reason::LoginUnavailable, "the provider has not been discovered yet"))?;
        let secret = match &self.credentials {
            Credentials::Secret(secret) => Some(secret.clone()),
            Credentials::Key(_) => None,
        };
        let client_id = ClientId::new(self.settings.client_id.clone());
        let methods = discovery
            .metadata
            .token_endpoint_auth_methods_supported()
            .cloned()
            .unwrap_or_default();
        let basic = methods.is_empty() || methods.contains(&CoreClientAuthMethod::ClientSecretBasic);
        let auth_type = if basic { AuthType::BasicAuth } else { AuthType::RequestBody };
        let redirect_uri = RedirectUrl::new(redirect_uri.to_owned()).map_err(Error::internal)?;
        let client = CoreClient::from_provider_metadata(discovery.metadata.clone(), client_id, secret);
        Ok(client.set_redirect_uri(redirect_uri).set_auth_type(auth_type))
    }

    /// An error for a provider that does not work, with the kind of cause.
    pub(crate) fn unavailable(&self, what: &str, cause: &(dyn std::error::Error + 'static)) -> Error {
        let message = format!("the identity provider `{}` {what}: {}", self.id(), cause::kind_of(cause));
        Error::new(Reason::LoginUnavailable, message)
    }

    /// An error for a login that this provider's responses do not support.
    pub(crate) fn refused(&self, why: &str) -> Error {
        let message = format!("the identity provider `{}` does not confirm this login: {why}", self.id());
        Error::new(Reason::LoginFailed, message)
    }
}

#[cfg(test)]
mod tests;
