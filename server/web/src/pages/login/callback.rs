//! The authorization code flow: to a provider and back.

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use server_core::error::{Error, Reason};
use server_core::identity::Person;

use super::start::{local_path, start_session};
use crate::error::PageError;
use crate::fields::Fields;
use crate::login::{FlowState, Provider, is_error_code, mapping};
use crate::session::{AccountDigest, CurrentSession, LoggedIn, ProviderSession};
use crate::state::Web;

/// `POST /inloggen/{provider}`
pub(crate) async fn begin(
    State(web): State<Web>,
    Path(id): Path<String>,
    Extension(current): Extension<CurrentSession>,
    fields: Fields,
) -> Result<Response, PageError> {
    let provider = provider(&web, &id)?;
    let session = current.0.ok_or_else(|| PageError::of(Reason::LoginRequired))?;
    provider.refresh(web.clock().now()).await.inspect_err(record_failure)?;
    let flow_state = FlowState {
        provider: id,
        state: web.sessions().random_secret(),
        nonce: web.sessions().random_secret(),
        verifier: web.sessions().random_secret(),
        return_to: local_path(fields.get("naar")).to_owned(),
    };
    let url = provider.authorization_url(&flow_state, &redirect_uri(&web, provider))?;
    session.set_flow_state(flow_state);
    Ok(Redirect::to(&url).into_response())
}

/// The authorization response of a provider (RFC 6749, 4.1.2), and its issuer (RFC 9207).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct CallbackQuery {
    code: Option<String>,
    state: String,
    iss: Option<String>,
    error: Option<String>,
}

/// `GET /inloggen/{provider}/terug`
pub(crate) async fn finish(
    State(web): State<Web>,
    Path(id): Path<String>,
    Extension(current): Extension<CurrentSession>,
    Query(response): Query<CallbackQuery>,
) -> Result<Response, PageError> {
    let provider = provider(&web, &id)?;
    let flow_state = current.0.as_ref().and_then(|session| session.take_flow_state());
    let outcome = log_in(&web, provider, flow_state, response).await;
    let (login, return_to) = outcome.inspect_err(record_failure)?;
    Ok(start_session(&web, &current, login, &return_to))
}

/// Checks the response of a provider and maps its claims. Returns the login and the page to open.
async fn log_in(
    web: &Web,
    provider: &Provider,
    flow_state: Option<FlowState>,
    response: CallbackQuery,
) -> Result<(LoggedIn, String), Error> {
    let flow_state = flow_state.filter(|flow_state| flow_state.matches(provider.id(), &response.state));
    let flow_state = flow_state.ok_or_else(|| refused("the response matches no login flow of this session"))?;
    if !provider.is_issuer(response.iss.as_deref()) {
        return Err(refused("the response names another issuer, or none"));
    }
    let code = match (response.code, response.error) {
        (Some(code), None) => code,
        (_, Some(error)) if is_error_code(&error) => return Err(refused(&format!("the provider returned `{error}`"))),
        _ => return Err(refused("the response has no code")),
    };
    let (now, token_id) = (web.clock().now(), web.sessions().random_name());
    let redirect_uri = redirect_uri(web, provider);
    let verified = provider
        .exchange_code(code, &flow_state, &redirect_uri, now, &token_id)
        .await?;
    let settings = provider.settings();
    let (organisation, roles) = mapping::organisation_and_roles(&settings.rules, &verified.claims).ok_or_else(|| {
        let names: Vec<&str> = verified.claims.keys().map(String::as_str).collect();
        refused(&format!("no rule fits; the claims are {}", names.join(", ")))
    })?;
    let login = LoggedIn {
        name: mapping::display_name(&settings.name_claim, &verified.claims),
        account: AccountDigest::of(provider.issuer(), &verified.subject),
        person: Person {
            node: web.node().clone(),
            organisation,
            roles,
        },
        provider: Some(ProviderSession {
            provider: provider.id().to_owned(),
            id_token: verified.id_token,
        }),
    };
    Ok((login, flow_state.return_to))
}

fn provider<'a>(web: &'a Web, id: &str) -> Result<&'a Provider, PageError> {
    let provider = web.login().provider(id);
    provider.ok_or_else(|| PageError::of(Reason::PageNotFound))
}

/// The redirect URI of a provider, as it is registered there. Each provider has its own, so that the response of one cannot pass
/// for that of another (mix-up attack).
fn redirect_uri(web: &Web, provider: &Provider) -> String {
    format!("{}/inloggen/{}/terug", web.origin(), provider.id())
}

fn refused(why: &str) -> Error {
    Error::new(Reason::LoginFailed, format!("the login is not accepted: {why}"))
}

/// Logs and counts a failed login: the operator learns the cause, the visitor only what to do.
fn record_failure(error: &Error) {
    tracing::warn!(reason = error.reason().as_str(), "{error}");
    metrics::counter!("mwr_web_logins_total", "outcome" => error.reason().as_str()).increment(1);
}
