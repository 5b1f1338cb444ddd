//! Tests of what the view shows and how it applies commits.

use jiff::{Timestamp, civil::date};
use uuid::Uuid;

use super::*;
use crate::change::{Actor, Applied, Change, Commit};
use crate::entry::Etag;
use crate::officer::Officer;
use crate::position::{Epoch, Revision};
use crate::presence::Presence;

fn position(revision: u64) -> Position {
    Position::new(Epoch::from_uuid(Uuid::from_u128(1)), Revision(revision))
}

fn organisation(json: &str) -> Organisation {
    serde_json::from_str(json).unwrap()
}

fn entry(officer: &str) -> Entry {
    let officer: Officer = serde_json::from_str(officer).unwrap();
    Entry {
        reports: Default::default(),
        etag: Etag::of(&officer),
        officer,
        presence: Presence::default(),
        verification: None,
        revision: Revision(1),
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

fn cak() -> Organisation {
    organisation(r#"{"id":"zb000211","name":"CAK","short_name":"CAK","kind":"uitvoeringsorganisatie","status":"connected"}"#)
}

fn named() -> Entry {
    entry(
        r#"{"organisation":"zb000211","id":"a","function_title":"Maatwerk","name":"Noor Voorbeeld","name_until":"2026-06-30",
            "contact":{"email":"noor@cak.example","personal":true},"competences":["EB-WLZ"]}"#,
    )
}

fn applied(revision: u64, changes: Vec<Change>, entries: Vec<Entry>) -> Applied {
    Applied {
        position: position(revision),
        commit: Commit {
            revision: Revision(revision),
            time: Timestamp::UNIX_EPOCH,
            actor: Actor::node(),
            changes,
        },
        entries,
    }
}

#[test]
fn a_name_is_shown_through_its_last_day() {
    let entry = Arc::new(named());
    assert!(visible(&entry, date(2026, 6, 30)).officer.name.is_some());
    let after = visible(&entry, date(2026, 7, 1));
    assert_eq!((&after.officer.name, &after.officer.contact.email), (&None, &None));
}

#[test]
fn entries_of_a_suspended_organisation_are_not_shown() {
    let mut suspended = cak();
    suspended.status = crate::organisation::OrganisationStatus::Suspended;
    let view = View::load(position(1), [suspended], [], [named()]);
    assert_eq!(view.counts().entries, 1);
    assert!(view.shown(&named().officer_name(), date(2026, 1, 1)).is_none());
}

#[test]
fn repeated_commits_are_ignored_and_gaps_refused() {
    let mut view = View::load(position(1), [cak()], [], []);
    let put = applied(2, vec![], vec![named()]);
    view.apply(&put).unwrap();
    let once = view.clone();
    view.apply(&put).unwrap();
    assert_eq!(view, once);
    let gap = view.apply(&applied(4, vec![], vec![])).unwrap_err();
    assert_eq!(
        gap,
        ApplyError::Gap {
            at: Revision(2),
            found: Revision(4)
        }
    );
    assert_eq!(view, once);
}

#[test]
fn an_officer_withdrawn_and_put_in_one_commit_stays() {
    let mut view = View::load(position(1), [cak()], [], [named()]);
    let name = named().officer_name();
    let withdrawn = Change::OfficerWithdrawn {
        name: name.clone(),
        replaced_by: None,
    };
    view.apply(&applied(2, vec![withdrawn.clone()], vec![named()])).unwrap();
    assert!(view.entry(&name).is_some());
    view.apply(&applied(3, vec![withdrawn], vec![])).unwrap();
    assert_eq!(view, View::load(position(3), [cak()], [], []));
}

#[test]
fn entries_of_excludes_similar_organisation_ids() {
    let other = entry(r#"{"organisation":"zb000211x","id":"0","function_title":"Ander"}"#);
    let view = View::load(position(1), [cak()], [], [named(), other]);
    assert_eq!(view.entries_of(&cak().id).count(), 1);
    assert_eq!(view.entries_after(Some(&named().officer_name())).count(), 1);
}
