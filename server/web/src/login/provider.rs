//! One identity provider: what it says of itself, our requests to it, and the judgement of what it answers.
//!
//! Its discovery document and keys are fetched when they are first needed and kept for an hour; a token whose key is unknown
//! has them fetched again, once a minute at most. A provider that is down costs nobody else anything.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod,
    CoreGrantType, CoreIdToken, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
    CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, AuthenticationContextClass, AuthorizationCode, ClaimsVerificationError, ClientId,
    CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, ProviderMetadata, RedirectUrl, Scope, TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use server_core::config::{Faults, ProviderSettings};
use server_core::error::{Error, Reason};

use super::assertion::{self, Credentials};
use super::flow_state::FlowState;
use super::http::ProviderClient;
use super::mapping::Claims;

/// How long what a provider says of itself is believed.
const KEPT: SignedDuration = SignedDuration::from_hours(1);

/// How soon it is asked again when a key is missing.
const ASKED_AGAIN: SignedDuration = SignedDuration::from_secs(60);

/// How tokens may be signed: asymmetric, and PS256 first, as OpenID NLGov has it.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 3] = [
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
];

/// What else a provider says of itself.
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

/// A client that knows where people log in, and perhaps where codes are exchanged.
pub(crate) type OidcClient =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// What a provider said of itself, and when.
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

/// Somebody whom the provider vouches for.
pub(crate) struct VerifiedLogin {
    /// What the provider calls them, and nobody else ever.
    pub(crate) subject: String,
    pub(crate) claims: Claims,
    /// The token as it came, for logging out there.
    pub(crate) id_token: String,
}

impl Provider {
    /// The provider of `settings`, or what is wrong with the files that they name.
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

    /// The word in our addresses.
    pub(crate) fn id(&self) -> &str {
        &self.settings.id
    }

    /// As what the provider knows itself.
    pub(crate) fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// What asks it.
    pub(crate) fn client(&self) -> &ProviderClient {
        &self.client
    }

    /// What the settings say.
    pub(crate) fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    /// Where people are sent, as far as known: its own origin, and those of the places where they log in and out.
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

    /// What it says of itself; fetched again when that is old, or kept when it cannot be.
    pub(crate) async fn refresh(&self, now: Timestamp) -> Result<(), Error> {
        let age = self.age(now);
        if age.is_some_and(|age| age < KEPT) {
            return Ok(());
        }
        match self.discover(now).await {
            Err(error) if age.is_none() => Err(error),
            Err(error) => {
                tracing::warn!(provider = self.id(), "{error}; what it said before is used");
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
        let metadata = metadata.map_err(|error| self.unavailable("says nothing of itself", &error))?;
        self.discovery.store(Some(Arc::new(Discovery { metadata, at: now })));
        Ok(())
    }

    /// Where to send somebody to log in. Call [`Provider::refresh`] before.
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
        // A shared computer must not log the next person in unasked.
        let (url, _, _) = request.add_prompt(CoreAuthPrompt::Login).url();
        Ok(url.into())
    }

    /// Whether an answer names the right issuer, which it must when the provider says that it does (RFC 9207).
    pub(crate) fn is_issuer(&self, named: Option<&str>) -> bool {
        let must = self.discovery.load().as_ref().is_some_and(|discovery| {
            discovery
                .metadata
                .additional_metadata()
                .authorization_response_iss_parameter_supported
        });
        match named {
            Some(named) => named == self.issuer.as_str(),
            None => !must,
        }
    }

    /// Exchanges a code for a token, judges it, and asks for what it leaves open.
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
            .map_err(|error| self.unavailable("names no place to exchange codes", &error))?
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
        let http = self.client.http_client();
        let answer = request.request_async(&http).await;
        let answer = answer.map_err(|error| match error {
            openidconnect::RequestTokenError::ServerResponse(refusal) => {
                self.refused(&format!("it refuses the code: {}", refusal.error()))
            }
            other => self.unavailable("does not exchange the code", &other),
        })?;
        let token = answer.id_token().ok_or_else(|| self.refused("it gives no ID token"))?;
        let verified = match self.verify_id_token(&client, token, flow_state, now) {
            // Its keys may have changed since they were fetched.
            Err(ClaimsVerificationError::SignatureVerification(_)) if self.age(now).is_none_or(|age| age >= ASKED_AGAIN) => {
                self.discover(now).await?;
                let client = self.oidc_client(redirect_uri)?;
                self.verify_id_token(&client, token, flow_state, now)
            }
            result => result,
        };
        let verified = verified.map_err(|error| self.refused(&format!("its token is not accepted: {error}")))?;
        self.complete(&client, verified, answer.access_token().clone()).await
    }

    fn verify_id_token(
        &self,
        client: &OidcClient,
        token: &CoreIdToken,
        flow_state: &FlowState,
        now: Timestamp,
    ) -> Result<VerifiedLogin, ClaimsVerificationError> {
        let accepted = &self.settings.acr;
        let now = chrono::DateTime::from_timestamp(now.as_second(), 0).unwrap_or_default();
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || now)
            .set_auth_context_verifier_fn(move |acr| match acr {
                _ if accepted.is_empty() => Ok(()),
                Some(acr) if accepted.iter().any(|accepted| accepted == acr.as_str()) => Ok(()),
                _ => Err("the level of assurance is not one that is required".to_owned()),
            });
        let subject = token
            .claims(&verifier, &Nonce::new(flow_state.nonce.clone()))?
            .subject()
            .to_string();
        let id_token = token.to_string();
        // The very text that was just checked, as plain data: the rules may name any claim.
        let claims = id_token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let claims = claims.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let claims = claims.ok_or_else(|| ClaimsVerificationError::Other("its claims cannot be read".to_owned()))?;
        Ok(VerifiedLogin {
            subject,
            claims,
            id_token,
        })
    }

    /// Where to log out, if the provider has such a place.
    pub(crate) fn logout_url(&self, id_token: &str, redirect_uri: &str) -> Option<String> {
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
        url.query_pairs_mut()
            .append_pair("id_token_hint", id_token)
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("post_logout_redirect_uri", redirect_uri);
        Some(url.into())
    }

    fn oidc_client(&self, redirect_uri: &str) -> Result<OidcClient, Error> {
        let discovery = self.discovery.load_full();
        let discovery = discovery.ok_or_else(|| Error::new(Reason::LoginUnavailable, "the provider was not asked yet"))?;
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

    pub(crate) fn unavailable(&self, what: &str, cause: &(dyn std::error::Error + 'static)) -> Error {
        let mut causes = String::new();
        let mut next = Some(cause);
        while let Some(cause) = next {
            causes.push_str(": ");
            causes.push_str(&cause.to_string());
            next = cause.source();
        }
        let message = format!("the identity provider `{}` {what}{causes}", self.id());
        Error::new(Reason::LoginUnavailable, message)
    }

    pub(crate) fn refused(&self, why: &str) -> Error {
        let message = format!("the identity provider `{}` lets nobody in by this login: {why}", self.id());
        Error::new(Reason::LoginFailed, message)
    }
}
