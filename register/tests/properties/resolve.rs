//! Properties of routes: a route stays the same while it is valid, and nobody leaves empty-handed.

use std::collections::{BTreeMap, BTreeSet};

use crate::generators::{COMPETENCES, DOMAINS, MUNICIPALITIES, ORGANISATIONS, entry, moment, position, some_of, with_rules};
use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use register::draft::NeedDraft;
use register::entry::Entry;
use register::identifier::OfficerName;
use register::need::Need;
use register::officer::MandateLevel;
use register::organisation::Organisation;
use register::resolve::{Level, ResolveError, Route, Target, resolve};
use register::validate;
use register::view::View;
use serde_json::{Value, json};

/// A small country: two national organisations, three municipalities of which one may have merged into another, a joint body,
/// a ministry, and usually an LMM and a LET.
fn organisations() -> impl Strategy<Value = Vec<Organisation>> {
    let service = (
        select(vec!["GM0106", "GM0363", "GM1979"]),
        some_of(&COMPETENCES, 2),
        some_of(&DOMAINS, 1),
        select(vec!["mandaat", "delegatie"]),
        option::of(moment()),
    );
    let day = |moment: Timestamp| register::clock::dutch_date(moment).to_string();
    let services = vec(service, 0..4).prop_map(move |services| {
        let services = services
            .into_iter()
            .map(|(municipality, competences, domains, basis, until)| {
                json!({"municipality": municipality, "competences": competences, "domains": domains, "basis": basis,
                "until": until.map(day)})
            });
        services.collect::<Vec<Value>>()
    });
    (
        services,
        option::of(moment()),
        vec(any::<bool>(), ORGANISATIONS.len()),
        prop::bool::weighted(0.9),
        any::<bool>(),
    )
        .prop_map(move |(serves, merges, desks, has_lmm, is_cak_suspended)| {
            let mut organisations = Vec::new();
            for (id, has_desk) in ORGANISATIONS.into_iter().zip(desks) {
                let (kind, code) = match id {
                    "gkb" => ("samenwerkingsverband", None),
                    "lmm" => ("loket", None),
                    "let" => ("escalatieteam", None),
                    "mnre1025" => ("ministerie", None),
                    municipality if municipality.starts_with("gm") => ("gemeente", Some(municipality.to_uppercase())),
                    _ => ("uitvoeringsorganisatie", None),
                };
                if id == "lmm" && !has_lmm {
                    continue;
                }
                let mut organisation = json!({"id": id, "name": id, "short_name": id, "kind": kind, "status": "connected",
                    "municipality_code": code, "desk": {}});
                if has_desk {
                    organisation["desk"] = json!({"email": format!("loket@{id}.example")});
                }
                if id == "gkb" {
                    organisation["serves"] = json!(serves);
                }
                if id == "zb000211" && is_cak_suspended {
                    organisation["status"] = json!("suspended");
                }
                if let (true, Some(merges)) = (id == "gm0106", merges) {
                    organisation["valid_until"] = json!(day(merges));
                    organisation["successors"] = json!(["gm0363"]);
                }
                organisations.push(serde_json::from_value(organisation).expect("an organisation"));
            }
            organisations
        })
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    vec(entry(), 0..24).prop_map(|entries| {
        let by_name: BTreeMap<OfficerName, Entry> = entries.into_iter().map(|entry| (entry.officer_name(), entry)).collect();
        by_name.into_values().collect()
    })
}

fn need() -> impl Strategy<Value = Need> {
    let organisation = option::weighted(0.4, select(ORGANISATIONS[..7].to_vec()));
    let municipality = option::of(select(MUNICIPALITIES.to_vec()));
    (
        organisation,
        some_of(&COMPETENCES, 2),
        some_of(&DOMAINS, 1),
        municipality,
        moment(),
    )
        .prop_map(|(organisation, competences, domains, municipality, moment)| {
            let says_nothing = organisation.is_none() && competences.is_empty() && domains.is_empty() && municipality.is_none();
            let draft = NeedDraft {
                organisation: organisation.unwrap_or_default().to_owned(),
                competences: if says_nothing { vec!["AOW".to_owned()] } else { competences },
                domains,
                municipality: municipality.unwrap_or_default().to_owned(),
                moment: Some(moment),
            };
            with_rules(|rules| validate::need(&draft, moment, rules)).expect("the need is valid")
        })
}

fn route(view: &View, need: &Need) -> Result<Route, ResolveError> {
    with_rules(|rules| resolve(view, rules, need))
}

