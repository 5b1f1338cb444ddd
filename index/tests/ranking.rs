//! The order of results, and the reasons for it.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod common;

use std::collections::HashMap;
use std::sync::Arc;

use common::{context, filled, names, officer, organisation, page, plan, register, search};
use index::{
    Filters, Grouping, Index, IndexedOfficer, MatchReason, OfficerTexts, PageCursor, Paging, Plan, Question, RankedOfficer,
    Score, Share, ShareRequest,
};
use register::identifier::{CompetenceCode, MunicipalityCode, OfficerName, OrganisationId};
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;

fn ask(index: &Index, question: &Question) -> Vec<String> {
    names(&page(index, &Plan::compile(question, &context()), &Paging::first(50)))
}

#[test]
fn everyday_phrases_find_the_scheme() {
    let (_folder, index) = filled(register());
    assert_eq!(names(&search(&index, "postadres voor iemand zonder huis"))[0], "gm0344/zaken");
    assert_eq!(
        names(&search(&index, "premieschuld bij de zorgverzekeraar"))[0],
        "zb000211/premie"
    );
}

#[test]
fn function_titles_find_their_holders() {
    let cak = organisation("zb000211", "CAK", "CAK", OrganisationKind::Uitvoeringsorganisatie);
    let holders = ["a", "b"].map(|id| officer(&cak, id, "Maatwerkadviseur", "Kijkt mee.", &["ZVW"]));
    let (_folder, index) = filled(holders.into());
    assert_eq!(names(&search(&index, "maatwerkadviseur")), ["zb000211/a", "zb000211/b"]);
}

#[test]
fn references_to_other_organisations_do_not_match() {
    let (_folder, index) = filled(register());
    let results = search(&index, "eigen bijdrage");
    assert_eq!(names(&results)[0], "zb000211/bijdrage");
    let svb = results.hits.iter().find(|hit| hit.name.organisation.as_str() == "zb000143");
    assert!(
        svb.is_none_or(|hit| !hit.why.iter().any(|why| matches!(why, MatchReason::Words(_)))),
        "its text only refers to the CAK"
    );
}

#[test]
fn named_organisations_outrank_others() {
    let (_folder, index) = filled(register());
    assert!(names(&search(&index, "brief van het CAK"))[0].starts_with("zb000211/"));
    let results = search(&index, "svb briefadres");
    assert!(
        results.hits[0]
            .why
            .contains(&MatchReason::Organisation(OrganisationId::parse("zb000143").unwrap()))
    );
}

#[test]
fn persons_are_found_despite_errors_and_diacritics() {
    let (_folder, index) = filled(register());
    for typed in ["Şule Voorbeeldoğlu", "sule voorbeeldoglu", "voorbeldoglu", "voorbeeldo"] {
        assert_eq!(
            names(&search(&index, typed)).first().map(String::as_str),
            Some("zb000211/bijdrage"),
            "{typed}"
        );
    }
}

#[test]
fn officers_for_other_areas_rank_lower() {
    let (_folder, index) = filled(register());
    let found = names(&search(&index, "Weesp briefadres"));
    assert_eq!(found, ["gm0363/zaken", "gm0344/zaken"]);
    let caller_municipality = Some(MunicipalityCode::parse("GM0344").unwrap());
    let question = Question {
        text: "briefadres".into(),
        caller_municipality,
        ..Question::default()
    };
    assert_eq!(ask(&index, &question)[0], "gm0344/zaken");
}

#[test]
fn a_list_without_a_question_begins_with_the_callers_municipality() {
    let (_folder, index) = filled(register());
    let list = |own: Option<&str>| {
        let question = Question {
            caller_municipality: own.map(|own| MunicipalityCode::parse(own).unwrap()),
            ..Question::default()
        };
        ask(&index, &question)
    };
    let is_of = |municipality: &str, found: &[String]| {
        let of = found.iter().map(|name| name.starts_with(municipality));
        of.collect::<Vec<bool>>()
    };
    assert_eq!(is_of("gm0363", &list(None)), [false, false, true, false, false, false, false]);
    // Who serves the whole country is not behind, and nobody is lost.
    assert_eq!(
        is_of("gm0363", &list(Some("GM0344"))),
        [false, false, false, false, false, false, true]
    );
}

