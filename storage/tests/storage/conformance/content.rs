//! Tests of put, get and list.

use register::change::Mutation;
use register::entry::{Entry, Etag};
use register::grant::Role;
use register::presence::Presence;

use crate::fixture::Fixture;
use crate::sample::{grant, mailbox, moment, name, oin, organisation, organisation_id, peer, person, put, put_organisation};

pub(crate) async fn put_data_can_be_read(register: impl Fixture) {
    let officer = person("gm9901", "a-1", "Noor Voorbeeld");
    let applied = register.commit(vec![put_organisation("gm9901"), put(officer.clone())]).await;
    let mut snapshot = register.storage().snapshot().await.unwrap();
    let organisation_got = snapshot.organisation(&organisation_id("gm9901")).await.unwrap();
    assert_eq!(organisation_got, Some(organisation("gm9901")));
    let expected = Entry {
        reports: Default::default(),
        etag: Etag::of(&officer),
        officer,
        presence: Presence::default(),
        verification: None,
        revision: applied.position.revision,
        updated_at: moment(0),
    };
    assert_eq!(snapshot.entry(&name("gm9901", "a-1")).await.unwrap(), Some(expected.clone()));
    assert_eq!(applied.entries, [expected]);
    drop(snapshot);
    register.assert_sound().await;
}

pub(crate) async fn a_put_replaces(register: impl Fixture) {
    register
        .commit(vec![put_organisation("gm9901"), put(mailbox("gm9901", "a"))])
        .await;
    let mut renamed = organisation("gm9901");
    renamed.short_name = "Voorbeeldum".to_owned();
    let changed = person("gm9901", "a", "Noor Voorbeeld");
    register
        .commit_at(60, vec![Mutation::PutOrganisation(renamed.clone()), put(changed.clone())])
        .await;
    let mut snapshot = register.storage().snapshot().await.unwrap();
    assert_eq!(snapshot.organisation(&renamed.id).await.unwrap(), Some(renamed));
    let entry = snapshot.entry(&name("gm9901", "a")).await.unwrap().unwrap();
    assert_eq!((entry.updated_at, entry.revision.0), (moment(60), 2));
    assert_eq!(entry.officer, changed);
    assert_eq!(snapshot.entries(None, None, 10).await.unwrap(), [entry]);
}

pub(crate) async fn absent_things_are_none(register: impl Fixture) {
    let mut snapshot = register.storage().snapshot().await.unwrap();
    assert_eq!(snapshot.organisation(&organisation_id("gm9901")).await.unwrap(), None);
    assert_eq!(snapshot.entry(&name("gm9901", "a")).await.unwrap(), None);
    assert!(snapshot.organisations(None, 10).await.unwrap().is_empty());
    assert!(snapshot.entries(None, None, 10).await.unwrap().is_empty());
    assert!(snapshot.grants().await.unwrap().is_empty());
}

pub(crate) async fn listings_are_paged_in_key_order(register: impl Fixture) {
    let mut mutations = Vec::new();
    // `gm99` sorts before `gm990`, and `a-1` before `a.1`: by bytes, not by language.
    let ids = ["gm990", "gm99", "gm991", "a-1", "a0"];
    for id in ids {
        mutations.push(put_organisation(id));
        mutations.extend(["b", "a.1", "a-1", "a"].map(|officer| put(mailbox(id, officer))));
    }
    register.commit(mutations).await;
    let mut snapshot = register.storage().snapshot().await.unwrap();

    let mut organisations = Vec::new();
    loop {
        let page = snapshot.organisations(organisations.last(), 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        organisations.extend(page.into_iter().map(|organisation| organisation.id));
    }
    let mut sorted = ids.map(organisation_id);
    sorted.sort();
    assert_eq!(organisations, sorted);

    let mut names = Vec::new();
    loop {
        let page = snapshot.entries(None, names.last(), 3).await.unwrap();
        if page.is_empty() {
            break;
        }
        names.extend(page.iter().map(Entry::officer_name));
    }
    assert_eq!(names.len(), 20);
    assert!(names.is_sorted());
}

pub(crate) async fn listings_of_one_organisation_exclude_others(register: impl Fixture) {
    let mut mutations = Vec::new();
    for id in ["gm9901", "gm9902", "gm9903"] {
        mutations.push(put_organisation(id));
        mutations.extend(["a", "b", "c"].map(|officer| put(mailbox(id, officer))));
    }
    register.commit(mutations).await;
    let mut snapshot = register.storage().snapshot().await.unwrap();
    let middle = organisation_id("gm9902");
    let mut list = async |after: Option<(&str, &str)>, limit| -> Vec<String> {
        let after = after.map(|(organisation, officer)| name(organisation, officer));
        let entries = snapshot.entries(Some(&middle), after.as_ref(), limit).await.unwrap();
        assert!(entries.iter().all(|entry| entry.officer.organisation == middle));
        entries.iter().map(|entry| entry.officer.id.to_string()).collect()
    };
    assert_eq!(list(None, 10).await, ["a", "b", "c"]);
    assert_eq!(list(None, 2).await, ["a", "b"]);
    assert_eq!(list(Some(("gm9902", "b")), 10).await, ["c"]);
    // A name in another organisation sorts before or after all of this one.
    assert_eq!(list(Some(("gm9901", "z")), 10).await, ["a", "b", "c"]);
    assert!(list(Some(("gm9903", "a")), 10).await.is_empty());
}

pub(crate) async fn peers_come_in_order_and_can_be_removed(register: impl Fixture) {
    let registers = ["regio", "duo", "regio"].into_iter().zip(1..);
    let put = registers.map(|(register, number)| Mutation::PutPeer(peer(register, number)));
    register.commit(put.collect()).await;
    let peers = register.storage().snapshot().await.unwrap().peers().await.unwrap();
    assert_eq!(peers, [peer("duo", 2), peer("regio", 3)]);

    let duo = peer("duo", 2).register;
    register.commit(vec![Mutation::RemovePeer { register: duo }]).await;
    let left = register.storage().snapshot().await.unwrap().peers().await.unwrap();
    assert_eq!(left, [peer("regio", 3)]);
}

pub(crate) async fn grants_come_in_order_and_can_be_revoked(register: impl Fixture) {
    let mut changed = grant(2, "gm9901");
    changed.roles = vec![Role::Operate];
    changed.until = Some("2027-12-31".parse().unwrap());
    let mut mutations = vec![put_organisation("gm9902"), put_organisation("gm9901")];
    for given in [grant(2, "gm9902"), grant(1, "gm9902"), grant(2, "gm9901"), changed.clone()] {
        mutations.push(Mutation::PutGrant(given));
    }
    register.commit(mutations).await;
    let expected = [grant(1, "gm9902"), changed, grant(2, "gm9902")];
    assert_eq!(register.storage().snapshot().await.unwrap().grants().await.unwrap(), expected);

    let revoke = Mutation::RevokeGrant {
        oin: oin(2),
        organisation: organisation_id("gm9902"),
    };
    register.commit(vec![revoke]).await;
    assert_eq!(
        register.storage().snapshot().await.unwrap().grants().await.unwrap(),
        expected[..2]
    );
}