fn load(organisations: &[Organisation], entries: &[Entry]) -> View {
    View::load(position(7), organisations.to_vec(), [], entries.to_vec())
}

/// The stage of a target: officers, desks, LMM, ambassadors, LET. An officer who only refers may be among the desks.
fn stage(target: &Target) -> u8 {
    match (target.level, target.entry.is_some()) {
        (Level::Officer | Level::Deputy | Level::JointBody, true) => 0,
        (Level::Desk | Level::JointBody, false) => 1,
        (Level::Lmm, _) => 2,
        (Level::Ambassador, true) => 3,
        (Level::Let, _) => 4,
        other => panic!("{other:?} has no stage"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_need_has_a_target_if_an_lmm_is_known(organisations in organisations(), entries in entries(), need in need()) {
        let has_lmm = organisations.iter().any(|organisation| organisation.id.as_str() == "lmm");
        match route(&load(&organisations, &entries), &need) {
            Ok(route) => {
                prop_assert!(!route.targets.is_empty());
                prop_assert_eq!(route.targets.iter().any(|target| target.level == Level::Lmm), has_lmm);
                // Only after the LMM.
                prop_assert!(has_lmm || route.targets.iter().all(|target| stage(target) < 2));
            }
            Err(error) => prop_assert!(error == ResolveError::NoTarget && !has_lmm),
        }
    }

    #[test]
    fn targets_are_unique_ordered_and_present(organisations in organisations(), entries in entries(), need in need()) {
        let Ok(route) = route(&load(&organisations, &entries), &need) else { return Ok(()) };
        let refers = |target: &&Target| target.level == Level::Officer && target.mandate_level == Some(MandateLevel::Refer);
        let stages: Vec<u8> = route.targets.iter().filter(|target| !refers(target)).map(stage).collect();
        prop_assert!(stages.is_sorted(), "{:?}", stages);
        let behind = route.targets.iter().skip_while(|target| stage(target) < 2);
        prop_assert!(!behind.clone().any(|target| stage(target) < 2), "only the LMM and its escalation may follow the LMM");
        let mut seen = BTreeSet::new();
        for target in &route.targets {
            let name = target.entry.as_ref().map(|entry| entry.officer_name().to_string());
            prop_assert!(seen.insert(name.unwrap_or_else(|| target.organisation.id.resource_name())));
            prop_assert!(target.organisation.is_visible());
            prop_assert!(target.reachable_from.is_none_or(|from| from > need.moment));
            prop_assert!(target.explanation.ends_with('.') && !target.explanation.contains("  "));
            if let Some(entry) = &target.entry {
                prop_assert!(entry.presence.absence_at(need.moment).is_none());
                prop_assert!(!entry.officer.has_ended_name_on(crate::generators::today()));
            }
        }
        prop_assert!(route.considered.iter().all(|considered| !seen.contains(&considered.name)
            || considered.name.split('/').count() == 2));
        prop_assert!(route.considered_total >= route.considered.len());
    }

    #[test]
    fn the_order_of_loading_is_irrelevant(
        organisations in organisations(),
        (entries, shuffled) in entries().prop_flat_map(|entries| (Just(entries.clone()), Just(entries).prop_shuffle())),
        need in need(),
    ) {
        let mut reversed = organisations.clone();
        reversed.reverse();
        let one = route(&load(&organisations, &entries), &need);
        prop_assert_eq!(&one, &route(&load(&reversed, &shuffled), &need));
        prop_assert_eq!(&one, &route(&load(&organisations, &entries), &need));
    }

    #[test]
    fn a_route_is_stable_until_valid_until(organisations in organisations(), entries in entries(), need in need(), at in any::<Index>()) {
        let view = load(&organisations, &entries);
        let Ok(first) = route(&view, &need) else { return Ok(()) };
        let until = first.valid_until.unwrap_or(need.moment + SignedDuration::from_hours(24 * 500));
        prop_assert!(until > need.moment);
        let seconds = usize::try_from(until.duration_since(need.moment).as_secs()).expect("it is in the future");
        for offset in [at.index(seconds), seconds - 1] {
            let later = Need {
                moment: need.moment + SignedDuration::from_secs(i64::try_from(offset).expect("it is small")),
                ..need.clone()
            };
            let again = route(&view, &later).expect("there was a route");
            prop_assert_eq!(&first.targets, &again.targets);
            prop_assert_eq!(&first.considered, &again.considered);
            prop_assert_eq!(first.valid_until, again.valid_until);
        }
    }
}
