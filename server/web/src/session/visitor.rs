//! The visitor: somebody who has logged in, as handlers see them.

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

/// A logged-in visitor and their session. As an extractor it fails with `LOGIN_REQUIRED`.
#[derive(Clone)]
pub(crate) struct Visitor {
    session: Arc<Session>,
    login: Arc<LoggedIn>,
    caller: Arc<Caller>,
}

impl Visitor {
    /// The visitor of a session, if it began with a login.
    pub(crate) fn of(session: &Arc<Session>) -> Option<Self> {
        let login = session.login()?.clone();
        let caller = Caller::from_session(login.person.clone());
        Some(Self {
            session: session.clone(),
            login,
            caller: Arc::new(caller),
        })
    }

    /// The name for the page. It must not appear anywhere else.
    pub(crate) fn name(&self) -> &str {
        &self.login.name
    }

    /// The digest of their account.
    pub(crate) fn account(&self) -> &AccountDigest {
        &self.login.account
    }

    /// The organisation that they act for.
    pub(crate) fn organisation(&self) -> &OrganisationId {
        &self.login.person.organisation
    }

    /// Whether the login gives `role`. Decides what a page offers; the use cases decide what is allowed.
    pub(crate) fn may(&self, role: Role) -> bool {
        self.login.person.roles.contains(&role)
    }

    /// The caller for the use cases.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The token for the field `csrf` of every form.
    pub(crate) fn csrf_token(&self) -> &str {
        self.session.csrf()
    }

    /// The name of the session in the log.
    pub(crate) fn handle(&self) -> &str {
        self.session.handle()
    }

    /// The session at the identity provider, if they logged in at one.
    pub(crate) fn provider_session(&self) -> Option<&ProviderSession> {
        self.login.provider.as_ref()
    }

    /// The session.
    pub(crate) fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// Keeps a question in the session. Returns its id, for the address of the result.
    pub(crate) fn keep_question(&self, question: Question) -> ResultId {
        let id = ResultId::new(self.session.random_name());
        self.session.keep_question(id.clone(), question);
        id
    }

    /// The question with this id, if the session still has it.
    pub(crate) fn question(&self, id: &ResultId) -> Option<Question> {
        self.session.question(id)
    }

    /// The municipality of their last search.
    pub(crate) fn municipality(&self) -> Option<MunicipalityCode> {
        self.session.municipality()
    }

    /// Remembers the municipality of a search.
    pub(crate) fn remember_municipality(&self, municipality: Option<MunicipalityCode>) {
        self.session.set_municipality(municipality);
    }

    /// Shows `notice` once, on the next page.
    pub(crate) fn set_notice(&self, notice: impl Into<String>) {
        self.session.set_notice(notice.into());
    }

    /// Takes the notice for this page.
    pub(crate) fn take_notice(&self) -> Option<String> {
        self.session.take_notice()
    }

    /// A new request id for the field `verzoek` of a form, so that a form that is sent twice writes once. It begins with the
    /// session's name in the log, so that a write can be traced to a login.
    pub(crate) fn new_request_id(&self) -> RequestId {
        let name = format!("{}{}", self.prefix(), self.session.random_name());
        RequestId::parse(&name).expect("hexadecimal digits and dashes, 53 of them, are a request id")
    }

    /// The request id of a form, if this session made it, else a new one.
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
