//! Tests of personal parts: joined while stored, gone once erased.

use register::change::{Applied, Change, Mutation};
use register::entry::Etag;
use register::officer::Officer;
use register::personal::PersonalDigest;
use register::position::Revision;
use serde_json::json;

use crate::fixture::Fixture;
use crate::sample::{absent, day, mailbox, name, officer_with, person, put, put_organisation, withdraw};

/// The officer that the commit of `revision` wrote, as read now.
async fn put_by(register: &impl Fixture, revision: u64) -> Officer {
    let commits = register
        .storage()
        .snapshot()
        .await
        .unwrap()
        .commits(Revision(revision - 1), 1)
        .await
        .unwrap();
    let mut officers = commits[0].changes.iter().filter_map(|change| match change {
        Change::OfficerPut { officer, .. } => Some(officer.clone()),
        _ => None,
    });
    officers.next_back().unwrap()
}

fn digest_of(applied: &Applied) -> PersonalDigest {
    let mut digests = applied.commit.changes.iter().filter_map(|change| match change {
        Change::OfficerPut { personal, .. } | Change::NameEnded { personal, .. } => Some(personal.clone()),
        _ => None,
    });
    digests.next_back().unwrap()
}

fn without_personal(mut officer: Officer) -> Officer {
    officer.take_personal();
    officer
}

pub(crate) async fn commits_join_the_personal_part_while_unchanged(register: impl Fixture) {
    let noor = person("gm9901", "a", "Noor Voorbeeld");
    register.commit(vec![put_organisation("gm9901"), put(noor.clone())]).await;
    assert_eq!(put_by(&register, 1).await, noor);

    // Other content with the same person: both commits have the stored part.
    let mut retitled = noor.clone();
    retitled.function_title = "Regisseur".to_owned();
    register.commit(vec![put(retitled.clone())]).await;
    assert_eq!(put_by(&register, 1).await, noor);
    assert_eq!(put_by(&register, 2).await, retitled);

    // Another person: only the latest commit has it.
    let bo = person("gm9901", "a", "Bo Voorbeeld");
    register.commit(vec![put(bo.clone())]).await;
    assert_eq!(put_by(&register, 1).await, without_personal(noor.clone()));
    assert_eq!(put_by(&register, 2).await, without_personal(retitled));
    assert_eq!(put_by(&register, 3).await, bo);

    // The first person again is a new part, because the former was erased.
    register.commit(vec![put(noor.clone())]).await;
    assert_eq!(put_by(&register, 1).await, without_personal(noor.clone()));
    assert_eq!(put_by(&register, 4).await, noor);
}

pub(crate) async fn the_digest_changes_with_the_part_only(register: impl Fixture) {
    let noor = person("gm9901", "a", "Noor Voorbeeld");
    let first = register.commit(vec![put_organisation("gm9901"), put(noor.clone())]).await;
    let mut retitled = noor.clone();
    retitled.function_title = "Regisseur".to_owned();
    let second = register.commit(vec![put(retitled)]).await;
    assert_eq!(digest_of(&first), digest_of(&second));
    let third = register.commit(vec![put(person("gm9901", "a", "Bo Voorbeeld"))]).await;
    assert_ne!(digest_of(&second), digest_of(&third));
    let fourth = register.commit(vec![put(noor)]).await;
    assert_ne!(digest_of(&first), digest_of(&fourth));
}

pub(crate) async fn withdrawal_erases_the_personal_part_for_good(register: impl Fixture) {
    let a = name("gm9901", "a");
    let noor = person("gm9901", "a", "Noor Voorbeeld");
    register.commit(vec![put_organisation("gm9901"), put(noor.clone())]).await;
    register
        .commit(vec![Mutation::SetPresence {
            name: a.clone(),
            presence: absent(1),
        }])
        .await;
    let withdrawn = register.commit(vec![withdraw(&a)]).await;
    assert!(withdrawn.entries.is_empty());
    assert_eq!(register.entry(&a).await, None);
    assert_eq!(put_by(&register, 1).await, without_personal(noor.clone()));
    let ended = register
        .storage()
        .snapshot()
        .await
        .unwrap()
        .ended_names(day("2030-01-01"), 10)
        .await
        .unwrap();
    assert!(ended.is_empty());

    // A returning officer does not restore the erased part.
    register.commit(vec![put(mailbox("gm9901", "a"))]).await;
    let entry = register.entry(&a).await.unwrap();
    assert!(entry.presence.is_empty());
    assert_eq!(entry.officer, mailbox("gm9901", "a"));
    assert_eq!(put_by(&register, 1).await, without_personal(noor));
    register.assert_sound().await;
}

pub(crate) async fn ending_a_name_erases_it_and_a_personal_contact(register: impl Fixture) {
    let a = name("gm9901", "a");
    let put_noor = register
        .commit(vec![put_organisation("gm9901"), put(person("gm9901", "a", "Noor Voorbeeld"))])
        .await;
    let ended = register.commit_at(60, vec![Mutation::EndName { name: a.clone() }]).await;
    let entry = register.entry(&a).await.unwrap();
    let mut expected = person("gm9901", "a", "Noor Voorbeeld");
    expected.take_personal();
    assert_eq!(entry.officer, expected);
    assert_eq!(entry.etag, Etag::of(&expected));
    assert_eq!(entry.revision, ended.position.revision);
    assert_eq!(ended.entries, [entry]);
    assert_ne!(digest_of(&ended), digest_of(&put_noor));
    assert_eq!(put_by(&register, 1).await, expected);
    let left = register
        .storage()
        .snapshot()
        .await
        .unwrap()
        .ended_names(day("2030-01-01"), 10)
        .await
        .unwrap();
    assert!(left.is_empty());
    register.assert_sound().await;
}

pub(crate) async fn ending_a_name_keeps_a_functional_contact(register: impl Fixture) {
    let contact = json!({"email": "maatwerk@gemeente.example"});
    let named = json!({"name": "Noor Voorbeeld", "name_until": "2026-05-31", "contact": contact});
    register
        .commit(vec![put_organisation("gm9901"), put(officer_with("gm9901", "a", &named))])
        .await;
    register
        .commit(vec![Mutation::EndName {
            name: name("gm9901", "a"),
        }])
        .await;
    let officer = register.entry(&name("gm9901", "a")).await.unwrap().officer;
    assert_eq!(officer, officer_with("gm9901", "a", &json!({"contact": contact})));
}

pub(crate) async fn ended_names_lists_names_expired_before_the_day(register: impl Fixture) {
    let until = |id: &str, day: &str| {
        put(officer_with(
            "gm9901",
            id,
            &json!({"name": "Noor Voorbeeld", "name_until": day}),
        ))
    };
    register
        .commit(vec![
            put_organisation("gm9901"),
            until("later", "2026-06-01"),
            until("second", "2026-05-31"),
            until("first", "2026-05-30"),
            until("never", "9999-12-31"),
            put(mailbox("gm9901", "unnamed")),
        ])
        .await;
    let mut snapshot = register.storage().snapshot().await.unwrap();
    let mut ended = async |on: &str, limit| -> Vec<String> {
        let names = snapshot.ended_names(day(on), limit).await.unwrap();
        names.iter().map(|name| name.officer.to_string()).collect()
    };
    assert!(ended("2026-05-30", 10).await.is_empty());
    assert_eq!(ended("2026-05-31", 10).await, ["first"]);
    assert_eq!(ended("2026-06-01", 10).await, ["first", "second"]);
    assert_eq!(ended("2026-06-01", 1).await, ["first"]);
    assert_eq!(ended("9999-12-31", 10).await, ["first", "second", "later"]);
}
