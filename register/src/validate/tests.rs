//! Tests of what validation refuses, with which code and message.

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

#[test]
fn absent_fields_have_their_defaults() {
    let officer = read(&draft()).unwrap();
    assert_eq!(officer.kind, OfficerKind::Maatwerkfunctionaris);
    assert_eq!(officer.managed_by, ManagedBy::Sync);
    assert_eq!(
        officer.domains.iter().map(|code| code.as_str()).collect::<Vec<_>>(),
        ["LZO", "INK"]
    );
}

#[test]
fn all_violations_are_reported_at_once() {
    let draft = OfficerDraft {
        id: "CAK 01".into(),
        function_title: " ".into(),
        kind: "directeur".into(),
        competences: vec!["EB-WLZ".into(), "EB-WLX".into()],
        mandates: vec![
            MandateDraft {
                level: "decide".into(),
                ..MandateDraft::default()
            },
            MandateDraft {
                level: "beslist".into(),
                until: Some("31-12-2026".into()),
                ..MandateDraft::default()
            },
        ],
        hours: vec![HoursDraft {
            days: vec!["ma".into()],
            from: "17:00".into(),
            until: "09:00".into(),
        }],
        ..draft()
    };
    use ViolationCode::*;
    let expected = [
        ("id", Malformed),
        ("function_title", Required),
        ("kind", UnknownValue),
        ("competences[1]", UnknownCode),
        ("mandates[1].level", UnknownValue),
        ("mandates[1].until", Malformed),
        ("hours[0].until", EmptyRange),
    ];
    assert_eq!(faults(&draft), expected.map(|(field, code)| (field.to_owned(), code)));
}

#[test]
fn an_unknown_competence_suggests_the_nearest() {
    let mut draft = draft();
    draft.competences = vec!["HUURTOESLG".into()];
    let found = read(&draft).unwrap_err();
    insta::assert_snapshot!(found[0], @"competences[0]: De competentie ‘HUURTOESLG’ staat niet in het vocabulaire; bedoelt u HUURTOESLAG? (UNKNOWN_CODE)");
}