#[test]
fn municipal_officers_with_equal_competences_form_a_group() {
    let (_folder, index) = filled(register());
    let results = search(&index, "briefadres");
    assert_eq!(names(&results), ["gm0344/zaken"]);
    let group = results.hits[0].group.as_ref().unwrap();
    assert_eq!(group.members.len(), 2);
    assert_eq!(results.total, 2);
    let flat = Question {
        text: "briefadres".into(),
        grouping: Grouping::Flat,
        ..Question::default()
    };
    assert_eq!(ask(&index, &flat), ["gm0344/zaken", "gm0363/zaken"]);
}

#[test]
fn ambassadors_rank_lower_unless_asked_for() {
    let duo = organisation(
        "oorg10148",
        "Dienst Uitvoering Onderwijs",
        "DUO",
        OrganisationKind::Uitvoeringsorganisatie,
    );
    let mut officers = register();
    officers.push(officer(&duo, "stufi", "Adviseur", "Studiefinanciering.", &["WSF"]));
    let (_folder, index) = filled(officers);
    assert_eq!(names(&search(&index, "studiefinanciering"))[0], "oorg10148/stufi");
    assert_eq!(names(&search(&index, "ambassadeur studiefinanciering"))[0], "mnre1109/pmm");
}

#[test]
fn not_for_excludes_officers() {
    let mut officers = register();
    officers[2].not_for = vec![CompetenceCode::parse("EB-WLZ").unwrap()];
    officers[2].description.push_str(" Eigen bijdrage komt ook langs.");
    let (_folder, index) = filled(officers);
    assert_eq!(names(&search(&index, "eigen bijdrage wlz")), ["zb000211/bijdrage"]);
}

/// A text about arrears of rent, study finance and a driving licence, two of which name an organisation.
const THREE_NEEDS: &str = concat!(
    "Gezin heeft drie maanden huurachterstand en de deurwaarder komt, dochter krijgt geen studiefinanciering meer van DUO ",
    "en mijn man zijn rijbewijs is ingevorderd door het CBR",
);

/// Returns officers of whom those of DUO fill a page of [`THREE_NEEDS`].
fn officers_of_three_needs() -> Vec<IndexedOfficer> {
    let executive = OrganisationKind::Uitvoeringsorganisatie;
    let duo = organisation("oorg10148", "Dienst Uitvoering Onderwijs", "DUO", executive);
    let cbr = organisation("zb000209", "Centraal Bureau Rijvaardigheidsbewijzen", "CBR", executive);
    let municipalities = [("gm0363", "Amsterdam"), ("gm0344", "Utrecht")];
    let municipal = municipalities.map(|(id, name)| {
        let municipality = organisation(id, &format!("Gemeente {name}"), name, OrganisationKind::Gemeente);
        officer(
            &municipality,
            "wonen",
            "Consulent",
            "Bij dreigende ontruiming.",
            &["ONTRUIMING"],
        )
    });
    let desks = (0..12).map(|desk| {
        let text = "Dochter of zoon krijgt geen studiefinanciering meer van DUO, ook bij drie maanden achterstand.";
        officer(
            &duo,
            &format!("stufi-{desk:02}"),
            "Studiefinanciering",
            text,
            &["WSF", "WSF-AANVULLEND"],
        )
    });
    let licences = officer(&cbr, "rijbewijs", "Medewerker", "Beoordeelt.", &["RIJBEWIJS"]);
    desks.chain([licences]).chain(municipal).collect()
}

#[test]
fn each_need_has_its_best_officer_first() {
    let (_folder, index) = filled(officers_of_three_needs());
    let results = page(&index, &plan(THREE_NEEDS), &Paging::first(5));
    let mut first = names(&results)[..3].to_vec();
    first.sort_unstable();
    // The two municipalities are one result.
    assert_eq!(first, ["gm0344/wonen", "oorg10148/stufi-00", "zb000209/rijbewijs"]);
    assert_eq!(names(&results)[3..], ["oorg10148/stufi-01", "oorg10148/stufi-02"]);
    // What it is first for raises no score.
    let of_licences = results
        .hits
        .iter()
        .find(|hit| hit.name.organisation.as_str() == "zb000209")
        .unwrap();
    let alone = search(&index, "mijn man zijn rijbewijs is ingevorderd door het CBR");
    assert!(of_licences.score.0 <= alone.hits[0].score.0 * 2);
}

