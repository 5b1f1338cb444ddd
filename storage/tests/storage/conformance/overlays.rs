//! Presence and verification: beside the content, and no snapshot touches them.

use register::change::Mutation;
use register::presence::Presence;
use register::verification::Verification;

use crate::fixture::Fixture;
use crate::sample::{absent, day, mailbox, moment, name, oin, person, put, put_organisation, withdraw};

fn set_presence(presence: Presence) -> Mutation {
    Mutation::SetPresence {
        name: name("gm9901", "a"),
        presence,
    }
}

fn verify() -> (Mutation, Verification) {
    let verification = Verification::new(day("2026-03-02"), Some(oin(3)));
    let mutation = Mutation::VerifyOfficer {
        name: name("gm9901", "a"),
        verification: verification.clone(),
    };
    (mutation, verification)
}

pub(crate) async fn presence_and_verification_survive_another_put(register: impl Fixture) {
    let (verified, verification) = verify();
    register
        .commit(vec![
            put_organisation("gm9901"),
            put(mailbox("gm9901", "a")),
            set_presence(absent(1)),
            verified,
        ])
        .await;
    let applied = register.commit(vec![put(person("gm9901", "a", "Noor Voorbeeld"))]).await;
    let entry = register.entry(&name("gm9901", "a")).await.unwrap();
    assert_eq!(entry.presence, absent(1));
    assert_eq!(entry.verification, Some(verification));
    assert_eq!(applied.entries, [entry]);
    register.assert_sound().await;
}

pub(crate) async fn presence_is_replaced_as_a_whole(register: impl Fixture) {
    register
        .commit(vec![
            put_organisation("gm9901"),
            put(mailbox("gm9901", "a")),
            set_presence(absent(1)),
        ])
        .await;
    let many = Presence {
        absences: (0..100).flat_map(|hour| absent(2 * hour).absences).collect(),
    };
    for presence in [many, absent(2), Presence::default()] {
        register.commit(vec![set_presence(presence.clone())]).await;
        assert_eq!(register.entry(&name("gm9901", "a")).await.unwrap().presence, presence);
        register.assert_sound().await;
    }
}

pub(crate) async fn overlays_change_the_revision_and_not_the_etag(register: impl Fixture) {
    register
        .commit(vec![put_organisation("gm9901"), put(mailbox("gm9901", "a"))])
        .await;
    let before = register.entry(&name("gm9901", "a")).await.unwrap();
    for (second, mutation) in [(10, set_presence(absent(1))), (20, verify().0)] {
        let applied = register.commit_at(second, vec![mutation]).await;
        let entry = register.entry(&name("gm9901", "a")).await.unwrap();
        assert_eq!(entry.etag, before.etag);
        assert_eq!(entry.revision, applied.position.revision);
        assert_eq!(entry.updated_at, moment(second));
    }
}

pub(crate) async fn overlays_end_with_the_officer(register: impl Fixture) {
    register
        .commit(vec![
            put_organisation("gm9901"),
            put(mailbox("gm9901", "a")),
            set_presence(absent(1)),
            verify().0,
        ])
        .await;
    register.commit(vec![withdraw(&name("gm9901", "a"))]).await;
    register.commit(vec![put(mailbox("gm9901", "a"))]).await;
    let entry = register.entry(&name("gm9901", "a")).await.unwrap();
    assert!(entry.presence.is_empty());
    assert_eq!(entry.verification, None);
}
