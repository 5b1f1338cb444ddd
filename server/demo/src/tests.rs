use std::os::unix::fs::PermissionsExt as _;

use jiff::SignedDuration;
use register::clock::FixedClock;

use super::*;

fn clock() -> Arc<dyn Clock> {
    Arc::new(FixedClock::new("2026-11-22T12:00:00Z".parse().unwrap()))
}

fn options(data: &Path, fill: Option<&Path>) -> Options {
    Options {
        data: data.to_owned(),
        port: 0,
        fill: fill.map(Path::to_owned),
        register: None,
        log: "warn".to_owned(),
    }
}

/// A register of two organisations, with every kind of faulty row.
fn faulty_register() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let organisations = [
        r#"{"id": "proefdienst", "code": "P", "name": "Proefdienst", "kind": "overig", "oins": ["00000099000000000777", "123"], "status": "connected", "desk": {"email": "loket@proefdienst.example", "phone": null}}"#,
        r#"{"id": "lmm", "name": "Landelijk Maatwerkloket", "short_name": "LMM", "kind": "loket", "status": "connected"}"#,
        r#"{"id": "lmm", "name": "Nog een"}"#,
        "not json",
    ];
    let officers = [
        r#"{"organisation": "proefdienst", "id": "a", "function_title": "Adviseur", "description": "Helpt.", "competences": ["DUO-ACHTERSTAND"], "deputy": "weg", "verified_on": "2026-09-01", "name": "Kwartelina Rietzanger"}"#,
        r#"{"organisation": "proefdienst", "id": "b", "function_title": "Adviseur", "description": "Helpt.", "competences": ["BESTAAT-NIET"]}"#,
        r#"{"organisation": "elders", "id": "c", "function_title": "Adviseur", "description": "Helpt."}"#,
    ];
    std::fs::write(folder.path().join("organisations.jsonl"), organisations.join("\n")).unwrap();
    std::fs::write(folder.path().join("officers.jsonl"), officers.join("\n")).unwrap();
    folder
}

#[test]
fn the_builtin_register_is_valid() {
    let drafts = RegisterFiles::builtin().parse(clock().today());
    assert_eq!(drafts.warnings, Vec::<String>::new());
    let municipalities = drafts
        .organisations
        .iter()
        .filter(|organisation| organisation.municipality_code.is_some());
    assert!(municipalities.count() >= 342);
    let officers: usize = drafts.officers.values().map(Vec::len).sum();
    assert!(officers > 300, "{officers}");
    let people = People::of(&drafts);
    assert_eq!(people.publishers[0].name, "cak");
    assert!(people.all().all(|person| person.oin.as_str().starts_with("00000099")));
}

#[test]
fn faulty_rows_are_left_out_with_a_warning() {
    let folder = faulty_register();
    let drafts = RegisterFiles::read(folder.path()).unwrap().parse(clock().today());
    assert_eq!(drafts.organisations.len(), 2);
    assert_eq!(drafts.grants.len(), 1);
    let officers: Vec<&OfficerWithOverlays> = drafts.officers.values().flatten().collect();
    assert_eq!(officers.len(), 1);
    let officer = &officers[0].officer;
    assert!(officer.deputy.is_none() && officer.name_until.is_some());
    assert!(officers[0].verification.is_some());
    let warnings = drafts.warnings.join("\n");
    for expected in [
        "field `code`",
        "a grant",
        "occurs earlier in the file",
        "line 4: left out: it is not a JSON object",
        "line 1: without its deputy",
        "line 2: left out",
        "line 3: left out",
    ] {
        assert!(warnings.contains(expected), "`{expected}` is missing in:\n{warnings}");
    }
    assert!(!warnings.contains("Kwartelina"), "{warnings}");
}

#[tokio::test]
async fn a_second_start_reuses_the_data_and_refuses_another_register() {
    let (data, register) = (tempfile::tempdir().unwrap(), faulty_register());
    let clock = clock();
    let first = Demo::prepare(&options(data.path(), Some(register.path())), &clock)
        .await
        .unwrap();
    assert!(!first.warnings.is_empty());
    let again = Demo::prepare(&options(data.path(), Some(register.path())), &clock)
        .await
        .unwrap();
    assert!(again.warnings.is_empty(), "the second start must not fill again");
    Demo::prepare(&options(data.path(), None), &clock).await.unwrap();

    std::fs::write(register.path().join("officers.jsonl"), "").unwrap();
    let refused = Demo::prepare(&options(data.path(), Some(register.path())), &clock)
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("another register"), "{refused}");
}

#[tokio::test]
async fn an_interrupted_fill_restarts_and_a_foreign_store_is_refused() {
    let (data, register) = (tempfile::tempdir().unwrap(), faulty_register());
    let options = options(data.path(), Some(register.path()));
    Demo::prepare(&options, &clock()).await.unwrap();
    let marker = data.path().join("demo.json");
    let interrupted = std::fs::read_to_string(&marker)
        .unwrap()
        .replace("\"finished\": true", "\"finished\": false");
    std::fs::write(&marker, interrupted).unwrap();
    Demo::prepare(&options, &clock()).await.unwrap();

    std::fs::remove_file(&marker).unwrap();
    let refused = Demo::prepare(&options, &clock()).await.unwrap_err();
    assert!(refused.to_string().contains("not a demo's"), "{refused}");
}

#[tokio::test]
async fn keys_are_private_and_certificates_are_renewed_before_expiry() {
    let (data, register) = (tempfile::tempdir().unwrap(), faulty_register());
    let options = options(data.path(), Some(register.path()));
    let now = FixedClock::new("2026-11-22T12:00:00Z".parse().unwrap());
    let demo = Demo::prepare(&options, &clock()).await.unwrap();
    let pki = data.path().join("pki");
    for name in ["ca.key", "node.key", "operator.key", "professional.key", "proefdienst.key"] {
        let mode = std::fs::metadata(pki.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let certificate = || std::fs::read(pki.join("operator.pem")).unwrap();
    let first = certificate();
    certificates::renew(data.path(), demo_register::NODE_OIN, &demo.marker.people, &now).unwrap();
    assert_eq!(certificate(), first);
    now.advance(SignedDuration::from_hours(24 * 370));
    certificates::renew(data.path(), demo_register::NODE_OIN, &demo.marker.people, &now).unwrap();
    assert_ne!(certificate(), first);
}

#[tokio::test]
async fn the_welcome_text_has_three_commands_with_existing_settings() {
    let (data, register) = (tempfile::tempdir().unwrap(), faulty_register());
    let demo = Demo::prepare(&options(data.path(), Some(register.path())), &clock())
        .await
        .unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], 8443));
    demo.write_settings(address).unwrap();
    let addresses = server_core::data::Addresses {
        grpc: address,
        operation: address,
        web: Some("https://localhost:8445".to_owned()),
    };
    let text = demo.welcome(&addresses).to_string();
    assert!(text.contains("DEMO"), "{text}");
    assert_eq!(text.lines().filter(|line| line.contains("mwr --config")).count(), 3, "{text}");
    for file in ["mwr.toml", "mwr-operator.toml", "mwr-proefdienst.toml", "proefdienst.jsonl"] {
        assert!(data.path().join(file).is_file(), "{file}");
    }
}