#[test]
fn a_municipal_need_is_first_behind_any_number_of_groups() {
    let amsterdam = organisation("gm0363", "Gemeente Amsterdam", "Amsterdam", OrganisationKind::Gemeente);
    let others = ["WGS", "MSNP", "BRP", "BRIEFADRES", "WMO", "PW", "URGENTIE", "DWANGAKKOORD"];
    let desks = others.map(|other| {
        let text = "Gezin met huurachterstand, als de deurwaarder komt voor een ontruiming.";
        officer(
            &amsterdam,
            &other.to_lowercase(),
            "Huurachterstand",
            text,
            &["ONTRUIMING", other],
        )
    });
    let mut school = officer(&amsterdam, "school", "Medewerker", "Beoordeelt.", &["LEERPLICHT"]);
    school.kind = OfficerKind::Ambassadeur;
    let (_folder, index) = filled(desks.into_iter().chain([school]).collect());
    let text = "Gezin heeft drie maanden huurachterstand en de deurwaarder komt. \
        Zoon van vijftien gaat niet naar school en de leerplichtambtenaar dreigt met een boete.";
    let found = names(&page(&index, &plan(text), &Paging::first(2)));
    assert!(found.contains(&"gm0363/school".to_owned()), "{found:?}");
}

#[test]
fn shares_that_lie_about_needs_are_refused() {
    let (_folder, index) = filled(officers_of_three_needs());
    let (plan, request) = (plan(THREE_NEEDS), ShareRequest::first(5));
    let sound = index.snapshot().share(&plan, &request).unwrap();
    assert_eq!(sound.check(&plan, &request), Ok(()));
    assert!(sound.best_for_needs.len() >= 2, "{:?}", sound.best_for_needs);
    let best = &sound.best_for_needs;
    let group = best.iter().position(|best| best.competence_set != 0).unwrap();
    let of_ranked = |ranked: &&RankedOfficer| best.iter().position(|best| best.key.name == ranked.key.name);
    let ranked = sound.ranked.iter().find(|ranked| of_ranked(ranked).is_some()).unwrap();
    let one = of_ranked(&ranked).unwrap();
    let lies: [&dyn Fn(&mut Share); 7] = [
        &|share| share.best_for_needs.reverse(),
        &|share| share.best_for_needs[0].need = 8,
        &|share| share.best_for_needs[0].key.score = Score(1 << 51),
        &|share| share.best_for_needs[0].key.score = Score(1),
        // A group that the share does not have.
        &|share| share.best_for_needs[group].competence_set += 1,
        // A member of a group as a result of its own.
        &|share| share.best_for_needs[group].competence_set = 0,
        // A better score than the officer has among the results.
        &|share| share.best_for_needs[one].key.score = Score(ranked.own_score.0 + 1),
    ];
    for (number, lie) in lies.iter().enumerate() {
        let mut share = sound.clone();
        lie(&mut share);
        assert!(share.check(&plan, &request).is_err(), "lie {number}");
    }
}

#[test]
fn who_serves_another_area_is_not_first_for_a_need() {
    let mut officers = officers_of_three_needs();
    officers.retain(|officer| officer.organisation.id.as_str() != "gm0344");
    let (_folder, index) = filled(officers);
    let of_utrecht = Question {
        text: THREE_NEEDS.into(),
        caller_municipality: Some(MunicipalityCode::parse("GM0344").unwrap()),
        ..Question::default()
    };
    let found = ask(&index, &of_utrecht);
    assert!(found[..2].contains(&"zb000209/rijbewijs".to_owned()), "{found:?}");
    assert_eq!(found.last().map(String::as_str), Some("gm0363/wonen"));
}

