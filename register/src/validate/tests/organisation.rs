//! Tests of organisations.

use super::*;

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
