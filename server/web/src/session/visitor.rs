//! Somebody who has logged in, as a handler sees them.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use register::grant::Role;
use register::identifier::{MunicipalityCode, OrganisationId, RequestId};
use server_core::error::Reason;
use server_core::identity::Caller;

use super::questions::ResultId;
use super::store::{AccountDigest, LoggedIn, ProviderSession, Session};
use crate::error::PageError;
use crate::fields::Fields;
use crate::question::Question;

/// Somebody who has logged in, with their session.
#[derive(Clone)]
pub(crate) struct Visitor {
    session: Arc<Session>,
    login: Arc<LoggedIn>,
    caller: Arc<Caller>,
}

impl Visitor {
    /// The visitor of a session that began with a login.
    pub(crate) fn of(session: &Arc<Session>) -> Option<Self> {
        let login = session.login()?.clone();
        let caller = Caller::from_session(login.person.clone());
        Some(Self {
            session: session.clone(),
            login,
            caller: Arc::new(caller),
        })
    }

    /// What to call them on the page, and nowhere else.
    pub(crate) fn name(&self) -> &str {
        &self.login.name
    }

    /// What tells them from their colleagues.
    pub(crate) fn account(&self) -> &AccountDigest {
        &self.login.account
    }

    /// For whom they act.
    pub(crate) fn organisation(&self) -> &OrganisationId {
        &self.login.person.organisation
    }

    /// Whether the login gives a role: decides what is offered. What is allowed, the use cases decide.
    pub(crate) fn may(&self, role: Role) -> bool {
        self.login.person.roles.contains(&role)
    }

    /// As what the use cases know them.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The token that every form must send along, as the field `csrf`.
    pub(crate) fn csrf_token(&self) -> &str {
        self.session.csrf()
    }

    /// The name of the session in the log.
    pub(crate) fn handle(&self) -> &str {
        self.session.handle()
    }

    /// Where they logged in, if it was at a provider.
    pub(crate) fn provider_session(&self) -> Option<&ProviderSession> {
        self.login.provider.as_ref()
    }

    /// The session.
    pub(crate) fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// Keeps a question in the session; its id stands in the address of the result.
    pub(crate) fn keep_question(&self, question: Question) -> ResultId {
        let id = ResultId::new(self.session.random_name());
        self.session.keep_question(id.clone(), question);
        id
    }

    /// The question of a result, if this session still keeps it.
    pub(crate) fn question(&self, id: &ResultId) -> Option<Question> {
        self.session.question(id)
    }

    /// The municipality for which they search, as they last said.
    pub(crate) fn municipality(&self) -> Option<MunicipalityCode> {
        self.session.municipality()
    }

    /// Remembers the municipality for which they search.
    pub(crate) fn remember_municipality(&self, municipality: Option<MunicipalityCode>) {
        self.session.set_municipality(municipality);
    }

    /// Has `notice` said once on the next page.
    pub(crate) fn tell(&self, notice: impl Into<String>) {
        self.session.set_notice(notice.into());
    }

    /// What is to be said on this page.
    pub(crate) fn take_notice(&self) -> Option<String> {
        self.session.take_notice()
    }

    /// A name for a write that a form will ask for: the form sends it as the field `verzoek`, so that sending it twice writes
    /// once. It begins with the session's name in the log, by which a write can be traced to a login.
    pub(crate) fn new_request_id(&self) -> RequestId {
        let name = format!("{}{}", self.prefix(), self.session.random_name());
        RequestId::parse(&name).expect("hexadecimal digits and dashes, 53 of them, are a request id")
    }

    /// The name of the write that a form asks for: its own, if this session gave it, else a new one.
    pub(crate) fn request_id(&self, fields: &Fields) -> RequestId {
        let sent = fields.get("verzoek");
        let own = RequestId::parse(sent).ok().filter(|_| sent.starts_with(&self.prefix()));
        own.unwrap_or_else(|| self.new_request_id())
    }

    fn prefix(&self) -> String {
        format!("web-{}-", self.handle())
    }
}

impl std::fmt::Debug for Visitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Visitor")
            .field("session", &self.handle())
            .finish_non_exhaustive()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        let visitor = parts.extensions.get::<Self>().cloned();
        visitor.ok_or_else(|| PageError::of(Reason::LoginRequired))
    }
}
