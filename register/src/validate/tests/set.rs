//! Tests of sets of officers.

use super::*;

fn set_of(drafts: &[OfficerDraft], others: &[Officer]) -> Result<Vec<Officer>, SetViolations> {
    with_rules(|rules| {
        let organisation = cak();
        let mut set = OfficerSet::new(&organisation, ManagedBy::Sync, rules);
        for draft in drafts {
            set.add(draft);
        }
        set.finish(others)
    })
}

fn set_faults(drafts: &[OfficerDraft], others: &[Officer]) -> Vec<(Option<usize>, String, ViolationCode)> {
    let found = set_of(drafts, others).unwrap_err().found;
    found
        .into_iter()
        .map(|found| (found.index, found.violation.field, found.violation.code))
        .collect()
}

fn with_id(id: &str, deputy: Option<&str>) -> OfficerDraft {
    OfficerDraft {
        id: id.into(),
        organisation: String::new(),
        deputy: deputy.map(str::to_owned),
        ..draft()
    }
}

impl OfficerDraft {
    fn clone_with_owner(&self) -> Self {
        Self {
            organisation: "zb000211".into(),
            ..self.clone()
        }
    }
}

#[test]
fn a_set_gives_its_officers_in_order_of_id() {
    let officers = set_of(&[with_id("b", Some("a")), with_id("a", None)], &[]).unwrap();
    assert_eq!(
        officers.iter().map(|officer| officer.id.as_str()).collect::<Vec<_>>(),
        ["a", "b"]
    );
}

#[test]
fn set_messages_are_correct_dutch_with_and_without_the_value() {
    let messages = |drafts: &[OfficerDraft]| -> Vec<String> {
        let found = set_of(drafts, &[]).unwrap_err().found;
        found.into_iter().map(|found| found.violation.message).collect()
    };
    assert_eq!(
        messages(&[with_id("a", None), with_id("a", None)]),
        ["Het kenmerk ‘a’ staat ook bij nummer 1 van deze lijst; geef elke functionaris een eigen kenmerk."]
    );
    assert_eq!(
        messages(&[with_id("a.b", None), with_id("a.b", None)]),
        ["Dit kenmerk staat ook bij nummer 1 van deze lijst; geef elke functionaris een eigen kenmerk."]
    );
    assert_eq!(
        messages(&[with_id("a", Some("b"))]),
        ["De plaatsvervanger ‘b’ is geen functionaris van deze organisatie; wijs een ander aan of laat dit leeg."]
    );
    assert_eq!(
        messages(&[with_id("a", Some("b.c"))]),
        ["Deze plaatsvervanger is geen functionaris van deze organisatie; wijs een ander aan of laat dit leeg."]
    );
}

#[test]
fn duplicates_and_foreign_entries_have_their_index() {
    let mut foreign = with_id("c", None);
    foreign.organisation = "zb000143".into();
    let found = set_faults(&[with_id("a", None), with_id("a", None), foreign], &[]);
    assert_eq!(
        found,
        [
            (Some(1), "id".into(), ViolationCode::Duplicate),
            (Some(2), "organisation".into(), ViolationCode::ForeignEntry)
        ]
    );
}

#[test]
fn deputies_must_exist_and_chains_must_end() {
    let found = set_faults(
        &[with_id("a", Some("b")), with_id("b", Some("a")), with_id("c", Some("weg"))],
        &[],
    );
    let codes: Vec<ViolationCode> = found.into_iter().map(|(_, _, code)| code).collect();
    assert_eq!(
        codes,
        [
            ViolationCode::DeputyCycle,
            ViolationCode::DeputyCycle,
            ViolationCode::UnknownReference
        ]
    );

    let chain: Vec<OfficerDraft> = ["a", "b", "c", "d", "e", "f"]
        .windows(2)
        .map(|pair| with_id(pair[0], Some(pair[1])))
        .chain([with_id("f", Some("g")), with_id("g", None)])
        .collect();
    assert_eq!(
        set_faults(&chain, &[]),
        [(Some(0), "deputy".into(), ViolationCode::DeputyChainTooLong)]
    );
}

#[test]
fn an_invalid_deputy_is_not_reported_as_missing() {
    let mut broken = with_id("b", None);
    broken.kind = "directeur".into();
    assert_eq!(
        set_faults(&[with_id("a", Some("b")), broken], &[]),
        [(Some(1), "kind".into(), ViolationCode::UnknownValue)]
    );
}

#[test]
fn a_list_leaves_officers_of_the_page_alone() {
    let mut held = read(&with_id("p", Some("weg")).clone_with_owner()).unwrap();
    held.managed_by = ManagedBy::Page;
    // It may be a deputy, and its own missing deputy does not fail the list.
    assert!(set_of(&[with_id("a", Some("p"))], std::slice::from_ref(&held)).is_ok());
    let found = set_faults(&[with_id("p", None)], std::slice::from_ref(&held));
    assert_eq!(found, [(Some(0), "id".into(), ViolationCode::Contradiction)]);
    let mut claims = with_id("q", None);
    claims.managed_by = "page".into();
    assert_eq!(
        set_faults(&[claims], &[]),
        [(Some(0), "managed_by".into(), ViolationCode::Contradiction)]
    );
}

#[test]
fn a_delta_that_removes_a_deputy_is_refused() {
    let held = read(&with_id("a", Some("weg")).clone_with_owner()).unwrap();
    assert_eq!(
        set_faults(&[with_id("b", None)], &[held]),
        [(None, "deputy".into(), ViolationCode::UnknownReference)]
    );
}

#[test]
fn an_officer_without_contact_requires_a_desk() {
    let mut silent = with_id("a", None);
    silent.contact = ContactDraft {
        email: Some(" ".into()),
        ..ContactDraft::default()
    };
    assert_eq!(
        set_faults(&[silent], &[]),
        [(Some(0), "contact".into(), ViolationCode::Required)]
    );
}

#[test]
fn violations_of_a_set_are_capped_and_counted() {
    let bad: Vec<OfficerDraft> = (0..600)
        .map(|n| OfficerDraft {
            kind: "x".into(),
            function_title: String::new(),
            ..with_id(&format!("n{n}"), None)
        })
        .collect();
    let violations = set_of(&bad, &[]).unwrap_err();
    assert_eq!(
        (violations.found.len(), violations.total),
        (limits::REPORTED_VIOLATIONS, 1_200)
    );
}
