//! A publisher edits the organisation's own officers.

use http::StatusCode;

use crate::browser::{Browser, Page};
use crate::world::*;

/// The fields of a valid form.
fn filled<'a>(page: &'a Hidden, title: &'a str, phone: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("verzoek", &page.request),
        ("etag", &page.etag),
        ("function_title", title),
        ("kind", "maatwerkfunctionaris"),
        ("description", "Beslist over de eigen bijdrage."),
        ("competences", "EB-WLZ"),
        ("contact.phone", phone),
        ("mandates[0].level", "decide"),
        ("klopt", "ja"),
    ]
}

/// The hidden fields of a form.
struct Hidden {
    request: String,
    etag: String,
}

impl Hidden {
    fn of(page: &Page) -> Self {
        Self {
            request: page.hidden("verzoek"),
            etag: page.hidden("etag"),
        }
    }
}

#[tokio::test]
async fn all_errors_appear_at_once_beside_their_fields() {
    let world = World::new().await;
    let mut browser = Browser::of(&world, "noor").await;
    let form = browser.get("/eigen/nieuw").await;
    let page = browser
        .post(
            "/eigen/nieuw",
            &[
                ("verzoek", &form.hidden("verzoek")),
                ("contact.email", "geen mail"),
                ("name", "Noor Voorbeeld"),
                ("area", "Nergenshuizen"),
                ("hours[0].days", "ma"),
                ("hours[0].from", "9 uur"),
            ],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says(&[
        "Er kloppen nog",
        "href=\"#veld-function-title\"",
        "id=\"veld-function-title-fout\"",
        "id=\"veld-competences-fout\"",
        "id=\"veld-contact-email-fout\"",
        "id=\"veld-name-until-fout\"",
        "id=\"veld-area-fout\"",
        "id=\"veld-hours-0--from-fout\"",
        "value=\"geen mail\"",
        "<title>Fout: ",
    ]);
}

#[tokio::test]
async fn an_officer_is_added_changed_and_found() {
    let world = World::new().await;
    let mut browser = Browser::of(&world, "noor").await;
    let form = Hidden::of(&browser.get("/eigen/nieuw").await);
    let page = browser
        .post("/eigen/nieuw", &filled(&form, "Behandelaar eigen bijdrage", "088 000 1111"))
        .await;
    assert_eq!(page.path, "/medewerker/zb000211/behandelaar-eigen-bijdrage");
    page.says(&["Opgeslagen", "tel:0880001111", "Gecontroleerd op 23 november 2026"]);

    let edit = browser.get("/eigen/behandelaar-eigen-bijdrage").await;
    let form = Hidden::of(&edit);
    let page = browser
        .post(
            "/eigen/behandelaar-eigen-bijdrage",
            &filled(&form, "Behandelaar eigen bijdrage", "088 000 2222"),
        )
        .await;
    page.says(&["tel:0880002222"]);
    browser
        .get("/eigen")
        .await
        .says(&["Behandelaar eigen bijdrage", "Gecontroleerd op"]);
    let found = browser.post("/zoeken", &[("vraag", "eigen bijdrage")]).await;
    found.says(&["tel:0880002222"]);
}

#[tokio::test]
async fn two_editors_see_each_others_work() {
    let world = World::new().await;
    let mut one = Browser::of(&world, "noor").await;
    let form = Hidden::of(&one.get("/eigen/nieuw").await);
    one.post("/eigen/nieuw", &filled(&form, "Behandelaar", "088 000 1111")).await;
    let mut other = Browser::of(&world, "noor").await;
    let (first, second) = (one.get("/eigen/behandelaar").await, other.get("/eigen/behandelaar").await);
    let (first, second) = (Hidden::of(&first), Hidden::of(&second));
    one.post("/eigen/behandelaar", &filled(&first, "Behandelaar", "088 000 2222"))
        .await;

    let conflict = other
        .post("/eigen/behandelaar", &filled(&second, "Behandelaar", "088 000 3333"))
        .await;
    assert_eq!(conflict.status, StatusCode::CONFLICT);
    conflict.says(&[
        "Iemand anders heeft dit intussen veranderd",
        "<th scope=\"row\">Telefoon</th><td>088 000 2222</td><td>088 000 3333</td>",
        "value=\"088 000 3333\"",
    ]);
    one.get("/medewerker/zb000211/behandelaar").await.says(&["tel:0880002222"]);

    // After seeing both versions, the editor can save.
    let seen = Hidden::of(&conflict);
    let saved = other
        .post("/eigen/behandelaar", &filled(&seen, "Behandelaar", "088 000 3333"))
        .await;
    saved.says(&["tel:0880003333"]);
}

#[tokio::test]
async fn a_form_that_is_sent_twice_writes_once() {
    let world = World::new().await;
    let mut browser = Browser::of(&world, "noor").await;
    let form = Hidden::of(&browser.get("/eigen/nieuw").await);
    let fields = filled(&form, "Behandelaar", "088 000 1111");
    browser.post("/eigen/nieuw", &fields).await;
    browser.post("/eigen/nieuw", &fields).await;
    assert_eq!(browser.get("/eigen").await.text.matches("<li class=\"card\">").count(), 1);
}

#[tokio::test]
async fn an_absence_shows_the_deputy_and_a_withdrawal_the_successor() {
    let world = World::new().await;
    let mut absent = officer("a");
    absent.deputy = Some("b".to_owned());
    world.sync(vec![absent, titled("b", "Vervangende behandelaar")]).await;
    let mut browser = Browser::of(&world, "noor").await;

    let form = browser.get("/eigen/a/afwezig").await;
    let wrong = browser
        .post(
            "/eigen/a/afwezig",
            &[
                ("verzoek", &form.hidden("verzoek")),
                ("absences[0].from", "2026-12-01"),
                ("absences[0].until", "2026-11-01"),
            ],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.says(&["veld-absences-0--until-fout"]);
    let list = browser
        .post(
            "/eigen/a/afwezig",
            &[
                ("verzoek", &wrong.hidden("verzoek")),
                ("absences[0].from", "2026-11-23"),
                ("absences[0].until", "2026-11-24"),
            ],
        )
        .await;
    list.says(&["Afwezig, tot en met morgen"]);
    browser
        .get("/medewerker/zb000211/a")
        .await
        .says(&["Vervanger", "/medewerker/zb000211/b"]);

    let form = browser.get("/eigen/a/intrekken").await;
    let list = browser
        .post(
            "/eigen/a/intrekken",
            &[
                ("verzoek", &form.hidden("verzoek")),
                ("etag", &form.hidden("etag")),
                ("opvolger", "b"),
            ],
        )
        .await;
    list.says(&["is ingetrokken"]);
    let led = browser.get("/medewerker/zb000211/a").await;
    assert_eq!(led.path, "/medewerker/zb000211/b");
    led.says(&["ervoor in de plaats"]);
}

#[tokio::test]
async fn confirming_all_verifies_every_entry() {
    let world = World::new().await;
    world.sync(officers(&["a", "b"])).await;
    let mut browser = Browser::of(&world, "noor").await;
    browser
        .get("/eigen")
        .await
        .says(&["2 vermeldingen zijn lang niet gecontroleerd"]);
    let list = browser.post("/eigen/bevestigen", &[]).await;
    list.says(&["2 vermeldingen kloppen vandaag"]);
    assert!(!list.text.contains("lang niet gecontroleerd"));
}

#[tokio::test]
async fn publishing_requires_the_role() {
    let world = World::new().await;
    let mut browser = Browser::of(&world, "sanne").await;
    let refused = browser
        .post("/eigen/nieuw", &[("function_title", "x"), ("competences", "EB-WLZ")])
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(!browser.get("/").await.text.contains("Uw medewerkers"));
}
