//! The rules of routes, each at the smallest register that shows it.

use jiff::Timestamp;
use jiff::civil::date;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::draft::NeedDraft;
use crate::entry::{Entry, Etag};
use crate::gazetteer::Gazetteer;
use crate::officer::{MandateLevel, Officer};
use crate::organisation::Organisation;
use crate::position::{Epoch, Position, Revision};
use crate::presence::{Absence, Presence};
use crate::verification::Verification;
use crate::violation::ViolationCode;
use crate::vocabulary::Vocabulary;

/// A Monday, eleven in the morning in the Netherlands.
const MONDAY: &str = "2026-11-23T10:00:00Z";

/// A register to ask.
#[derive(Clone, Default)]
struct Register {
    organisations: Vec<Organisation>,
    entries: Vec<Entry>,
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "`json!` at the call reads better without a borrow"
)]
impl Register {
    /// One with an LMM and a LET.
    fn new() -> Self {
        Self::default()
            .with("lmm", "LMM", "loket", json!({"desk": {"email": "loket@lmm.example"}}))
            .with("let", "LET", "escalatieteam", json!({"desk": {"email": "loket@let.example"}}))
    }

    fn with(mut self, id: &str, name: &str, kind: &str, more: Value) -> Self {
        let mut organisation = json!({"id": id, "name": name, "short_name": name, "kind": kind, "status": "connected"});
        organisation
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        self.organisations.push(serde_json::from_value(organisation).unwrap());
        self
    }

    /// An officer `organisation/id`, verified last month.
    fn officer(mut self, name: &str, more: Value) -> Self {
        let (organisation, id) = name.split_once('/').unwrap();
        let mut officer = json!({"organisation": organisation, "id": id, "function_title": "Maatwerkfunctionaris",
            "mandates": [{"level": "decide"}]});
        officer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let officer: Officer = serde_json::from_value(officer).unwrap();
        self.entries.push(Entry {
            reports: Default::default(),
            etag: Etag::of(&officer),
            officer,
            presence: Presence::default(),
            verification: Some(Verification::new(date(2026, 10, 20), None)),
            revision: Revision(1),
            updated_at: Timestamp::UNIX_EPOCH,
        });
        self
    }

    /// The officer that was added last is absent.
    fn absent(mut self, from: &str, until: &str) -> Self {
        let absence = Absence {
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
        };
        self.entries.last_mut().unwrap().presence.absences.push(absence);
        self
    }

    fn stale(mut self) -> Self {
        self.entries.last_mut().unwrap().verification = None;
        self
    }

    fn view(&self) -> View {
        let position = Position::new(Epoch::from_uuid(Uuid::from_u128(1)), Revision(7));
        View::load(position, self.organisations.clone(), [], self.entries.clone())
    }

    fn try_resolve(&self, draft: &NeedDraft) -> Result<Route, ResolveError> {
        let (vocabulary, gazetteer) = (Vocabulary::builtin(), Gazetteer::builtin());
        let rules = Rules::new(&vocabulary, &gazetteer, date(2026, 11, 23));
        let need = crate::validate::need(draft, MONDAY.parse().unwrap(), &rules).unwrap();
        resolve(&self.view(), &rules, &need)
    }

    fn resolve(&self, draft: &NeedDraft) -> Route {
        self.try_resolve(draft).unwrap()
    }
}

fn need(organisation: &str, competences: &[&str], municipality: &str) -> NeedDraft {
    NeedDraft {
        organisation: organisation.into(),
        competences: competences.iter().map(|code| (*code).to_owned()).collect(),
        municipality: municipality.into(),
        ..NeedDraft::default()
    }
}

/// `level organisation/id` for each target.
fn names(route: &Route) -> Vec<String> {
    let name = |target: &Target| match &target.entry {
        Some(entry) => format!("{:?} {}/{}", target.level, entry.officer.organisation, entry.officer.id),
        None => format!("{:?} {}", target.level, target.organisation.id),
    };
    route.targets.iter().map(name).collect()
}

/// The officers of a route, as `organisation/id`.
fn officers(route: &Route) -> Vec<String> {
    let officers = route.targets.iter().filter_map(|target| target.entry.as_ref());
    officers
        .map(|entry| format!("{}/{}", entry.officer.organisation, entry.officer.id))
        .collect()
}

