//! Tests of invalid needs and missing organisations.

use super::*;

#[test]
fn suspended_and_unknown_organisations_differ() {
    let mut register = cak().officer("zb000211/a", json!({"competences": ["EB-WLZ"]}));
    register.organisations.last_mut().unwrap().status = crate::organisation::OrganisationStatus::Suspended;
    let route = register.resolve(&need("", &["EB-WLZ"], ""));
    assert_eq!(names(&route), ["Lmm lmm", "Let let"]);
    assert_eq!(dropped(&route), [("organisations/zb000211".into(), "SUSPENDED")]);
    let unknown = register.try_resolve(&need("zb999999", &[], "")).unwrap_err();
    assert!(matches!(unknown, ResolveError::UnknownOrganisation(_)));
    let empty = Register::default().try_resolve(&need("", &["EB-WLZ"], "")).unwrap_err();
    assert_eq!(empty, ResolveError::NoTarget);
}

#[test]
fn a_need_reports_all_violations() {
    let (vocabulary, gazetteer) = (Vocabulary::builtin(), Gazetteer::builtin());
    let rules = Rules::new(&vocabulary, &gazetteer, date(2026, 11, 23));
    let read = |draft: &NeedDraft| crate::validate::need(draft, MONDAY.parse().unwrap(), &rules);
    let found = read(&need("CAK!", &["HUURTOESLG"], "GM0000")).unwrap_err();
    let codes: Vec<ViolationCode> = found.iter().map(|violation| violation.code).collect();
    assert_eq!(
        codes,
        [
            ViolationCode::Malformed,
            ViolationCode::UnknownCode,
            ViolationCode::UnknownCode
        ]
    );
    assert!(found[1].message.contains("HUURTOESLAG"));
    assert_eq!(read(&NeedDraft::default()).unwrap_err()[0].code, ViolationCode::Required);
    assert!(read(&need("organisations/zb000211", &[], "")).unwrap().organisation.is_some());
}
