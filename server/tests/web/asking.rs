//! A professional searches.

use std::time::Duration;

use http::StatusCode;
use register::change::Mutation;
use serde_json::json;

use crate::browser::Browser;
use crate::world::*;

const QUESTION: &str = "eigen bijdrage te hoog na opname echtgenoot";

#[tokio::test]
async fn a_question_finds_the_decider_and_appears_in_no_url() {
    let world = World::new().await;
    let mut decider = officer("a");
    decider.contact.phone = Some("+31 88 000 4108".to_owned());
    decider.approach.bring = Some("Klantnummer CAK".to_owned());
    world.sync(vec![decider]).await;
    let mut browser = Browser::of(&world, "sanne").await;
    let page = browser
        .post("/zoeken", &[("vraag", QUESTION), ("gemeente", "Amsterdam")])
        .await;
    assert!(
        page.path.starts_with("/resultaat/") && !page.path.contains("bijdrage"),
        "{}",
        page.path
    );
    page.says(&[
        "1 resultaat",
        "href=\"/medewerker/zb000211/a\"",
        "<mark>eigen</mark>",
        "href=\"tel:+31880004108\"",
        "Klantnummer CAK.",
        "Als het niet lukt",
        "Landelijk maatwerkloket",
        "value=\"Amsterdam\"",
    ]);
    assert!(
        !page.text.contains("<title>eigen"),
        "the title ends up in the browser's history"
    );
    // Back and reload work, and the session remembers the municipality.
    assert_eq!(browser.get(&page.path).await.text, page.text);
    browser.get("/").await.says(&["value=\"Amsterdam\""]);
}

#[tokio::test]
async fn a_filter_makes_a_new_question() {
    let world = World::new().await;
    let mut other = officer("b");
    other.domains = vec!["SCH".to_owned()];
    world.sync(vec![officer("a"), other]).await;
    let mut browser = Browser::of(&world, "sanne").await;
    let all = browser.post("/zoeken", &[("vraag", QUESTION)]).await;
    let narrowed = browser.post(&all.path, &[("met", "domain:SCH")]).await;
    assert_ne!(narrowed.path, all.path);
    narrowed.says(&["1 resultaat", "name=\"zonder\" value=\"domain:SCH\""]);
    browser.get(&all.path).await.says(&["2 resultaten"]);
    browser
        .post(&narrowed.path, &[("zonder", "domain:SCH")])
        .await
        .says(&["2 resultaten"]);
}

#[tokio::test]
async fn a_name_of_several_municipalities_is_asked_back() {
    let world = World::new().await;
    let mut browser = Browser::of(&world, "sanne").await;
    let page = browser.post("/zoeken", &[("vraag", "schulden in Nes")]).await;
    page.says(&["Nes ligt in meer gemeenten", "name=\"gemeente\" value=\"GM0060\">Ameland"]);
    let unknown = browser.post(&page.path, &[("gemeente", "Nergenshuizen")]).await;
    unknown.says(&["Nes ligt in meer gemeenten"]);
    let chosen = browser.post(&page.path, &[("gemeente", "GM0060")]).await;
    chosen.says(&["value=\"Ameland\""]);
    assert!(!chosen.text.contains("ligt in meer gemeenten"), "{}", chosen.text);
}

#[tokio::test]
async fn an_unreachable_peer_is_named_beside_the_hits() {
    let peer = json!({"register": "regio-noord", "oin": "00000099000000007000", "mode": "query",
        "endpoints": ["https://127.0.0.1:1"]});
    let world = World::with(&[Mutation::PutPeer(serde_json::from_value(peer).unwrap())]).await;
    world.sync(officers(&["a"])).await;
    let is_known = async {
        while world.directory.federation().peers().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), is_known).await.unwrap();
    let mut browser = Browser::of(&world, "sanne").await;
    let page = browser.post("/zoeken", &[("vraag", QUESTION)]).await;
    page.says(&[
        "1 resultaat",
        "Niet meegezocht: regio-noord.",
        "href=\"/medewerker/zb000211/a\"",
    ]);

    let alone = World::new().await;
    alone.sync(officers(&["a"])).await;
    let mut browser = Browser::of(&alone, "sanne").await;
    let page = browser.post("/zoeken", &[("vraag", QUESTION)]).await;
    assert!(!page.text.contains("meegezocht") && !page.text.contains("Uit register"));
}

#[tokio::test]
async fn an_empty_result_leads_to_the_lmm() {
    let world = World::new().await;
    let mut browser = Browser::of(&world, "sanne").await;
    let page = browser.post("/zoeken", &[("vraag", "xqzwvk")]).await;
    page.says(&["Niemand gevonden", "Als het niet lukt", "lmm@lmm.example", "toestemming"]);
}

#[tokio::test]
async fn an_expired_question_leads_to_the_first_page() {
    let world = World::new().await;
    let mut browser = Browser::of(&world, "sanne").await;
    let page = browser.get("/resultaat/0123456789").await;
    assert_eq!(page.path, "/");
    page.says(&["niet meer bewaard"]);
}

