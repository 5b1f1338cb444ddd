//! To a provider and back: the authorization code flow as a browser goes through it.

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use server_core::error::{Error, Reason};
use server_core::identity::Person;

use super::attempt::Attempt;
use super::mapping;
use super::provider::Provider;
use super::ways::{come_in, page_of_ours};
use crate::Web;
use crate::error_page::PageError;
use crate::fields::Fields;
use crate::session::{Account, AtProvider, LoggedIn, Opened};

/// `POST /inloggen/{provider}`
pub(crate) async fn begin(
    State(web): State<Web>,
    Path(id): Path<String>,
    Extension(opened): Extension<Opened>,
    fields: Fields,
) -> Result<Response, PageError> {
    let provider = provider(&web, &id)?;
    let session = opened.0.ok_or_else(|| PageError::of(Reason::LoginRequired))?;
    provider.ask(web.clock().now()).await.inspect_err(failed)?;
    let attempt = Attempt {
        provider: id,
        state: web.0.sessions.random_secret(),
        nonce: web.0.sessions.random_secret(),
        verifier: web.0.sessions.random_secret(),
        wanted: page_of_ours(fields.get("naar")).to_owned(),
    };
    let url = provider.log_in_at(&attempt, &comes_back_to(&web, provider))?;
    session.set_attempt(attempt);
    Ok(Redirect::to(&url).into_response())
}

/// What a provider answers, in the address.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answer {
    code: Option<String>,
    state: String,
    iss: Option<String>,
    error: Option<String>,
}

/// `GET /inloggen/{provider}/terug`
pub(crate) async fn finish(
    State(web): State<Web>,
    Path(id): Path<String>,
    Extension(opened): Extension<Opened>,
    Query(answer): Query<Answer>,
) -> Result<Response, PageError> {
    let provider = provider(&web, &id)?;
    let attempt = opened.0.as_ref().and_then(|session| session.take_attempt());
    let outcome = judge(&web, provider, attempt, answer).await;
    let (login, wanted) = outcome.inspect_err(failed)?;
    Ok(come_in(&web, &opened, login, &wanted))
}

async fn judge(web: &Web, provider: &Provider, attempt: Option<Attempt>, answer: Answer) -> Result<(LoggedIn, String), Error> {
    let attempt = attempt.filter(|attempt| attempt.is_of(provider.id(), &answer.state));
    let attempt = attempt.ok_or_else(|| refused("the answer belongs to no attempt of this session"))?;
    if !provider.is_issuer(answer.iss.as_deref()) {
        return Err(refused("the answer names another issuer, or none"));
    }
    let code = match (answer.code, answer.error) {
        (Some(code), None) => code,
        (_, Some(error)) if is_code(&error) => return Err(refused(&format!("the provider says `{error}`"))),
        _ => return Err(refused("the answer has no code")),
    };
    let (now, once) = (web.clock().now(), web.0.sessions.random_name());
    let comes_back_to = comes_back_to(web, provider);
    let vouched = provider.vouch(code, &attempt, &comes_back_to, now, &once).await?;
    let settings = provider.settings();
    let (organisation, roles) = mapping::acts_for(&settings.rules, &vouched.claims).ok_or_else(|| {
        let names: Vec<&str> = vouched.claims.keys().map(String::as_str).collect();
        refused(&format!("no rule fits; the claims are {}", names.join(", ")))
    })?;
    let login = LoggedIn {
        name: mapping::name(&settings.name_claim, &vouched.claims),
        account: Account::of(provider.issuer(), &vouched.subject),
        person: Person {
            node: web.0.node.clone(),
            organisation,
            roles,
        },
        provider: Some(AtProvider {
            provider: provider.id().to_owned(),
            id_token: vouched.id_token,
        }),
    };
    Ok((login, attempt.wanted))
}

fn provider<'a>(web: &'a Web, id: &str) -> Result<&'a Provider, PageError> {
    let provider = web.0.login.provider(id);
    provider.ok_or_else(|| PageError::of(Reason::PageNotFound))
}

/// Where the provider sends people back to, as it was registered there. Each has its own, so that the answer of one cannot pass
/// for that of another.
fn comes_back_to(web: &Web, provider: &Provider) -> String {
    format!("{}/inloggen/{}/terug", web.origin(), provider.id())
}

fn refused(why: &str) -> Error {
    Error::new(Reason::LoginFailed, format!("the login is not accepted: {why}"))
}

/// Whether a text is an error code of OAuth: anything else would be somebody's text in our log.
fn is_code(text: &str) -> bool {
    !text.is_empty() && text.len() <= 60 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// The operator sees why a login failed; the visitor sees what to do.
fn failed(error: &Error) {
    tracing::warn!(reason = error.reason().as_str(), "{error}");
    metrics::counter!("mwr_web_logins_total", "outcome" => error.reason().as_str()).increment(1);
}
