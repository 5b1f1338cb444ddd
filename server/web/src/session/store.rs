//! All sessions, in memory, by the hash of their cookie: nobody can open a session with the contents of the store.
//!
//! Not tower-sessions: its expiry is either a time without changes or a fixed end, by the system clock, and we need both a time
//! without requests and a maximum age, by our clock; nor does it hash ids or bound the number of sessions.

use std::collections::HashMap;
use std::net::IpAddr;
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

/// Lifetime of a session before the login.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(15 * 60);

/// The part of a network's sessions that a full store evicts at once: one in so many.
const EVICTED_SHARE: usize = 100;

/// The SHA-256 of a cookie.
type CookieHash = [u8; 32];

/// The identity of a visitor who has logged in.
#[derive(Debug)]
pub(crate) struct LoggedIn {
    /// The name on the page. It never reaches a log.
    pub(crate) name: String,
    /// The account, which is unique, while a name may be shared or change.
    pub(crate) account: AccountDigest,
    /// The organisation and roles for the use cases.
    pub(crate) person: Person,
    /// The session at the identity provider, if they logged in at one.
    pub(crate) provider: Option<ProviderSession>,
}

/// A digest of an account, only for telling people apart.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct AccountDigest([u8; 32]);

impl AccountDigest {
    /// The digest of the account `subject` at `issuer`, which never gives a subject to another account (OpenID Connect Core, 2).
    pub(crate) fn of(issuer: &str, subject: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(issuer);
        // No issuer holds this character, so two accounts never have the same input.
        hash.update([0]);
        hash.update(subject);
        Self(hash.finalize().into())
    }

    /// The digest as text, from which the use case makes a salted one.
    pub(crate) fn to_text(&self) -> String {
        hex::encode(self.0)
    }
}

impl std::fmt::Debug for AccountDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccountDigest(***)")
    }
}

/// The session of a visitor at an identity provider, for logging out there.
#[derive(Clone)]
pub(crate) struct ProviderSession {
    /// The id of the provider.
    pub(crate) provider: String,
    /// The ID token as received.
    pub(crate) id_token: Option<String>,
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
    /// Its name in the log, which cannot open the session.
    handle: String,
    csrf: String,
    random: RandomNames,
    begun: Timestamp,
    login: Option<Arc<LoggedIn>>,
    /// The network that the visitor came from, to tell visitors without a login apart.
    network: Option<IpAddr>,
    state: Mutex<SessionState>,
}

/// The mutable part of a session.
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
    max_idle: Duration,
    max_age: Duration,
    capacity: usize,
    clock: Arc<dyn Clock>,
    random: RandomNames,
}

impl Sessions {
    /// Builds an empty store with the limits of `settings`.
    pub(crate) fn new(settings: &config::WebSettings, clock: Arc<dyn Clock>) -> Self {
        Self {
            by_key: Mutex::default(),
            max_idle: settings.session_idle,
            max_age: settings.session_longest,
            capacity: settings.sessions,
            clock,
            random: RandomNames::from_os(),
        }
    }

    /// Begins a session of a visitor from `network`. Returns it with the value of its cookie. A full store evicts others.
    pub(crate) fn begin(&self, login: Option<LoggedIn>, network: Option<IpAddr>) -> (Arc<Session>, String) {
        let (cookie, now) = (self.random_secret(), self.clock.now());
        let key = key_of(&cookie);
        let session = Arc::new(Session {
            key,
            handle: self.random_name(),
            csrf: self.random_secret(),
            random: self.random.clone(),
            begun: now,
            login: login.map(Arc::new),
            network,
            state: Mutex::new(SessionState {
                seen: now,
                questions: Questions::default(),
                municipality: None,
                notice: None,
                flow_state: None,
            }),
        });
        let mut sessions = lock(&self.by_key);
        if sessions.len() >= self.capacity {
            self.evict(&mut sessions, now);
        }
        sessions.insert(key, session.clone());
        metrics::gauge!("mwr_web_sessions").set(sessions.len() as f64);
        (session, cookie)
    }

    /// The session of a cookie, unless it has expired. Marks it as used now.
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

    /// Draws a name of 96 bits: it cannot be guessed, but is not a secret.
    pub(crate) fn random_name(&self) -> String {
        self.random.name()
    }

    /// Draws a secret of 256 bits.
    pub(crate) fn random_secret(&self) -> String {
        self.random.secret()
    }

    fn has_ended(&self, session: &Session, now: Timestamp) -> bool {
        let (max_idle, max_age) = match session.login {
            Some(_) => (self.max_idle, self.max_age),
            None => (LOGIN_TIMEOUT, LOGIN_TIMEOUT),
        };
        let since = |moment: Timestamp| now.duration_since(moment).unsigned_abs();
        since(lock(&session.state).seen) >= max_idle || since(session.begun) >= max_age
    }

    /// Removes expired sessions. If there are none, removes sessions without a login, those of the network that has most of
    /// them, idle longest first: many visits of one network end no session of another. If there are none of those either,
    /// removes the session that was idle longest.
    fn evict(&self, sessions: &mut HashMap<CookieHash, Arc<Session>>, now: Timestamp) {
        sessions.retain(|_, session| !self.has_ended(session, now));
        if sessions.len() < self.capacity {
            return;
        }
        let mut by_network: HashMap<Option<IpAddr>, Vec<(Timestamp, CookieHash)>> = HashMap::new();
        for session in sessions.values().filter(|session| session.login.is_none()) {
            let idle_since = (lock(&session.state).seen, session.key);
            by_network.entry(session.network).or_default().push(idle_since);
        }
        let mut evicted = by_network.into_values().max_by_key(Vec::len).unwrap_or_default();
        if evicted.is_empty() {
            let idle_longest = sessions.values().min_by_key(|session| lock(&session.state).seen);
            evicted.extend(idle_longest.map(|session| (session.begun, session.key)));
        }
        evicted.sort_unstable();
        // Several at once, so that a flood of visits does not search the whole store at each.
        let at_once = (evicted.len() / EVICTED_SHARE).max(1);
        for (_, key) in evicted.iter().take(at_once) {
            sessions.remove(key);
        }
    }
}

impl Session {
    /// Its name in the log.
    pub(crate) fn handle(&self) -> &str {
        &self.handle
    }

    /// The network that the visitor came from.
    pub(crate) fn network(&self) -> Option<IpAddr> {
        self.network
    }

    /// Draws a name of 96 bits: it cannot be guessed, but is not a secret.
    pub(super) fn random_name(&self) -> String {
        self.random.name()
    }

    /// The CSRF token for its forms.
    pub(crate) fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Whether `token` is the CSRF token of this session. Compares in constant time.
    pub(crate) fn is_own(&self, token: &str) -> bool {
        self.csrf.as_bytes().ct_eq(token.as_bytes()).into()
    }

    /// The identity of the visitor, after a login.
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