#[test]
fn messages_are_correct_dutch_with_and_without_the_value() {
    let message = |change: fn(&mut OfficerDraft)| {
        let mut draft = draft();
        change(&mut draft);
        read(&draft).unwrap_err().remove(0).message
    };
    assert_eq!(
        message(|draft| draft.competences = vec!["XQZJXQZJ".into()]),
        "De competentie ‘XQZJXQZJ’ staat niet in het vocabulaire; kies een code uit het vocabulaire."
    );
    assert_eq!(
        message(|draft| draft.competences = vec!["Xqzjxqzj Qqqq".into()]),
        "Deze competentie staat niet in het vocabulaire; kies een code uit het vocabulaire."
    );
    assert!(message(|draft| draft.domains = vec!["XQZ".into()]).starts_with("Het leefgebied ‘XQZ’ is niet bekend; kies "));
    assert!(message(|draft| draft.domains = vec!["X Q".into()]).starts_with("Dit leefgebied is niet bekend; kies "));
    assert_eq!(
        message(|draft| draft.managed_by = "email".into()),
        "Het woord ‘email’ is hier niet bekend; kies sync of page."
    );
    assert_eq!(
        message(|draft| draft.managed_by = "per mail".into()),
        "Dit woord is hier niet bekend; kies sync of page."
    );
    assert_eq!(
        message(|draft| draft.area = vec!["gm0000".into()]),
        "Er is geen gemeente met code ‘gm0000’; zoek de code op bij het CBS."
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
fn codes_are_normalised_and_blanks_ignored() {
    let mut draft = draft();
    draft.competences = vec![" eb-wlz ".into(), "".into(), "EB-WLZ".into()];
    draft.area = vec!["gm0599".into(), "GM0363".into()];
    draft.kind = "Maatwerkfunctionaris".into();
    let officer = read(&draft).unwrap();
    assert_eq!(officer.competences.len(), 1);
    assert_eq!(officer.area[0].as_str(), "GM0363");
}

#[test]
fn a_name_needs_an_end_within_two_years() {
    let mut draft = draft();
    draft.name = Some("Noor Voorbeeld".into());
    assert_eq!(faults(&draft), fault("name_until", ViolationCode::Required));
    draft.name_until = Some("2029-01-01".into());
    assert_eq!(faults(&draft), fault("name_until", ViolationCode::TooLong));
    draft.name_until = Some("2028-11-22".into());
    assert!(read(&draft).unwrap().name.is_some());
    draft.name = None;
    assert_eq!(faults(&draft), fault("name_until", ViolationCode::Contradiction));
}

#[test]
fn an_expired_name_is_dropped_not_refused() {
    let mut draft = draft();
    draft.name = Some("Noor Voorbeeld".into());
    draft.name_until = Some("2026-11-21".into());
    draft.contact.personal = true;
    let officer = read(&draft).unwrap();
    assert_eq!((officer.name, officer.contact.email), (None, None));
    let set = with_rules(|rules| {
        let organisation = cak();
        let mut set = OfficerSet::new(&organisation, ManagedBy::Sync, rules);
        set.add(&draft);
        set.finish([]).map(|officers| officers.len())
    });
    assert_eq!(set, Ok(1));
}

#[test]
fn a_personal_address_requires_a_name() {
    let mut draft = draft();
    draft.contact.personal = true;
    assert_eq!(faults(&draft), fault("contact.personal", ViolationCode::Contradiction));
}

#[test]
fn contradictions_between_fields_are_found() {
    let mut draft = draft();
    draft.not_for = vec![NotForDraft {
        competence: "EB-WLZ".into(),
        see: None,
    }];
    draft.mandates = vec![MandateDraft {
        level: "decide".into(),
        competences: vec!["AOW".into()],
        ..MandateDraft::default()
    }];
    use ViolationCode::Contradiction;
    assert_eq!(
        faults(&draft),
        [
            fault("not_for[0].competence", Contradiction),
            fault("mandates[0].competences", Contradiction)
        ]
        .concat()
    );
}

#[test]
fn an_officer_without_domain_or_competence_is_refused() {
    let mut draft = draft();
    draft.competences.clear();
    assert_eq!(faults(&draft), fault("competences", ViolationCode::Required));
}

#[test]
fn huge_texts_and_control_characters_are_refused_briefly() {
    let mut draft = draft();
    draft.description = "x".repeat(5_000_000);
    draft.function_title = "Maatwerk\u{202E}\u{0000}".into();
    draft.competences = vec!["X".repeat(5_000_000); 300];
    let found = read(&draft).unwrap_err();
    assert!(found.iter().all(|violation| violation.message.len() < 300));
    let codes: Vec<(&str, ViolationCode)> = found.iter().take(3).map(|v| (v.field.as_str(), v.code)).collect();
    use ViolationCode::*;
    assert_eq!(
        codes,
        [
            ("function_title", Malformed),
            ("description", TooLong),
            ("competences", TooLong)
        ]
    );
}

#[test]
fn line_ends_are_normalised() {
    let mut draft = draft();
    draft.description = "Eerste regel\r\nTweede regel\n".into();
    assert_eq!(read(&draft).unwrap().description, "Eerste regel\nTweede regel");
}

#[test]
fn messages_never_repeat_personal_data() {
    let mut draft = draft();
    draft.name = Some("Noor\u{0007}Voorbeeld".into());
    draft.name_until = Some("Noor".into());
    draft.kind = "Noor Voorbeeld".into();
    draft.contact.email = Some("noor.voorbeeld".into());
    draft.contact.phone = Some("Noor".into());
    draft.competences = vec!["Noor Voorbeeld".into(), "0612345678".into()];
    let found = read(&draft).unwrap_err();
    assert!(
        found
            .iter()
            .all(|v| !v.message.contains("Noor") && !v.message.contains("0612345678")),
        "{found:?}"
    );
}

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

#[test]
fn a_set_gives_its_officers_in_order_of_id() {
    let officers = set_of(&[with_id("b", Some("a")), with_id("a", None)], &[]).unwrap();
    assert_eq!(
        officers.iter().map(|officer| officer.id.as_str()).collect::<Vec<_>>(),
        ["a", "b"]
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

impl OfficerDraft {
    fn clone_with_owner(&self) -> Self {
        Self {
            organisation: "zb000211".into(),
            ..self.clone()
        }
    }
}

#[test]
fn a_municipality_code_follows_from_its_id() {
    let draft = OrganisationDraft {
        id: "gm0363".into(),
        name: "Gemeente Amsterdam".into(),
        kind: "gemeente".into(),
        ..OrganisationDraft::default()
    };
    let amsterdam = with_rules(|rules| organisation(&draft, rules)).unwrap();
    assert_eq!(amsterdam.municipality_code.unwrap().as_str(), "GM0363");
    assert_eq!(amsterdam.short_name, "Gemeente Amsterdam");
}

#[test]
fn an_organisation_reports_all_violations() {
    let draft = OrganisationDraft {
        id: "cak".into(),
        kind: "bedrijf".into(),
        municipality_code: Some("GM0363".into()),
        valid_from: Some("2026-01-01".into()),
        valid_until: Some("2025-12-31".into()),
        successors: vec!["cak".into()],
        serves: vec![crate::draft::ServiceDraft {
            municipality: "GM0000".into(),
            ..Default::default()
        }],
        ..OrganisationDraft::default()
    };
    let found = with_rules(|rules| organisation(&draft, rules)).unwrap_err();
    let fields: Vec<&str> = found.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "name",
            "kind",
            "municipality_code",
            "serves[0].municipality",
            "serves[0].basis",
            "valid_until",
            "successors[0]"
        ]
    );
}

#[test]
fn a_grant_requires_an_oin_and_a_role() {
    let draft = GrantDraft {
        oin: "1".into(),
        organisation: "zb000211".into(),
        ..GrantDraft::default()
    };
    let found = with_rules(|rules| grant(&draft, rules)).unwrap_err();
    assert_eq!(found.len(), 2);
    let draft = GrantDraft {
        oin: "00000099000000001000".into(),
        organisation: "zb000211".into(),
        roles: vec!["publish".into(), "lookup".into(), "publish".into()],
        ..GrantDraft::default()
    };
    assert_eq!(with_rules(|rules| grant(&draft, rules)).unwrap().roles.len(), 2);
}

#[test]
fn absences_are_sorted_merged_and_past_ones_dropped() {
    let draft = |from: &str, until: &str| AbsenceDraft {
        from: from.into(),
        until: until.into(),
    };
    let presence = with_rules(|rules| {
        absences(
            &[
                draft("2026-12-24", "2026-12-28"),
                draft("2026-12-01T09:00:00+01:00", "2026-12-24T12:00:00Z"),
                draft("2026-01-01", "2026-01-02"),
            ],
            rules,
        )
    })
    .unwrap();
    let edges: Vec<String> = presence
        .absences
        .iter()
        .flat_map(|absence| [absence.from, absence.until])
        .map(|edge| edge.to_string())
        .collect();
    assert_eq!(edges, ["2026-12-01T08:00:00Z", "2026-12-28T23:00:00Z"]);
    let found = with_rules(|rules| absences(&[draft("2026-12-24", "2026-12-23"), draft("morgen", "")], rules)).unwrap_err();
    assert_eq!(found.len(), 3);
}
