use std::sync::atomic::{AtomicU64, Ordering};

use jiff::ToSpan as _;
use pki::{Authority, Subject};
use register::clock::{Clock as _, FixedClock};

use super::*;

const NOW: &str = "2026-11-22T12:00:00Z";

/// Trusts everybody until it is told otherwise, and counts how often it is asked.
#[derive(Debug, Default)]
struct Judge {
    generation: AtomicU64,
    asked: AtomicU64,
    verdict: Mutex<Option<Reason>>,
}

impl ChainJudge for Judge {
    fn generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }

    fn judge(&self, _chain: &[CertificateDer<'static>], _now: Timestamp) -> Result<(), Reason> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.verdict.lock().unwrap().map_or(Ok(()), Err)
    }
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn chain(subject: Subject<'_>) -> Vec<CertificateDer<'static>> {
    let authority = Authority::new("Test CA", now()).unwrap();
    vec![authority.issue(&subject, now(), now() + 24.hours()).unwrap().der]
}

fn caller(judge: &Arc<Judge>) -> Caller {
    Caller::new(chain(Subject::client("client", "00000099000000001000")), judge.clone(), now()).unwrap()
}

#[test]
fn the_caller_is_the_oin_in_the_subject() {
    let caller = caller(&Arc::default());
    assert_eq!(caller.acting.oin().as_str(), "00000099000000001000");
}

#[test]
fn a_subject_without_an_oin_or_with_a_wrong_one_is_refused() {
    for oin in [None, Some("12345")] {
        let subject = Subject {
            oin,
            ..Subject::client("client", "")
        };
        let refused = Caller::new(chain(subject), Arc::new(Judge::default()), now()).unwrap_err();
        assert_eq!(refused.reason(), Reason::SubjectWithoutOin);
    }
}

#[test]
fn a_certificate_ends_at_its_time_on_an_open_connection() {
    let caller = caller(&Arc::default());
    caller.still_valid(now() + 23.hours()).unwrap();
    let refused = caller.still_valid(now() + 25.hours()).unwrap_err();
    assert_eq!(refused.reason(), Reason::CertExpired);
}

#[test]
fn the_verifier_is_asked_again_when_it_was_reloaded_and_after_15_seconds() {
    let judge = Arc::new(Judge::default());
    let caller = caller(&judge);
    let clock = FixedClock::new(now());
    caller.still_valid(clock.now()).unwrap();
    assert_eq!(judge.asked.load(Ordering::Relaxed), 0);

    clock.advance(SignedDuration::from_secs(16));
    caller.still_valid(clock.now()).unwrap();
    caller.still_valid(clock.now()).unwrap();
    assert_eq!(judge.asked.load(Ordering::Relaxed), 1);

    judge.generation.store(1, Ordering::Relaxed);
    *judge.verdict.lock().unwrap() = Some(Reason::CertRevoked);
    let refused = caller.still_valid(clock.now()).unwrap_err();
    assert_eq!(refused.reason(), Reason::CertRevoked);
    assert!(caller.still_valid(clock.now()).is_err(), "a refusal is not forgotten");
}

#[test]
fn what_is_no_certificate_has_no_facts() {
    assert_eq!(CertificateFacts::read(b"not a certificate"), None);
}