fn dropped(route: &Route) -> Vec<(String, &'static str)> {
    route
        .considered
        .iter()
        .map(|considered| (considered.name.clone(), considered.reason.as_str()))
        .collect()
}

fn cak() -> Register {
    Register::new().with(
        "zb000211",
        "CAK",
        "uitvoeringsorganisatie",
        json!({"desk": {"email": "loket@cak.example"}}),
    )
}

#[test]
fn a_route_goes_from_officer_to_desk_to_lmm_to_ambassador_to_let() {
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
    // A mandate in other schemes is none in this one.
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
fn own_area_comes_before_national_and_other_areas_are_passed_over() {
    let eb = |area: &[&str]| json!({"competences": ["EB-WLZ"], "area": area});
    let register = cak()
        .officer("zb000211/a-all", eb(&[]))
        .officer("zb000211/b-own", eb(&["GM0363"]))
        .officer("zb000211/c-other", eb(&["GM0599"]));
    let route = register.resolve(&need("zb000211", &["EB-WLZ"], "GM0363"));
    assert_eq!(officers(&route), ["zb000211/b-own", "zb000211/a-all"]);
    assert_eq!(dropped(&route)[0].1, "OUT_OF_AREA");
    // Nobody said where: all fit, and those for the whole country surely.
    let route = register.resolve(&need("zb000211", &["EB-WLZ"], ""));
    assert_eq!(officers(&route), ["zb000211/a-all", "zb000211/b-own", "zb000211/c-other"]);
}

#[test]
fn not_for_excludes_and_says_where_to_go() {
    let register = cak().officer(
        "zb000211/a",
        json!({"competences": ["WANBETALERS"], "domains": ["LZO"], "not_for": [{"competence": "EB-WLZ", "see": "zb000211"}]}),
    );
    let route = register.resolve(&need("zb000211", &["EB-WLZ"], ""));
    assert!(officers(&route).is_empty());
    let considered = &route.considered[0];
    assert_eq!(
        (considered.reason, considered.see.as_deref()),
        (DropReason::NotFor, Some("zb000211"))
    );
    assert_eq!(
        considered.explanation,
        "Is niet bedoeld voor eigen bijdrage langdurige zorg; zie CAK."
    );
}

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
    // At five the other one closes.
    assert_eq!(route.valid_until, Some("2026-11-23T16:00:00Z".parse().unwrap()));
}

#[test]
fn an_absence_brings_the_deputy_to_the_same_place() {
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
    // The first to change is the end of y's absence.
    assert_eq!(route.valid_until, Some("2026-11-23T16:00:00Z".parse().unwrap()));
}

#[test]
fn a_deputy_who_holds_the_competence_may_decide_and_stands_once() {
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
fn a_deputy_of_a_generalist_is_told_with_the_domain_that_was_asked_for() {
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
fn deputies_that_lead_in_a_circle_lead_nowhere() {
    let away = ("2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z");
    let register = cak()
        .officer("zb000211/a", json!({"competences": ["EB-WLZ"], "deputy": "b"}))
        .absent(away.0, away.1)
        .officer("zb000211/b", json!({"competences": ["EB-WLZ"], "deputy": "a"}))
        .absent(away.0, away.1);
    let route = register.resolve(&need("", &["EB-WLZ"], ""));
    assert_eq!(names(&route), ["Desk zb000211", "Lmm lmm", "Let let"]);
}

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
fn only_an_organisation_gives_its_generalists_first() {
    let register = cak()
        .officer("zb000211/a", json!({"competences": ["EB-WLZ"]}))
        .officer("zb000211/b", json!({"competences": ["AWB-HARDHEID"]}));
    assert_eq!(
        officers(&register.resolve(&need("zb000211", &[], ""))),
        ["zb000211/b", "zb000211/a"]
    );
}

#[test]
fn suspended_and_unknown_organisations_are_told_apart() {
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
fn a_name_that_has_ended_is_not_shown_for_a_moment_in_the_past() {
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
    assert_eq!(route.considered[0].reason, DropReason::RankedLower);
}

#[test]
fn a_need_says_all_that_is_wrong_with_it() {
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
