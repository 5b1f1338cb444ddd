use std::sync::Arc;

use register::entry::Entry;
use register::organisation::Organisation;
use register::position::Position;
use register::resolve::TargetReason;
use serde_json::json;

use super::*;
use crate::pages::sample;

fn organisation(id: &str, name: &str) -> Arc<Organisation> {
    let json = json!({"id": id, "name": name, "short_name": name, "kind": "overig", "status": "connected",
        "desk": {"phone": "088 000 0000"}});
    Arc::new(serde_json::from_value(json).unwrap())
}

fn target(level: Level, entry: Option<Entry>, organisation: &Arc<Organisation>) -> Target {
    Target {
        level,
        reason: TargetReason::CompetenceMatch,
        explanation: "Daarom.".to_owned(),
        entry: entry.map(Arc::new),
        organisation: Arc::clone(organisation),
        mandate_level: None,
        reachable_from: None,
        standing_in_for: None,
        without_mandate: false,
        stale: false,
    }
}

fn route(targets: Vec<Target>) -> Route {
    let position = Position::from_cookie(&[1; 25]).unwrap_or_else(|_| panic!("a cookie of 25 bytes"));
    Route {
        targets,
        considered: Vec::new(),
        considered_total: 0,
        valid_until: None,
        position,
    }
}

#[test]
fn a_tried_officer_is_left_out_and_the_lmm_stays() {
    let (cak, lmm) = (organisation("zb000211", "CAK"), organisation("lmm", "LMM"));
    let tried = sample::entry();
    let mut targets = vec![target(Level::Officer, Some(tried.clone()), &cak)];
    for n in 0..6 {
        let mut other = sample::entry();
        other.officer.id = register::identifier::OfficerId::parse(&format!("o{n}")).unwrap();
        targets.push(target(Level::Officer, Some(other), &cak));
    }
    targets.push(target(Level::Desk, None, &cak));
    targets.push(target(Level::Lmm, None, &lmm));
    targets.push(target(Level::Let, None, &lmm));
    let steps = NextSteps::of(Ok(route(targets)), Some(&tried.officer_name()), &sample::labels()).steps;
    let kinds: Vec<&str> = steps.iter().map(|step| step.kind).collect();
    assert_eq!(kinds, ["Collega", "Collega", "Algemeen loket", "Landelijk maatwerkloket"]);
    assert_eq!(steps[0].href, "/medewerker/zb000211/o0");
    assert!(steps[3].bring.as_deref().unwrap().contains("toestemming"));
}

#[test]
fn a_refusal_gives_advice_and_ends_at_the_lmm() {
    let labels = sample::labels().with_last_resort(organisation("lmm", "LMM"));
    for reason in [Reason::RoleMissing, Reason::InvalidRequest, Reason::DeadlineExceeded] {
        let next = NextSteps::of(Err(Error::new(reason, "x")), None, &labels);
        assert!(next.problem.is_some(), "{reason:?}");
        let kinds: Vec<&str> = next.steps.iter().map(|step| step.kind).collect();
        assert_eq!(kinds, ["Landelijk maatwerkloket"], "{reason:?}");
        assert!(!next.steps[0].contact.links.is_empty());
    }
    let unknown = NextSteps::of(Err(Error::new(Reason::RoleMissing, "x")), None, &sample::labels());
    assert!(unknown.steps.is_empty() && unknown.problem.unwrap().contains("beheerder"));
}

#[test]
fn an_empty_need_leads_to_the_lmm() {
    let labels = sample::labels().with_last_resort(organisation("lmm", "LMM"));
    let nothing = or_last_resort(NeedDraft::default(), &labels);
    assert_eq!(nothing.organisation, "organisations/lmm");
    let somewhere = NeedDraft {
        municipality: "GM0479".to_owned(),
        ..NeedDraft::default()
    };
    assert_eq!(or_last_resort(somewhere.clone(), &labels), somewhere);
}
