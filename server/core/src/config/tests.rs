use std::collections::HashSet;
use std::io::Write as _;
use std::time::Duration;

use super::settings::keys;
use super::*;

mod deployment;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/samples/maatwerkregister.toml");

fn with_file(text: &str) -> (tempfile::NamedTempFile, ConfigSources) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let sources = ConfigSources {
        file: Some(file.path().to_owned()),
        ..ConfigSources::default()
    };
    (file, sources)
}

#[test]
fn sample_is_valid_and_names_every_setting() {
    let sources = ConfigSources {
        file: Some(SAMPLE.into()),
        ..ConfigSources::default()
    };
    let loaded = Config::load(&sources).unwrap();
    loaded.config.check_for_serving().unwrap();
    let text = std::fs::read_to_string(SAMPLE).unwrap();
    for key in keys() {
        let (_, name) = key.split_once('.').unwrap();
        assert!(text.contains(&format!("{name} = ")), "`{key}` is missing in the sample");
    }
}

#[test]
fn flags_override_environment_file_and_defaults() {
    let (_file, mut sources) = with_file("[listen]\ngrpc = \"127.0.0.1:1\"\nconnections = 7\nhandshake_within = \"3s\"");
    sources.environment = vec![
        ("MWR_LISTEN_CONNECTIONS".into(), "8".into()),
        ("MWR_LISTEN_GRPC".into(), "127.0.0.1:2".into()),
    ];
    let sources = sources.flag("--grpc", "listen.grpc", Some("127.0.0.1:3"));
    let listen = Config::load(&sources).unwrap().config.listen;
    assert_eq!(listen.grpc.port(), 3);
    assert_eq!(listen.connections, 8);
    assert_eq!(listen.handshake_within, Duration::from_secs(3));
    assert_eq!(listen.operation, ListenSettings::default().operation);
}

#[test]
fn all_faults_are_reported_with_source_and_suggestion() {
    let (file, mut sources) = with_file(
        "[listen]\ngrcp = \"127.0.0.1:1\"\nconnections = \"many\"\nhandshake_within = 10\n[limit]\nburst = 3\n[log]\nformat = \"xml\"",
    );
    sources.environment = vec![("MWR_LIMITS_MESSAGE".into(), "4".into())];
    let faults = Config::load(&sources).unwrap_err();
    let text = faults.to_string();
    for expected in [
        "did you mean `grpc`?",
        "`listen.connections`",
        "a whole number and one of ms, s, m, h, d",
        "did you mean `limits`?",
        "`log.format`",
        "environment variable MWR_LIMITS_MESSAGE",
        &file.path().display().to_string(),
    ] {
        assert!(text.contains(expected), "`{expected}` is missing in:\n{text}");
    }
    assert_eq!(faults.iter().count(), 6, "{text}");
}

#[test]
fn malformed_or_missing_file_is_named() {
    let (_file, sources) = with_file("[listen\ngrpc");
    assert!(Config::load(&sources).is_err());
    let sources = ConfigSources {
        file: Some("/nowhere/maatwerkregister.toml".into()),
        ..ConfigSources::default()
    };
    assert!(Config::load(&sources).unwrap_err().to_string().contains("/nowhere"));
}

#[test]
fn unknown_variable_only_causes_a_warning() {
    let sources = ConfigSources {
        environment: vec![("MWR_LISTEN_GRCP".into(), "x".into()), ("MWR_CONFIG".into(), "y".into())],
        ..ConfigSources::default()
    };
    let warnings = Config::load(&sources).unwrap().warnings;
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].contains("MWR_LISTEN_GRPC"), "{warnings:?}");
}

#[test]
fn every_setting_has_its_own_variable() {
    let variables: HashSet<String> = keys().iter().map(|key| key.replace('.', "_")).collect();
    assert_eq!(variables.len(), keys().len());
}

#[test]
fn values_out_of_range_are_refused() {
    let (_file, sources) = with_file("[listen]\ngrpc = \"127.0.0.1:5\"\noperation = \"127.0.0.1:5\"\n[limits]\nmessage = \"1B\"");
    let text = Config::load(&sources).unwrap_err().to_string();
    assert!(text.contains("limits.message") && text.contains("listen.operation"), "{text}");
}

#[test]
fn shown_values_have_sources_and_can_be_loaded() {
    let (file, sources) = with_file("[listen]\nconnections = 7\n[tls]\ntrust_anchors = [\"a.pem\"]");
    let loaded = Config::load(&sources).unwrap();
    let shown = loaded.show();
    let line = shown.lines().find(|line| line.starts_with("connections")).unwrap();
    assert!(
        line.contains("= 7") && line.contains(&file.path().display().to_string()),
        "{line}"
    );
    assert!(
        shown
            .lines()
            .any(|line| line.starts_with("grpc") && line.ends_with("# default")),
        "{shown}"
    );
    let (_file, again) = with_file(&shown);
    assert_eq!(Config::load(&again).unwrap().config, loaded.config);
}

const PEER: &str = "[[peers]]\nregister = \"regio\"\noin = \"00000099000000000007\"\nendpoints = [\"https://regio.example:8443\"]\nmode = \"query\"\n";

#[test]
fn peers_have_defaults_and_survive_show_and_load() {
    let text = format!("{PEER}organisations = [\"gm0363\"]\nbudget = \"1500ms\"\n");
    let (_file, sources) = with_file(&text);
    let loaded = Config::load(&sources).unwrap();
    assert_eq!(loaded.config.peers.len(), 1);
    assert_eq!(loaded.config.peers[0].budget_ms, 1_500);
    let (_file, again) = with_file(&loaded.show());
    assert_eq!(Config::load(&again).unwrap().config, loaded.config);
    let (_file, usual) = with_file(PEER);
    assert_eq!(Config::load(&usual).unwrap().config.peers[0].budget_ms, 2_000);
}

#[test]
fn all_faults_of_peers_are_reported_at_once() {
    let text = format!(
        "[storage]\nregister = \"landelijk\"\n{PEER}organisations = [\"gm0363\"]\n{}{PEER}budgt = \"1s\"\n",
        PEER.replace("regio\"", "landelijk\"").replace("[\"https", "[\"http")
    );
    let twice = format!(
        "{PEER}organisations = [\"gm0363\"]\n{}organisations = [\"gm0363\"]\n",
        PEER.replace("regio\"", "duo\"")
    );
    let said = |text: &str| {
        let (_file, sources) = with_file(text);
        Config::load(&sources).unwrap_err().to_string()
    };
    let faults = said(&text);
    for expected in ["`peers[1].register`", "`peers[1].endpoints[0]`", "did you mean `budget`?"] {
        assert!(faults.contains(expected), "`{expected}` is missing in:\n{faults}");
    }
    let faults = said(&twice);
    for expected in ["`peers[1].oin`", "the organisation `gm0363` is already named for `peers[0]`"] {
        assert!(faults.contains(expected), "`{expected}` is missing in:\n{faults}");
    }
    assert!(said("peers = 3").contains("[[peers]]"));
}
