use std::sync::atomic::{AtomicU64, Ordering};

use jiff::ToSpan as _;
use pki::{Authority, Subject};
use register::clock::{Clock as _, FixedClock};

use super::*;

const NOW: &str = "2026-11-22T12:00:00Z";

/// Accepts every chain until a refusal is set, and counts its calls.
#[derive(Debug, Default)]
struct CountingVerifier {
    generation: AtomicU64,
    asked: AtomicU64,
    refusal: Mutex<Option<Reason>>,
}

impl ChainVerifier for CountingVerifier {
    fn generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }

    fn verify(&self, _chain: &[CertificateDer<'static>], _now: Timestamp) -> Result<(), Reason> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.refusal.lock().unwrap().map_or(Ok(()), Err)
    }
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn chain(subject: Subject<'_>) -> Vec<CertificateDer<'static>> {
    let authority = Authority::new("Test CA", now()).unwrap();
    vec![authority.issue(&subject, now(), now() + 24.hours()).unwrap().der]
}

fn caller(verifier: &Arc<CountingVerifier>) -> Caller {
    Caller::new(
        chain(Subject::client("client", "00000099000000001000")),
        verifier.clone(),
        now(),
    )
    .unwrap()
}

#[test]
fn caller_is_the_oin_in_the_subject() {
    let caller = caller(&Arc::default());
    assert_eq!(caller.acting.oin().as_str(), "00000099000000001000");
}

#[test]
fn subject_without_valid_oin_is_refused() {
    for oin in [None, Some("12345")] {
        let subject = Subject {
            oin,
            ..Subject::client("client", "")
        };
        let refused = Caller::new(chain(subject), Arc::new(CountingVerifier::default()), now()).unwrap_err();
        assert_eq!(refused.reason(), Reason::SubjectWithoutOin);
    }
}

#[test]
fn certificate_expires_on_an_open_connection() {
    let caller = caller(&Arc::default());
    caller.still_valid(now() + 23.hours()).unwrap();
    let refused = caller.still_valid(now() + 25.hours()).unwrap_err();
    assert_eq!(refused.reason(), Reason::CertExpired);
}

#[test]
fn chain_is_verified_again_after_reload_and_15_seconds() {
    let verifier = Arc::new(CountingVerifier::default());
    let caller = caller(&verifier);
    let clock = FixedClock::new(now());
    caller.still_valid(clock.now()).unwrap();
    assert_eq!(verifier.asked.load(Ordering::Relaxed), 0);

    clock.advance(SignedDuration::from_secs(16));
    caller.still_valid(clock.now()).unwrap();
    caller.still_valid(clock.now()).unwrap();
    assert_eq!(verifier.asked.load(Ordering::Relaxed), 1);

    verifier.generation.store(1, Ordering::Relaxed);
    *verifier.refusal.lock().unwrap() = Some(Reason::CertRevoked);
    let refused = caller.still_valid(clock.now()).unwrap_err();
    assert_eq!(refused.reason(), Reason::CertRevoked);
    assert!(caller.still_valid(clock.now()).is_err(), "the refusal must last");
}

#[test]
fn malformed_certificate_has_no_facts() {
    assert_eq!(CertificateFacts::read(b"not a certificate"), None);
}
