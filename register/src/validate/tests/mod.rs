//! Tests of what validation refuses, with which code and message.

mod grant;
mod hours;
mod officer;
mod organisation;
mod set;

use jiff::civil::date;

use super::*;
use crate::draft::{
    AbsenceDraft, ContactDraft, GrantDraft, HoursDraft, MandateDraft, NotForDraft, OfficerDraft, OrganisationDraft,
};
use crate::gazetteer::Gazetteer;
use crate::officer::{ManagedBy, Officer, OfficerKind};
use crate::organisation::Organisation;
use crate::violation::{Violation, ViolationCode};
use crate::vocabulary::Vocabulary;

fn with_rules<T>(check: impl FnOnce(&Rules<'_>) -> T) -> T {
    let (vocabulary, gazetteer) = (Vocabulary::builtin(), Gazetteer::builtin());
    check(&Rules::new(&vocabulary, &gazetteer, date(2026, 11, 22)))
}

fn draft() -> OfficerDraft {
    OfficerDraft {
        organisation: "zb000211".into(),
        id: "cak-01".into(),
        function_title: "Maatwerkfunctionaris eigen bijdragen".into(),
        competences: vec!["EB-WLZ".into()],
        contact: ContactDraft {
            email: Some("maatwerk@cak.example".into()),
            ..ContactDraft::default()
        },
        ..OfficerDraft::default()
    }
}

fn read(draft: &OfficerDraft) -> Result<Officer, Vec<Violation>> {
    with_rules(|rules| officer(draft, rules))
}

/// The fields and codes of the violations of `draft`.
fn faults(draft: &OfficerDraft) -> Vec<(String, ViolationCode)> {
    read(draft)
        .unwrap_err()
        .into_iter()
        .map(|violation| (violation.field, violation.code))
        .collect()
}

fn fault(field: &str, code: ViolationCode) -> Vec<(String, ViolationCode)> {
    vec![(field.to_owned(), code)]
}

fn cak() -> Organisation {
    serde_json::from_str(
        r#"{"id":"zb000211","name":"CAK","short_name":"CAK","kind":"uitvoeringsorganisatie","status":"connected"}"#,
    )
    .unwrap()
}