#[tokio::test]
async fn an_unknown_place_is_an_error_and_keeps_the_typed_text() {
    let world = World::new().await;
    let mut browser = Browser::of(&world, "sanne").await;
    let page = browser
        .post("/zoeken", &[("vraag", QUESTION), ("gemeente", "Nergenshuizen")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says(&["kennen we niet", QUESTION, "value=\"Nergenshuizen\"", "aria-invalid=\"true\""]);
}

#[tokio::test]
async fn suggestions_are_requested_by_post() {
    let world = World::new().await;
    let written = world.sync(officers(&["a"])).await.position;
    world.search("x", written).await;
    let mut browser = Browser::of(&world, "sanne").await;
    let page = browser
        .post("/suggesties", &[("tekst", "eigen bij"), ("soort", "alles")])
        .await;
    page.says(&["\"what\":\"regeling\""]);
    let places = browser
        .post("/suggesties", &[("tekst", "krommen"), ("soort", "plaats")])
        .await;
    places.says(&["\"becomes\":\"Zaanstad\""]);
    assert_eq!(browser.get("/suggesties").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn text_of_an_organisation_is_escaped() {
    let world = World::new().await;
    let mut sly = titled("a", "<script>alert(1)</script> eigen bijdrage");
    sly.description = "\"><img src=x onerror=alert(1)> eigen bijdrage".to_owned();
    world.sync(vec![sly]).await;
    let mut browser = Browser::of(&world, "sanne").await;
    let answer = browser.post("/zoeken", &[("vraag", "\"><script>eigen bijdrage")]).await;
    let entry = browser.get("/medewerker/zb000211/a").await;
    for page in [answer, entry] {
        assert!(
            !page.text.contains("<script>") && !page.text.contains("<img"),
            "{}",
            page.text
        );
    }
}

#[tokio::test]
async fn an_entry_and_its_organisation_have_pages() {
    let world = World::new().await;
    let mut entry = officer("a");
    entry.deputy = Some("b".to_owned());
    entry.hours = vec![register::draft::HoursDraft {
        days: vec!["ma".to_owned()],
        from: "09:00".to_owned(),
        until: "16:30".to_owned(),
    }];
    world.sync(vec![entry, titled("b", "Vervangende behandelaar")]).await;
    let mut browser = Browser::of(&world, "sanne").await;
    browser.get("/medewerker/zb000211/a").await.says(&[
        "<h1>Maatwerkfunctionaris eigen bijdrage</h1>",
        "Nu bereikbaar, vandaag tot 16.30 uur",
        "maandag: 9.00 tot 16.30 uur",
        "Vervangende behandelaar",
        "Nog niet gecontroleerd",
        "organisations/zb000211/officers/a",
    ]);
    browser.get("/organisatie/zb000211").await.says(&[
        "<h1>CAK</h1>",
        "loket@zb000211.example",
        "href=\"/medewerker/zb000211/b\"",
    ]);
    assert_eq!(browser.get("/medewerker/zb000211/zz").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/organisatie/niemand").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_entry_that_two_colleagues_report_is_doubted_until_settled() {
    let world = World::new().await;
    world.sync(officers(&["a"])).await;
    let mut sanne = Browser::of(&world, "sanne").await;
    let entry = sanne.get("/medewerker/zb000211/a").await;
    entry.says(&["Klopt dit niet?", "value=\"left\""]);
    let report = "/medewerker/zb000211/a/melding";
    sanne
        .post(report, &[("verzoek", &entry.hidden("verzoek")), ("reden", "no_reply")])
        .await
        .says(&["Dank u"]);
    // Two reports of one person count once.
    let again = sanne.post(report, &[("reden", "left")]).await;
    assert!(!again.text.contains("Betwijfeld"));
    let mut bas = Browser::of(&world, "bas").await;
    bas.post(report, &[("reden", "left")]).await.says(&["Betwijfeld"]);
    sanne
        .post("/zoeken", &[("vraag", "eigen bijdrage")])
        .await
        .says(&["Betwijfeld"]);
    assert_eq!(
        sanne.post(report, &[("reden", "zomaar")]).await.status,
        StatusCode::BAD_REQUEST
    );

    bas.get("/beheer").await.says(&["Open meldingen", "Er komt geen antwoord."]);
    let mut noor = Browser::of(&world, "noor").await;
    let list = noor.get("/eigen").await;
    list.says(&["Meldingen van collega", "Het klopt toch"]);
    let start = list.text.find("name=\"melding\" value=\"").unwrap() + 22;
    let name = list.text[start..].split('"').next().unwrap().to_owned();
    noor.post("/eigen/meldingen", &[("melding", &name)])
        .await
        .says(&["is afgehandeld"]);
    let entry = sanne.get("/medewerker/zb000211/a").await;
    assert!(!entry.text.contains("Betwijfeld"));
    // Each confirmation by the owner settles the open reports, also the second one on the same day.
    for _ in 0..2 {
        sanne.post(report, &[("reden", "wrong_number")]).await.says(&["Dank u"]);
        noor.get("/eigen").await.says(&["Meldingen van collega"]);
        let list = noor.post("/eigen/a/bevestigen", &[]).await;
        list.says(&["Bevestigd"]);
        assert!(!list.text.contains("Meldingen van collega"));
    }
}
