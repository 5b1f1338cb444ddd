//! Tests of the overlays: presence, verification and reports.

use register::change::Mutation;
use register::position::Revision;
use register::presence::Presence;
use register::report::{Asker, ReportName, ReportReason};
use register::verification::Verification;

use crate::fixture::Fixture;
use crate::sample::{absent, day, mailbox, moment, name, oin, organisation_id, person, put, put_organisation, withdraw};

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

fn report(asker: &str) -> Mutation {
    Mutation::ReportOfficer {
        name: name("gm9901", "a"),
        reason: ReportReason::NoReply,
        asker: Asker::of(&organisation_id(asker), None),
    }
}

pub(crate) async fn reports_are_kept_until_they_are_settled(mut register: impl Fixture) {
    register
        .commit(vec![put_organisation("gm9901"), put(mailbox("gm9901", "a"))])
        .await;
    let first = register.commit_at(5, vec![report("gm9902")]).await;
    let number = first.position.revision;
    assert!(!first.entries[0].is_doubted());
    let second = register.commit(vec![report("gm9903")]).await;
    assert!(second.entries[0].is_doubted());
    register.reopen().await;
    let entry = register.entry(&name("gm9901", "a")).await.unwrap();
    assert_eq!(second.entries, std::slice::from_ref(&entry));
    let asker = |id| Asker::of(&organisation_id(id), None);
    let found = entry.reports.of(&asker("gm9902")).unwrap();
    assert_eq!(
        (found.number, found.reason, found.reported_at),
        (number, ReportReason::NoReply, moment(5))
    );
    assert!(entry.reports.of(&asker("gm9904")).is_none());

    // Absences and the expiry of a name do not settle reports.
    register.commit(vec![set_presence(absent(1))]).await;
    register
        .commit(vec![Mutation::EndName {
            name: name("gm9901", "a"),
        }])
        .await;
    let settle = |number| Mutation::SettleReport {
        report: ReportName {
            officer: name("gm9901", "a"),
            number,
        },
    };
    let settled = register.commit(vec![settle(number)]).await;
    assert!(!settled.entries[0].is_doubted());
    assert_eq!(settled.entries[0].reports.open().len(), 1);
    register.refuses(vec![settle(number)]).await;
    register.refuses(vec![settle(Revision(99))]).await;
    register.refuses(vec![report("gm9904"), report("gm9905")]).await;
    register.assert_sound().await;
}

pub(crate) async fn a_change_a_verification_and_a_withdrawal_settle_reports(register: impl Fixture) {
    register
        .commit(vec![put_organisation("gm9901"), put(mailbox("gm9901", "a"))])
        .await;
    let endings = [
        vec![put(person("gm9901", "a", "Noor Voorbeeld"))],
        vec![verify().0],
        vec![withdraw(&name("gm9901", "a")), put(mailbox("gm9901", "a"))],
    ];
    for ending in endings {
        register.commit(vec![report("gm9902")]).await;
        register.commit(vec![report("gm9903")]).await;
        let applied = register.commit(ending).await;
        assert!(applied.entries[0].reports.is_empty());
        let entry = register.entry(&name("gm9901", "a")).await.unwrap();
        assert_eq!(applied.entries, [entry]);
        register.assert_sound().await;
    }
}
