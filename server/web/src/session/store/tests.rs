use jiff::SignedDuration;
use register::clock::FixedClock;
use register::grant::Role;
use register::identifier::OrganisationId;
use register::oin::Oin;

use super::*;

fn sessions(most: usize) -> (Sessions, Arc<FixedClock>) {
    let clock = Arc::new(FixedClock::new("2026-11-22T12:00:00Z".parse().unwrap()));
    let settings = config::WebSettings {
        sessions: most,
        session_idle: Duration::from_secs(60),
        session_longest: Duration::from_secs(100),
        ..config::WebSettings::default()
    };
    (Sessions::new(&settings, clock.clone()), clock)
}

fn login() -> Option<LoggedIn> {
    Some(LoggedIn {
        name: "Sam Voorbeeld".into(),
        account: AccountDigest::of("https://login.example", "sam"),
        person: Person {
            node: Oin::parse("00000099000000001000").unwrap(),
            organisation: OrganisationId::parse("cak").unwrap(),
            roles: vec![Role::Lookup],
        },
        provider: None,
    })
}

#[test]
fn a_session_ends_when_idle_and_at_its_maximum_age() {
    let (sessions, clock) = sessions(10);
    let (_, idle) = sessions.begin(login(), None);
    let (_, busy) = sessions.begin(login(), None);
    clock.advance(SignedDuration::from_secs(59));
    assert!(sessions.get(&busy).is_some());
    clock.advance(SignedDuration::from_secs(1));
    assert!(sessions.get(&idle).is_none(), "idle for a minute");
    assert!(sessions.get(&busy).is_some());
    clock.advance(SignedDuration::from_secs(40));
    assert!(sessions.get(&busy).is_none(), "a hundred seconds old");
}

#[test]
fn a_full_store_evicts_sessions_without_a_login_first() {
    let (sessions, clock) = sessions(2);
    let (_, visitor) = sessions.begin(login(), None);
    clock.advance(SignedDuration::from_secs(1));
    let (_, stranger) = sessions.begin(None, None);
    let (_, other) = sessions.begin(None, None);
    assert!(sessions.get(&visitor).is_some());
    assert!(sessions.get(&stranger).is_none());
    assert!(sessions.get(&other).is_some());
}

#[test]
fn visits_of_one_network_evict_no_login_of_another() {
    let (sessions, clock) = sessions(100);
    let network = |text: &str| Some(text.parse().unwrap());
    let (_, visitor) = sessions.begin(login(), network("192.0.2.1"));
    let (logging_in, cookie) = sessions.begin(None, network("198.51.100.7"));
    for _ in 0..10_000 {
        sessions.begin(None, network("192.0.2.1"));
        clock.advance(SignedDuration::from_millis(1));
    }
    assert!(sessions.get(&visitor).is_some());
    let found = sessions.get(&cookie).expect("the login goes on");
    assert!(found.is_own(logging_in.csrf()));
    assert!(lock(&sessions.by_key).len() <= 100);
}

#[test]
fn an_ended_session_is_gone_and_every_cookie_differs() {
    let (sessions, _) = sessions(10);
    let (session, cookie) = sessions.begin(login(), None);
    let (other, other_cookie) = sessions.begin(login(), None);
    assert!(cookie != other_cookie && session.csrf() != other.csrf() && session.handle() != other.handle());
    assert_eq!(cookie.len(), 64);
    sessions.end(&session);
    assert!(sessions.get(&cookie).is_none());
    assert!(sessions.get(&other_cookie).is_some());
}

#[test]
fn a_session_accepts_only_its_own_token() {
    let (sessions, _) = sessions(10);
    let (session, _) = sessions.begin(None, None);
    let (other, _) = sessions.begin(None, None);
    assert!(session.is_own(session.csrf()));
    assert!(!session.is_own(other.csrf()));
    assert!(!session.is_own(""));
}

#[test]
fn an_account_digest_depends_on_the_issuer_and_reveals_nothing() {
    let account = AccountDigest::of("https://login.example", "sam");
    assert_eq!(account, AccountDigest::of("https://login.example", "sam"));
    for other in [
        ("https://login.example", "sa"),
        ("https://elders.example", "sam"),
        ("https://login.examples", "am"),
    ] {
        assert_ne!(account, AccountDigest::of(other.0, other.1));
    }
    assert!(!account.to_text().contains("sam") && !format!("{account:?}").contains(&account.to_text()));
}
