//! Tests of officers.

use super::*;

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
