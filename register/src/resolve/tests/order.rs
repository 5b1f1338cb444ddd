//! Tests of the order of targets and of rejections.

use super::*;

#[test]
fn a_route_escalates_from_officer_to_let() {
    let register = cak()
        .with("mnre1025", "VWS", "ministerie", json!({}))
        .officer("zb000211/eb", json!({"competences": ["EB-WLZ"], "domains": ["LZO"]}))
        .officer("lmm/regie", json!({"kind": "regievoerder", "competences": ["PMM-LMM"]}))
        .officer(
            "mnre1025/a",
            json!({"kind": "ambassadeur", "domains": ["LZO"], "mandates": [{"level": "advise"}]}),
        )
        .officer("let/lid", json!({"kind": "escalatielid", "competences": ["PMM-LET"]}));
    let route = register.resolve(&need("", &["EB-WLZ"], ""));
    assert_eq!(
        names(&route),
        [
            "Officer zb000211/eb",
            "Desk zb000211",
            "Lmm lmm/regie",
            "Ambassador mnre1025/a",
            "Let let/lid"
        ]
    );
    let sentences: Vec<&str> = route.targets.iter().map(|target| target.explanation.as_str()).collect();
    insta::assert_debug_snapshot!(sentences, @r#"
    [
        "Beslist zelf over eigen bijdrage langdurige zorg, voor heel Nederland.",
        "Het algemene loket van CAK kan u met de juiste collega verbinden.",
        "LMM neemt de regie over als de organisaties er samen niet uitkomen.",
        "Brengt bij VWS aan de orde wat door de regels misgaat, als het LMM daarom vraagt.",
        "LET is de laatste stap, als ook het LMM er niet uitkomt.",
    ]
    "#);
}

#[test]
fn competence_comes_before_domain_before_generalist() {
    let register = cak()
        .officer(
            "zb000211/a-generalist",
            json!({"competences": ["AWB-HARDHEID"], "domains": ["GEZ"]}),
        )
        .officer(
            "zb000211/b-domain",
            json!({"competences": ["HULPMIDDELEN"], "domains": ["LZO"]}),
        )
        .officer(
            "zb000211/c-competence",
            json!({"competences": ["EB-WLZ"], "domains": ["LZO"]}),
        )
        .officer(
            "zb000211/d-other",
            json!({"competences": ["WANBETALERS"], "domains": ["GEZ"]}),
        );
    let route = register.resolve(&need("zb000211", &["EB-WLZ"], ""));
    assert_eq!(
        officers(&route),
        ["zb000211/c-competence", "zb000211/b-domain", "zb000211/a-generalist"]
    );
    let reasons: Vec<TargetReason> = route.targets.iter().take(3).map(|target| target.reason).collect();
    assert_eq!(
        reasons,
        [
            TargetReason::CompetenceMatch,
            TargetReason::DomainMatch,
            TargetReason::Generalist
        ]
    );
    // A mandate for other schemes does not cover this one.
    assert_eq!(route.targets[1].mandate_level, Some(MandateLevel::Refer));
    assert_eq!(
        dropped(&route),
        [("organisations/zb000211/officers/d-other".into(), "WRONG_COMPETENCE")]
    );
}

#[test]
fn mandate_then_verification_then_name_break_ties() {
    let eb = |level: &str| json!({"competences": ["EB-WLZ"], "mandates": [{"level": level}]});
    let register = cak()
        .officer("zb000211/a", eb("refer"))
        .officer("zb000211/b", eb("decide"))
        .stale()
        .officer("zb000211/d", eb("decide"))
        .officer("zb000211/c", eb("decide"))
        .officer("zb000211/e", eb("advise"));
    let route = register.resolve(&need("", &["EB-WLZ"], ""));
    assert_eq!(
        officers(&route),
        ["zb000211/c", "zb000211/d", "zb000211/b", "zb000211/e", "zb000211/a"]
    );
    assert!(route.targets[2].stale);
}

#[test]
fn own_area_comes_before_national_and_others_are_rejected() {
    let eb = |area: &[&str]| json!({"competences": ["EB-WLZ"], "area": area});
    let register = cak()
        .officer("zb000211/a-all", eb(&[]))
        .officer("zb000211/b-own", eb(&["GM0363"]))
        .officer("zb000211/c-other", eb(&["GM0599"]));
    let route = register.resolve(&need("zb000211", &["EB-WLZ"], "GM0363"));
    assert_eq!(officers(&route), ["zb000211/b-own", "zb000211/a-all"]);
    assert_eq!(dropped(&route)[0].1, "OUT_OF_AREA");
    // Without a municipality all fit, nationwide officers first.
    let route = register.resolve(&need("zb000211", &["EB-WLZ"], ""));
    assert_eq!(officers(&route), ["zb000211/a-all", "zb000211/b-own", "zb000211/c-other"]);
}

#[test]
fn not_for_rejects_and_refers() {
    let register = cak().officer(
        "zb000211/a",
        json!({"competences": ["WANBETALERS"], "domains": ["LZO"], "not_for": [{"competence": "EB-WLZ", "see": "zb000211"}]}),
    );
    let route = register.resolve(&need("zb000211", &["EB-WLZ"], ""));
    assert!(officers(&route).is_empty());
    let considered = &route.considered[0];
    assert_eq!(
        (considered.reason, considered.see.as_deref()),
        (RejectionReason::NotFor, Some("zb000211"))
    );
    assert_eq!(
        considered.explanation,
        "Is niet bedoeld voor eigen bijdrage langdurige zorg; zie CAK."
    );
}

#[test]
fn a_need_with_only_an_organisation_ranks_generalists_first() {
    let register = cak()
        .officer("zb000211/a", json!({"competences": ["EB-WLZ"]}))
        .officer("zb000211/b", json!({"competences": ["AWB-HARDHEID"]}));
    assert_eq!(
        officers(&register.resolve(&need("zb000211", &[], ""))),
        ["zb000211/b", "zb000211/a"]
    );
}

#[test]
fn long_lists_are_capped_and_counted() {
    let mut register = cak();
    for n in 0..100 {
        let codes = if n < 30 {
            json!({"competences": ["EB-WLZ"]})
        } else {
            json!({"competences": ["WANBETALERS"]})
        };
        register = register.officer(&format!("zb000211/n{n:03}"), codes);
    }
    let route = register.resolve(&need("zb000211", &["EB-WLZ"], ""));
    assert_eq!(officers(&route).len(), MOST_OFFICERS);
    assert_eq!((route.considered.len(), route.considered_total), (MOST_CONSIDERED, 80));
    assert_eq!(route.considered[0].reason, RejectionReason::RankedLower);
}
