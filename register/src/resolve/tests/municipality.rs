//! Municipalities, their joint bodies and their desks.

use super::*;

/// Assen and its joint body for debts, with a power.
fn assen(basis: &str) -> Register {
    Register::new()
        .with(
            "gm0106",
            "Assen",
            "gemeente",
            json!({"municipality_code": "GM0106", "desk": {"email": "loket@assen.example"}}),
        )
        .with(
            "gkb",
            "GKB",
            "samenwerkingsverband",
            json!({"desk": {"email": "loket@gkb.example"},
                "serves": [{"municipality": "GM0106", "competences": ["WGS", "MSNP"], "basis": basis, "until": "2026-12-31"}]}),
        )
        .officer("gkb/z", json!({"competences": ["WGS"], "domains": ["SCH"]}))
}

#[test]
fn a_municipality_that_is_not_connected_ends_at_its_joint_body() {
    let route = assen("mandaat").resolve(&need("gm0106", &["WGS"], ""));
    assert_eq!(
        names(&route),
        ["JointBody gkb/z", "JointBody gkb", "Desk gm0106", "Lmm lmm", "Let let"]
    );
    assert!(
        route.targets[0].explanation.ends_with("namens de gemeente Assen."),
        "{}",
        route.targets[0].explanation
    );
    let route = assen("mandaat").resolve(&need("", &["WGS"], "GM0106"));
    assert_eq!(names(&route)[0], "JointBody gkb/z");
    // For something else the joint body is not involved.
    let route = assen("mandaat").resolve(&need("", &["BRIEFADRES"], "GM0106"));
    assert_eq!(names(&route), ["Desk gm0106", "Lmm lmm", "Let let"]);
}

#[test]
fn delegation_puts_the_joint_body_first_and_mandate_beside_the_municipality() {
    let own = json!({"competences": ["WGS"], "domains": ["SCH"], "area": ["GM0106"]});
    let beside = assen("mandaat")
        .officer("gm0106/a", own.clone())
        .resolve(&need("", &["WGS"], "GM0106"));
    assert_eq!(officers(&beside), ["gkb/z", "gm0106/a"], "by name");
    let first = assen("delegatie")
        .officer("gm0106/a", own)
        .resolve(&need("", &["WGS"], "GM0106"));
    assert_eq!(officers(&first), ["gkb/z", "gm0106/a"]);
    let passed_on = &first.targets[1];
    assert_eq!(
        (passed_on.reason, passed_on.mandate_level),
        (TargetReason::SupersededByDelegation, Some(MandateLevel::Refer))
    );
    assert!(
        passed_on.explanation.contains("overgedragen aan GKB"),
        "{}",
        passed_on.explanation
    );
}

#[test]
fn a_service_that_has_ended_no_longer_counts() {
    let later = NeedDraft {
        moment: Some("2027-01-04T10:00:00Z".parse().unwrap()),
        ..need("", &["WGS"], "GM0106")
    };
    let route = assen("delegatie").resolve(&later);
    assert_eq!(names(&route), ["Desk gm0106", "Lmm lmm", "Let let"]);
    // On the day before, the end of the year is when the answer changes at the latest.
    let eve = NeedDraft {
        moment: Some("2026-12-31T17:00:00Z".parse().unwrap()),
        ..need("", &["WGS"], "GM0106")
    };
    assert_eq!(
        assen("delegatie").resolve(&eve).valid_until,
        Some("2026-12-31T23:00:00Z".parse().unwrap())
    );
}

#[test]
fn a_former_municipality_leads_to_its_successor() {
    // Delfzijl (GM0010) became part of Eemsdelta (GM1979).
    let register = Register::new()
        .with("gm1979", "Eemsdelta", "gemeente", json!({"municipality_code": "GM1979"}))
        .officer("gm1979/a", json!({"competences": ["WMO"], "area": ["GM1979"]}));
    assert_eq!(officers(&register.resolve(&need("", &["WMO"], "GM0010"))), ["gm1979/a"]);
    // A merger that only the register knows of.
    let register = register.with(
        "gm0106",
        "Assen",
        "gemeente",
        json!({"municipality_code": "GM0106", "valid_until": "2025-12-31", "successors": ["gm1979"]}),
    );
    let route = register.resolve(&need("gm0106", &["WMO"], ""));
    assert_eq!(officers(&route), ["gm1979/a"]);
    assert_eq!(route.considered[0].explanation, "Deze organisatie is opgegaan in Eemsdelta.");
}

#[test]
fn a_municipal_scheme_without_a_municipality_asks_for_it() {
    let route = assen("mandaat").resolve(&need("", &["WGS"], ""));
    assert_eq!(dropped(&route)[0], ("organisations/-".into(), "MUNICIPALITY_NEEDED"));
    assert_eq!(names(&route), ["Lmm lmm", "Let let"]);
}

#[test]
fn an_unconnected_municipality_has_its_desk_before_who_only_refers() {
    let umbrella =
        |id: &str, level: &str| json!({"competences": ["BRIEFADRES"], "mandates": [{"level": level}], "description": id});
    let register = assen("mandaat")
        .with(
            "divosa",
            "Divosa",
            "koepel",
            json!({"desk": {"email": "loket@divosa.example"}}),
        )
        .officer("divosa/wijzer", umbrella("wijzer", "refer"))
        .with("svb", "SVB", "uitvoeringsorganisatie", json!({}))
        .officer("svb/beslisser", umbrella("beslisser", "decide"));
    let route = register.resolve(&need("", &["BRIEFADRES"], "GM0106"));
    assert_eq!(
        names(&route),
        [
            "Officer svb/beslisser",
            "Desk gm0106",
            "Officer divosa/wijzer",
            "Desk divosa",
            "Lmm lmm",
            "Let let"
        ]
    );
    // An own officer who only refers is of the municipality whose matter it is, and stays before its desk.
    let register = register.officer("gm0106/eigen", umbrella("eigen", "refer"));
    let route = register.resolve(&need("", &["BRIEFADRES"], "GM0106"));
    assert_eq!(
        names(&route)[..4],
        [
            "Officer gm0106/eigen",
            "Officer svb/beslisser",
            "Desk gm0106",
            "Officer divosa/wijzer"
        ]
    );
    // Without a desk it is the next best.
    let register = cak().officer(
        "zb000211/a",
        json!({"competences": ["EB-WLZ"], "mandates": [{"level": "refer"}]}),
    );
    assert_eq!(
        names(&register.resolve(&need("", &["EB-WLZ"], "GM0106")))[0],
        "Officer zb000211/a"
    );
}
