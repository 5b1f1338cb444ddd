//! All sessions, in memory. The store knows a session by the hash of its cookie, so that what it holds opens no session.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use register::clock::Clock;
use register::identifier::MunicipalityCode;
use server_core::config;
use server_core::identity::Person;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::questions::{Questions, ResultId};
use super::random::RandomNames;
use crate::login::FlowState;
use crate::question::Question;

/// How long somebody may take to log in.
const TO_LOG_IN: Duration = Duration::from_secs(15 * 60);

/// The hash of a cookie.
type CookieHash = [u8; 32];

/// Somebody who has logged in.
#[derive(Debug)]
pub(crate) struct LoggedIn {
    /// What to call them on the page. It is in no log.
    pub(crate) name: String,
    /// What tells them from everybody else: a name may be shared, or change.
    pub(crate) account: AccountDigest,
    /// For whom and in what they act.
    pub(crate) person: Person,
    /// How to log out where they logged in.
    pub(crate) provider: Option<ProviderSession>,
}

/// An account somewhere, as a digest: for telling people apart, and for nothing else.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct AccountDigest(CookieHash);

impl AccountDigest {
    /// The account that `issuer` calls `subject`: no other account of that issuer ever has that name (OpenID Connect Core, 2).
    pub(crate) fn of(issuer: &str, subject: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(issuer);
        // No address holds this character, so two accounts never look alike.
        hash.update([0]);
        hash.update(subject);
        Self(hash.finalize().into())
    }

    /// As text, to be made a salted digest of.
    pub(crate) fn to_text(&self) -> String {
        hex::encode(self.0)
    }
}

impl std::fmt::Debug for AccountDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccountDigest(***)")
    }
}

/// What the provider must be told when somebody logs out there.
#[derive(Clone)]
pub(crate) struct ProviderSession {
    /// Which provider.
    pub(crate) provider: String,
    /// The token that it gave.
    pub(crate) id_token: String,
}

impl std::fmt::Debug for ProviderSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderSession")
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

/// A session.
pub(crate) struct Session {
    key: CookieHash,
    /// Its name in the log, which opens nothing.
    handle: String,
    csrf: String,
    random: RandomNames,
    begun: Timestamp,
    login: Option<Arc<LoggedIn>>,
    state: Mutex<SessionState>,
}

/// What changes in a session.
struct SessionState {
    seen: Timestamp,
    questions: Questions<Question>,
    municipality: Option<MunicipalityCode>,
    notice: Option<String>,
    flow_state: Option<FlowState>,
}

/// All sessions.
pub(crate) struct Sessions {
    by_key: Mutex<HashMap<CookieHash, Arc<Session>>>,
    idle: Duration,
    longest: Duration,
    most: usize,
    clock: Arc<dyn Clock>,
    random: RandomNames,
}

impl Sessions {
    pub(crate) fn new(settings: &config::WebSettings, clock: Arc<dyn Clock>) -> Self {
        Self {
            by_key: Mutex::default(),
            idle: settings.session_idle,
            longest: settings.session_longest,
            most: settings.sessions,
            clock,
            random: RandomNames::from_os(),
        }
    }

    /// Begins a session; gives it with the value of its cookie.
    pub(crate) fn begin(&self, login: Option<LoggedIn>) -> (Arc<Session>, String) {
        let (cookie, now) = (self.random_secret(), self.clock.now());
        let key = key_of(&cookie);
        let session = Arc::new(Session {
            key,
            handle: self.random_name(),
            csrf: self.random_secret(),
            random: self.random.clone(),
            begun: now,
            login: login.map(Arc::new),
            state: Mutex::new(SessionState {
                seen: now,
                questions: Questions::default(),
                municipality: None,
                notice: None,
                flow_state: None,
            }),
        });
        let mut sessions = lock(&self.by_key);
        if sessions.len() >= self.most {
            self.make_room(&mut sessions, now);
        }
        sessions.insert(key, session.clone());
        metrics::gauge!("mwr_web_sessions").set(sessions.len() as f64);
        (session, cookie)
    }

