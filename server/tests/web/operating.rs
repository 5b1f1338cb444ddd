//! An operator manages the register.

use http::StatusCode;

use crate::browser::Browser;
use crate::world::*;

#[tokio::test]
async fn the_overview_shows_the_worklist() {
    let world = World::new().await;
    world.sync(officers(&["a"])).await;
    let mut browser = Browser::of(&world, "bas").await;
    browser.get("/beheer").await.says(&[
        "<dt>organisaties</dt><dd>5</dd>",
        "<dt>medewerkers</dt><dd>1</dd>",
        "Lang niet gecontroleerd",
        "Organisaties zonder medewerkers",
        "zoeken is bij",
        "medewerker vastgelegd",
    ]);
}

#[tokio::test]
async fn an_organisation_is_connected_step_by_step() {
    let world = World::new().await;
    let mut browser = Browser::of(&world, "bas").await;
    let form = browser.get("/beheer/organisaties/nieuw").await;
    let wrong = browser
        .post(
            "/beheer/organisaties/nieuw",
            &[("verzoek", &form.hidden("verzoek")), ("id", "zb000143")],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.says(&["veld-name-fout"]);
    let page = browser
        .post(
            "/beheer/organisaties/nieuw",
            &[
                ("verzoek", &wrong.hidden("verzoek")),
                ("id", "zb000143"),
                ("name", "Sociale Verzekeringsbank"),
                ("short_name", "SVB"),
                ("kind", "uitvoeringsorganisatie"),
                ("desk.phone", "088 000 5555"),
            ],
        )
        .await;
    assert_eq!(page.path, "/beheer/organisaties/zb000143");
    page.says(&["Aansluiten, stap voor stap", "nog te doen", "Wordt aangesloten"]);

    let grants = "/beheer/organisaties/zb000143/machtigingen";
    let wrong = browser
        .post(grants, &[("oin", "123"), ("basis", "own"), ("roles", "publish")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.says(&["veld-oin-fout"]);
    let given = browser
        .post(
            grants,
            &[("oin", STRANGER), ("basis", "own"), ("roles", "publish"), ("roles", "lookup")],
        )
        .await;
    given.says(&["De machtiging is gegeven", STRANGER, "medewerkers publiceren"]);
    let connected = browser
        .post("/beheer/organisaties/zb000143/stand", &[("stand", "connected")])
        .await;
    connected.says(&["SVB: aangesloten."]);
    let revoked = browser.post(&format!("{grants}/{STRANGER}"), &[]).await;
    revoked.says(&["De machtiging is ingetrokken"]);
    browser
        .get("/beheer/organisaties?stand=connected")
        .await
        .says(&["/beheer/organisaties/zb000143"]);
}

#[tokio::test]
async fn values_outside_the_form_stay() {
    let world = World::new().await;
    let mut browser = Browser::of(&world, "bas").await;
    let form = browser.get("/beheer/organisaties/gm0363").await;
    let saved = browser
        .post(
            "/beheer/organisaties/gm0363",
            &[
                ("verzoek", &form.hidden("verzoek")),
                ("etag", &form.hidden("etag")),
                ("name", "Gemeente Amsterdam"),
                ("short_name", "Amsterdam"),
                ("kind", "gemeente"),
                ("desk.phone", "14 020"),
            ],
        )
        .await;
    saved.says(&["Opgeslagen"]);
    let amsterdam = world
        .directory
        .get_organisation(
            &world.caller(READER),
            &organisation_id("gm0363"),
            &server_core::views::Consistency::any(),
        )
        .await
        .unwrap()
        .value;
    assert_eq!(
        amsterdam.municipality_code.as_ref().map(ToString::to_string).as_deref(),
        Some("GM0363")
    );
    assert_eq!(amsterdam.desk.phone.as_ref().map(|phone| phone.as_str()), Some("14 020"));
}

#[tokio::test]
async fn a_conflicting_form_writes_nothing() {
    let world = World::new().await;
    let mut browser = Browser::of(&world, "bas").await;
    let form = browser.get("/beheer/organisaties/gm0363").await;
    let fields = |phone: &'static str| {
        [
            ("verzoek".to_owned(), form.hidden("verzoek")),
            ("etag".to_owned(), form.hidden("etag")),
            ("name".to_owned(), "Gemeente Amsterdam".to_owned()),
            ("short_name".to_owned(), "Amsterdam".to_owned()),
            ("kind".to_owned(), "gemeente".to_owned()),
            ("municipality_code".to_owned(), "GM0363".to_owned()),
            ("desk.phone".to_owned(), phone.to_owned()),
        ]
    };
    let mut post = async |phone| {
        let fields = fields(phone);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post("/beheer/organisaties/gm0363", &fields).await
    };
    post("14 020").await.says(&["Opgeslagen"]);
    // The same form again, as after a second click.
    post("14 020").await.says(&["Opgeslagen"]);
    let conflict = post("020 000 1111").await;
    assert_eq!(conflict.status, StatusCode::CONFLICT);
    conflict.says(&[
        "<th scope=\"row\">Telefoon</th><td>14 020</td><td>020 000 1111</td>",
        "value=\"020 000 1111\"",
    ]);
}

#[tokio::test]
async fn the_operator_pages_require_the_role() {
    let world = World::new().await;
    let mut browser = Browser::of(&world, "noor").await;
    for path in [
        "/beheer",
        "/beheer/organisaties",
        "/beheer/organisaties/nieuw",
        "/beheer/organisaties/zb000211",
        "/beheer/registers",
        "/beheer/registers/nieuw",
    ] {
        assert_eq!(browser.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in [
        "/beheer/organisaties/zb000211/stand",
        "/beheer/organisaties/zb000211/machtigingen",
        "/beheer/registers/nieuw",
        "/beheer/registers/regio-noord/proberen",
        "/beheer/registers/regio-noord/verwijderen",
    ] {
        let refused = browser
            .post(path, &[("stand", "suspended"), ("oin", STRANGER), ("roles", "publish")])
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
}