#[test]
fn who_is_not_for_one_need_is_found_for_another() {
    let mut officers = officers_of_three_needs();
    for officer in &mut officers {
        if officer.organisation.id.as_str() == "zb000209" {
            officer.not_for = ["ONTRUIMING", "WSF"].map(|code| CompetenceCode::parse(code).unwrap()).into();
        }
    }
    let (_folder, index) = filled(officers);
    assert!(names(&search(&index, THREE_NEEDS))[..3].contains(&"zb000209/rijbewijs".to_owned()));
}

#[test]
fn facets_count_what_passes_the_filters() {
    let (_folder, index) = filled(register());
    let question = |filters| Question {
        filters,
        ..Question::default()
    };
    let of_kind = question(Filters {
        organisation_kinds: vec![OrganisationKind::Gemeente],
        ..Filters::default()
    });
    assert_eq!(ask(&index, &of_kind), ["gm0344/schulden", "gm0344/zaken", "gm0363/zaken"]);
    let here = question(Filters {
        municipalities: vec![MunicipalityCode::parse("GM0363").unwrap()],
        ..Filters::default()
    });
    assert_eq!(ask(&index, &here).len(), 5, "its own officers and the national ones");
    let results = page(&index, &Plan::compile(&of_kind, &context()), &Paging::first(1));
    assert_eq!(results.total, 3);
    assert_eq!(results.facets.organisations[0], (OrganisationId::parse("gm0344").unwrap(), 2));
    assert_eq!(results.facets.municipalities[0].1, 2);
}

#[test]
fn pages_together_hold_all_results() {
    let (_folder, index) = filled([register(), officers_of_three_needs()].concat());
    for text in ["", "briefadres schuldhulp eigen bijdrage", THREE_NEEDS] {
        let plan = plan(text);
        let whole = page(&index, &plan, &Paging::first(50));
        let mut seen = Vec::new();
        let mut after: Option<PageCursor> = None;
        loop {
            let paging = Paging {
                after,
                ..Paging::first(2)
            };
            let page = page(&index, &plan, &paging);
            seen.extend(names(&page));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, names(&whole));
    }
}

#[test]
fn highlights_mark_matches_outside_negated_sentences() {
    let (_folder, index) = filled(register());
    let held: HashMap<OfficerName, Arc<IndexedOfficer>> = register()
        .into_iter()
        .map(|officer| (officer.name.clone(), Arc::new(officer)))
        .collect();
    let texts = |name: &OfficerName| Some(held[name].clone() as Arc<dyn OfficerTexts>);
    let snapshot = index.snapshot();
    let results = snapshot
        .search(&plan("bijdrage leefvorm"), &Paging::first(10), &texts)
        .unwrap();
    let svb = results.hits.iter().find(|hit| hit.name.officer.as_str() == "aow").unwrap();
    let marked: Vec<&str> = svb
        .highlights
        .iter()
        .flat_map(|highlight| highlight.marked.iter().map(|range| &highlight.fragment[range.clone()]))
        .collect();
    assert_eq!(marked, ["Leefvorm"]);
}

#[test]
fn explanations_add_up_to_the_score() {
    let (_folder, index) = filled(register());
    for text in [
        "brief van het cak over de eigen bijdrage",
        "weesp postadres",
        "ambassadeur stufi",
    ] {
        let paging = Paging {
            explain: true,
            ..Paging::first(10)
        };
        for hit in page(&index, &plan(text), &paging).hits {
            let sum: i64 = hit.explanation.iter().map(|contribution| contribution.score.0).sum();
            assert_eq!(sum, hit.score.0, "{text}: {}", hit.name);
        }
    }
}

#[test]
fn understandings_have_a_summary() {
    let plan = plan("eigen bijdrage wlz cak");
    let sentence = plan.understanding.sentence();
    assert!(sentence.contains("Eigen bijdrage"), "{sentence}");
}

#[test]
fn suggestions_tolerate_errors_and_count_officers() {
    let (_folder, index) = filled(register());
    let context = context();
    let first = |typed: &str| index.snapshot().suggest(typed, 5, &context);
    assert_eq!(first("huurtoesl")[0].text, "Huurtoeslag");
    assert_eq!(first("briefad")[0].count, 2);
    assert_eq!(first("brieefadr")[0].text, first("briefadr")[0].text);
    assert!(first("weesp").iter().any(|suggestion| suggestion.text == "Amsterdam"));
    assert!(first("").is_empty());
}
