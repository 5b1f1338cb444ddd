//! Tests of municipalities, their joint bodies and their desks.

use super::*;

/// Assen and its joint body for debts, which has the given power.
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
fn an_unconnected_municipality_routes_to_its_joint_body() {
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
    // The joint body is not involved in other schemes.
    let route = assen("mandaat").resolve(&need("", &["BRIEFADRES"], "GM0106"));
    assert_eq!(names(&route), ["Desk gm0106", "Lmm lmm", "Let let"]);
}

#[test]
fn delegation_ranks_first_and_mandate_ranks_equally() {
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
fn an_expired_service_is_ignored() {
    let later = NeedDraft {
        moment: Some("2027-01-04T10:00:00Z".parse().unwrap()),
        ..need("", &["WGS"], "GM0106")
    };
    let route = assen("delegatie").resolve(&later);
    assert_eq!(names(&route), ["Desk gm0106", "Lmm lmm", "Let let"]);
    // On the last day, the route is valid until the end of the year at most.
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
fn a_former_municipality_routes_to_its_successor() {
    // Delfzijl (GM0010) became part of Eemsdelta (GM1979).
    let register = Register::new()
        .with("gm1979", "Eemsdelta", "gemeente", json!({"municipality_code": "GM1979"}))
        .officer("gm1979/a", json!({"competences": ["WMO"], "area": ["GM1979"]}));
    assert_eq!(officers(&register.resolve(&need("", &["WMO"], "GM0010"))), ["gm1979/a"]);
    // A merger that only the register records.
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
fn a_municipal_scheme_requires_a_municipality() {
    let route = assen("mandaat").resolve(&need("", &["WGS"], ""));
    assert_eq!(dropped(&route)[0], ("organisations/-".into(), "MUNICIPALITY_NEEDED"));
    assert_eq!(names(&route), ["Lmm lmm", "Let let"]);
}

#[test]
fn a_municipal_desk_comes_before_outsiders_who_only_refer() {
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
    // An officer of the involved municipality who only refers stays before its desk.
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
    // Without a desk, the officer comes first.
    let register = cak().officer(
        "zb000211/a",
        json!({"competences": ["EB-WLZ"], "mandates": [{"level": "refer"}]}),
    );
    assert_eq!(
        names(&register.resolve(&need("", &["EB-WLZ"], "GM0106")))[0],
        "Officer zb000211/a"
    );
}
