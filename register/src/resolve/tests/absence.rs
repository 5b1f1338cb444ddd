//! Tests of hours, absences, deputies and expired names.

use super::*;

#[test]
fn outside_its_hours_an_officer_keeps_its_place() {
    let register = cak()
        .officer(
            "zb000211/a",
            json!({"competences": ["EB-WLZ"], "hours": [{"days": ["wo"], "from": "09:00", "until": "12:00"}]}),
        )
        .officer("zb000211/b", json!({"competences": ["EB-WLZ"]}));
    let route = register.resolve(&need("", &["EB-WLZ"], ""));
    assert_eq!(officers(&route)[0], "zb000211/a");
    assert_eq!(route.targets[0].reachable_from, Some("2026-11-25T08:00:00Z".parse().unwrap()));
    assert_eq!(route.targets[1].reachable_from, None);
    // At five, the other one closes.
    assert_eq!(route.valid_until, Some("2026-11-23T16:00:00Z".parse().unwrap()));
}

#[test]
fn a_deputy_takes_the_place_of_an_absent_officer() {
    let register = cak()
        .officer("zb000211/a", json!({"competences": ["EB-WLZ"], "deputy": "y"}))
        .absent("2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z")
        .officer(
            "zb000211/b",
            json!({"competences": ["EB-WLZ"], "mandates": [{"level": "advise"}]}),
        )
        .officer(
            "zb000211/y",
            json!({"competences": ["WANBETALERS"], "domains": ["GEZ"], "deputy": "z"}),
        )
        .absent("2026-11-20T00:00:00Z", "2026-11-24T00:00:00Z")
        .officer("zb000211/z", json!({"competences": ["WANBETALERS"], "domains": ["GEZ"]}));
    let route = register.resolve(&need("", &["EB-WLZ"], ""));
    assert_eq!(&names(&route)[..2], ["Officer zb000211/b", "Deputy zb000211/z"]);
    let deputy = &route.targets[1];
    assert!(deputy.without_mandate && deputy.mandate_level == Some(MandateLevel::Refer));
    assert_eq!(deputy.standing_in_for.as_ref().unwrap().officer.as_str(), "a");
    assert_eq!(
        deputy.explanation,
        "Vervangt een afwezige collega en kan de zaak aannemen, maar beslist niet zelf over eigen bijdrage langdurige zorg."
    );
    // The first transition is the end of y's absence.
    assert_eq!(route.valid_until, Some("2026-11-23T16:00:00Z".parse().unwrap()));
}

#[test]
fn a_competent_deputy_may_decide_and_is_listed_once() {
    let register = cak()
        .officer("zb000211/a", json!({"competences": ["EB-WLZ"], "deputy": "b"}))
        .absent("2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z")
        .officer("zb000211/b", json!({"competences": ["EB-WLZ"]}));
    let route = register.resolve(&need("", &["EB-WLZ"], ""));
    assert_eq!(names(&route)[0], "Officer zb000211/b");
    assert_eq!(officers(&route).len(), 1);
    assert_eq!(dropped(&route), [("organisations/zb000211/officers/a".into(), "ABSENT")]);
}

#[test]
fn a_generalists_deputy_is_explained_with_the_needed_domain() {
    let register = cak()
        .officer("zb000211/a", json!({"competences": ["AWB-HARDHEID"], "deputy": "b"}))
        .absent("2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z")
        .officer("zb000211/b", json!({"domains": ["GEZ"]}));
    let only_domain = NeedDraft {
        domains: vec!["LZO".into()],
        ..need("zb000211", &[], "")
    };
    assert_eq!(
        register.resolve(&only_domain).targets[0].explanation,
        "Vervangt een afwezige collega en kan de zaak aannemen, maar beslist niet zelf over zaken van CAK in het leefgebied \
         Langdurige zorg en ondersteuning."
    );
}

#[test]
fn a_cycle_of_deputies_yields_no_target() {
    let away = ("2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z");
    let register = cak()
        .officer("zb000211/a", json!({"competences": ["EB-WLZ"], "deputy": "b"}))
        .absent(away.0, away.1)
        .officer("zb000211/b", json!({"competences": ["EB-WLZ"], "deputy": "a"}))
        .absent(away.0, away.1);
    let route = register.resolve(&need("", &["EB-WLZ"], ""));
    assert_eq!(names(&route), ["Desk zb000211", "Lmm lmm", "Let let"]);
}

#[test]
fn an_expired_name_is_hidden_for_past_moments() {
    let register = cak().officer(
        "zb000211/a",
        json!({"competences": ["EB-WLZ"], "name": "Noor Voorbeeld", "name_until": "2026-11-22"}),
    );
    let past = NeedDraft {
        moment: Some("2026-11-20T10:00:00Z".parse().unwrap()),
        ..need("", &["EB-WLZ"], "")
    };
    let route = register.resolve(&past);
    assert_eq!(route.targets[0].entry.as_ref().unwrap().officer.name, None);
}