    /// The session of a cookie, if it has not ended. It counts as used now.
    pub(crate) fn get(&self, cookie: &str) -> Option<Arc<Session>> {
        let (key, now) = (key_of(cookie), self.clock.now());
        let mut sessions = lock(&self.by_key);
        let session = sessions.get(&key)?.clone();
        if self.has_ended(&session, now) {
            sessions.remove(&key);
            return None;
        }
        lock(&session.state).seen = now;
        Some(session)
    }

    /// Ends a session.
    pub(crate) fn end(&self, session: &Session) {
        lock(&self.by_key).remove(&session.key);
    }

    /// A name of 96 bits, for what must be unguessable but is no secret by itself.
    pub(crate) fn random_name(&self) -> String {
        self.random.name()
    }

    /// A secret of 256 bits.
    pub(crate) fn random_secret(&self) -> String {
        self.random.secret()
    }

    fn has_ended(&self, session: &Session, now: Timestamp) -> bool {
        let (idle, longest) = match session.login {
            Some(_) => (self.idle, self.longest),
            None => (TO_LOG_IN, TO_LOG_IN),
        };
        let since = |moment: Timestamp| now.duration_since(moment).unsigned_abs();
        since(lock(&session.state).seen) >= idle || since(session.begun) >= longest
    }

    /// Takes away what has ended; if that is nothing, who has not logged in before who has, the longest idle first.
    fn make_room(&self, sessions: &mut HashMap<CookieHash, Arc<Session>>, now: Timestamp) {
        sessions.retain(|_, session| !self.has_ended(session, now));
        if sessions.len() < self.most {
            return;
        }
        let least = sessions
            .values()
            .min_by_key(|session| (session.login.is_some(), lock(&session.state).seen));
        if let Some(key) = least.map(|session| session.key) {
            sessions.remove(&key);
        }
    }
}

impl Session {
    /// Its name in the log.
    pub(crate) fn handle(&self) -> &str {
        &self.handle
    }

    /// A name of 96 bits, for what must be unguessable but is no secret by itself.
    pub(super) fn random_name(&self) -> String {
        self.random.name()
    }

    /// The token of its forms.
    pub(crate) fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Whether a form is of this session; takes as long for a wrong token as for a right one.
    pub(crate) fn is_own(&self, token: &str) -> bool {
        self.csrf.as_bytes().ct_eq(token.as_bytes()).into()
    }

    /// Who has logged in.
    pub(crate) fn login(&self) -> Option<&Arc<LoggedIn>> {
        self.login.as_ref()
    }

    pub(super) fn keep_question(&self, id: ResultId, question: Question) {
        lock(&self.state).questions.keep(id, question);
    }

    pub(super) fn question(&self, id: &ResultId) -> Option<Question> {
        lock(&self.state).questions.get(id)
    }

    pub(super) fn municipality(&self) -> Option<MunicipalityCode> {
        lock(&self.state).municipality.clone()
    }

    pub(super) fn set_municipality(&self, municipality: Option<MunicipalityCode>) {
        lock(&self.state).municipality = municipality;
    }

    pub(super) fn set_notice(&self, notice: String) {
        lock(&self.state).notice = Some(notice);
    }

    pub(super) fn take_notice(&self) -> Option<String> {
        lock(&self.state).notice.take()
    }

    /// Keeps the state of a login flow until the provider sends the visitor back.
    pub(crate) fn set_flow_state(&self, flow_state: FlowState) {
        lock(&self.state).flow_state = Some(flow_state);
    }

    /// Takes the state of the login flow under way: it can be used once.
    pub(crate) fn take_flow_state(&self) -> Option<FlowState> {
        lock(&self.state).flow_state.take()
    }
}

fn key_of(cookie: &str) -> CookieHash {
    Sha256::digest(cookie.as_bytes()).into()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
