//! Tests search: any text is a valid query, and invalid filters are reported.

use directory::{SearchOfficers, SearchResults};
use federation::ask::Policy;
use server_core::error::Reason;

use crate::world::*;

async fn ask(world: &World, question: SearchOfficers) -> SearchResults {
    world
        .directory
        .search_officers(&world.caller(READER), question)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_everyday_sentence_finds_the_deciding_officer() {
    let world = World::new().await;
    let mut other = titled("b", "Maatwerk wanbetalers");
    other.competences = vec!["WANBETALERS".to_owned()];
    other.description = "Betalingsregelingen voor de zorgpremie.".to_owned();
    let written = world.sync(vec![officer("a"), other]).await.position;
    let found = ask(&world, question("eigen bijdrage te hoog na opname echtgenoot", Some(written))).await;
    assert_eq!(found.hits[0].entry.officer.id.as_str(), "a");
    assert_eq!(found.hits[0].organisation.short_name, "CAK");
    assert!(found.understanding.competences.iter().any(|it| it.code.as_str() == "EB-WLZ"));
    let facet = found.facets.iter().find(|facet| facet.field == "organisation").unwrap();
    assert_eq!(
        (facet.counts[0].value.as_str(), facet.counts[0].label.as_str()),
        ("organisations/zb000211", "CAK")
    );
}

#[tokio::test]
async fn any_text_is_a_valid_query() {
    let world = World::new().await;
    let written = world.sync(officers(&["a"])).await.position;
    for text in [
        "",
        " ",
        "?!,.;:(){}[]*~^\"'",
        "\u{0}\u{1}\u{7f}\u{200b}",
        "🏠",
        "AND OR NOT title:x~2",
    ] {
        ask(&world, question(text, Some(written))).await;
    }
    ask(&world, question(&"eigen bijdrage ".repeat(660), Some(written))).await;
    let too_long = question(&"x".repeat(10_001), Some(written));
    let refused = world
        .directory
        .search_officers(&world.caller(READER), too_long)
        .await
        .unwrap_err();
    assert_eq!(refused.violations()[0].code.as_str(), "TOO_LONG");
}

#[tokio::test]
async fn invalid_filters_suggest_the_nearest_codes() {
    let world = World::new().await;
    let mut question = question("", None);
    question.filter.competences = vec!["EB-WLX".to_owned()];
    question.filter.domains = vec!["SCHULD".to_owned()];
    question.filter.organisations = vec!["organisations/niemand".to_owned()];
    question.filter.municipalities = vec!["GM9999".to_owned()];
    question.filter.kinds = vec!["baas".to_owned()];
    question.municipality = "Amsterdam".to_owned();
    let refused = world
        .directory
        .search_officers(&world.caller(READER), question)
        .await
        .unwrap_err();
    assert_eq!(refused.reason(), Reason::InvalidRequest);
    let fields: Vec<&str> = refused.violations().iter().map(|found| found.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "filter.organisations[0]",
            "filter.kinds[0]",
            "filter.domains[0]",
            "filter.competences[0]",
            "filter.municipalities[0]",
            "municipality",
        ]
    );
    assert!(refused.violations()[3].message.contains("EB-WLZ"));
}

#[tokio::test]
async fn pages_continue_and_report_drift() {
    let world = World::new().await;
    let written = world.sync(many(25)).await.position;
    let page = |token: &str| {
        let mut question = question("eigen bijdrage", Some(written));
        question.page_token = token.to_owned();
        question
    };
    let first = ask(&world, page("")).await;
    assert_eq!((first.hits.len(), first.total, first.drifted), (10, 25, false));
    let second = ask(&world, page(&first.next_page_token)).await;
    assert_eq!((second.hits.len(), second.drifted), (10, false));
    let moved = world.sync(many(26)).await.position;
    let mut third = page(&second.next_page_token);
    third.consistency.min_position = Some(moved);
    let third = ask(&world, third).await;
    assert!(third.drifted && third.next_page_token.is_empty());
    let mut seen: Vec<_> = [&first, &second, &third]
        .iter()
        .flat_map(|page| &page.hits)
        .map(|hit| hit.hit.name.clone())
        .collect();
    seen.dedup();
    assert_eq!(seen.len(), 26);

    let mut other = page(&first.next_page_token);
    other.query = "iets anders".to_owned();
    let refused = world.directory.search_officers(&world.caller(READER), other).await;
    assert_eq!(reason(refused), Reason::PageTokenMismatch);
}

#[tokio::test]
async fn suggestions_never_contain_persons() {
    let world = World::new().await;
    let written = world.sync(vec![person("a", "Noor Voorbeeld", "2027-01-01")]).await.position;
    world.search("x", written).await;
    let reader = world.caller(READER);
    let suggested = world
        .directory
        .suggest(&reader, "eigen bij".to_owned(), 0, Policy::default())
        .await
        .unwrap()
        .suggestions;
    assert!(
        suggested.iter().any(|it| it.text.to_lowercase().contains("eigen bijdrage")),
        "{suggested:?}"
    );
    assert!(
        world
            .directory
            .suggest(&reader, "Noor V".to_owned(), 20, Policy::default())
            .await
            .unwrap()
            .suggestions
            .iter()
            .all(|it| !it.text.contains("Noor"))
    );
    assert_eq!(
        reason(world.directory.suggest(&reader, "x".repeat(201), 0, Policy::default()).await),
        Reason::InvalidRequest
    );
}

#[tokio::test]
async fn a_new_name_of_an_organisation_finds_its_officers() {
    let world = World::new().await;
    world.sync(officers(&["a"])).await;
    let put = directory::PutOrganisations {
        organisations: vec![register::draft::OrganisationDraft {
            id: "zb000211".to_owned(),
            name: "Bureau Kwartelslag".to_owned(),
            kind: "uitvoeringsorganisatie".to_owned(),
            status: "connected".to_owned(),
            ..Default::default()
        }],
        request_id: request_id(),
        validate_only: false,
    };
    let written = world.directory.put_organisations(&world.caller(OPERATOR), put).await.unwrap();
    assert!(written.applied, "{:?}", written.violations);
    assert_eq!(world.search("kwartelslag", written.position).await, ["a"]);
}
