//! Answers of peers. The first byte of the input chooses the answer.

use federation::ask::suggest_wire::read_target;
use federation::ask::wire::{read_share, share};
use index::{Paging, ShareRequest, merge};
use jiff::civil::date;
use prost::Message;
use proto::v1alpha::{SearchShare, SuggestionTarget};
use proto::{convert::ConvertError, v1};
use register::entry::Entry;
use register::gazetteer::Gazetteer;
use register::organisation::Organisation;
use register::validate::{Rules, received_entry, received_organisation, received_title};
use register::vocabulary::Vocabulary;

use crate::sample::{self, position};
use crate::searched::SEARCHED;

/// The question that the shares answer.
const QUESTION: &str = "eigen bijdrage na overlijden";
const LIMIT: usize = 10;

/// An answer is refused, or what is read can be used and survives the trip to the wire.
pub fn run(bytes: &[u8]) {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    match kind % 4 {
        0 => shares(bytes),
        1 => entries(bytes),
        2 => organisations(bytes),
        _ => suggestions(bytes),
    }
}

fn shares(bytes: &[u8]) {
    let Ok(message) = SearchShare::decode(bytes) else { return };
    let Ok(read) = read_share(&message, position(1), |_| true) else {
        return;
    };
    let again = read_share(&share(&read, true), position(1), |_| true);
    assert!(again.is_ok_and(|again| again == read), "a share changes on its way");
    let (plan, request) = (SEARCHED.plan(QUESTION), ShareRequest::first(LIMIT));
    if read.check(&plan, &request).is_ok() {
        let page = merge(&plan, &Paging::first(LIMIT), &[(&read, &request)]);
        drop(page);
    }
}

fn with_rules<T>(check: impl FnOnce(&Rules<'_>) -> T) -> T {
    check(&Rules::new(&Vocabulary::builtin(), &Gazetteer::builtin(), date(2026, 11, 22)))
}

fn entries(bytes: &[u8]) {
    let Ok(message) = v1::Entry::decode(bytes) else { return };
    let Ok(entry) = Entry::try_from(message) else { return };
    if with_rules(|rules| received_entry(&entry, rules)).is_ok() {
        let again: Result<Entry, ConvertError> = v1::Entry::from(&entry).try_into();
        assert_eq!(again.as_ref().map(|again| &again.officer), Ok(&entry.officer));
    }
}

fn organisations(bytes: &[u8]) {
    let Ok(message) = v1::Organisation::decode(bytes) else {
        return;
    };
    let Ok(organisation) = Organisation::try_from(message) else {
        return;
    };
    if with_rules(|rules| received_organisation(&organisation, rules)).is_ok() {
        let again = Organisation::try_from(v1::Organisation::from(&organisation));
        assert_eq!(again.as_ref(), Ok(&organisation));
    }
}

fn suggestions(bytes: &[u8]) {
    if let Ok(message) = SuggestionTarget::decode(bytes) {
        let _ = read_target(&message);
    }
    if let Ok(title) = std::str::from_utf8(bytes) {
        let is_accepted = with_rules(|rules| received_title(title, rules)).is_ok();
        assert!(!is_accepted || (title.chars().count() <= 200 && !title.contains(char::is_control)));
    }
}

/// A share of our own, entries, organisations and a title.
pub fn seeds() -> Vec<Vec<u8>> {
    let snapshot = SEARCHED.index.snapshot();
    let own = snapshot.share(&SEARCHED.plan(QUESTION), &ShareRequest::first(LIMIT));
    let own = own.expect("our own plan can be searched");
    let entry = |officer| v1::Entry {
        officer: Some(officer),
        ..Default::default()
    };
    let mut seeds = vec![(0, share(&own, true).encode_to_vec()), (3, b"Casemanager".to_vec())];
    seeds.extend(
        sample::officers(3)
            .into_iter()
            .map(|officer| (1, entry(officer).encode_to_vec())),
    );
    seeds.extend(
        sample::organisations(3)
            .iter()
            .map(|organisation| (2, organisation.encode_to_vec())),
    );
    seeds.into_iter().map(|(kind, bytes)| [vec![kind], bytes].concat()).collect()
}
