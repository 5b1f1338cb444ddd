//! Wrong configurations: all faults are explained at once, before a port is bound.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use tests::files::replace;
use tests::node::{NodeOptions, Prepared};
use tests::skip::skip;

/// The exit code of a bad configuration.
const BAD_CONFIGURATION: i32 = 64;

#[tokio::test]
async fn a_typo_in_a_key_names_the_nearest() {
    let prepared = Prepared::new(NodeOptions::default().with("listen.grcp", "\"127.0.0.1:1\""));
    let (code, said) = prepared.run(&["serve"]).await;
    assert_eq!(code, BAD_CONFIGURATION, "{said}");
    assert!(said.contains("listen.grcp") && said.contains("did you mean `grpc`"), "{said}");
    let (code, said) = prepared.run(&["config", "check"]).await;
    assert_eq!(code, BAD_CONFIGURATION, "{said}");
}

#[tokio::test]
async fn all_faults_are_reported_at_once() {
    let options = NodeOptions::default()
        .with("listen.grpc", "\"hier\"")
        .with("limits.message", "\"4\"")
        .with("log.format", "\"mooi\"")
        .with("opslag.folder", "\"x\"");
    let (code, said) = Prepared::new(options).run(&["serve"]).await;
    assert_eq!(code, BAD_CONFIGURATION, "{said}");
    for key in ["listen.grpc", "limits.message", "log.format", "opslag"] {
        assert!(said.contains(key), "`{key}` is not in: {said}");
    }
}

#[tokio::test]
async fn wrong_files_are_named() {
    let prepared = Prepared::new(NodeOptions::default());
    assert_eq!(prepared.init().await.0, 0);
    let (code, said) = prepared.run(&["config", "check"]).await;
    assert_eq!(code, 0, "{said}");
    let key = prepared.folder().join("node.key");
    replace(&key, "geen sleutel");
    for command in [&["config", "check"][..], &["serve"][..]] {
        let (code, said) = prepared.run(command).await;
        assert_eq!(code, BAD_CONFIGURATION, "{said}");
        assert!(said.contains("node.key"), "{said}");
        assert!(
            !said.contains("geen sleutel"),
            "what is in a key file is nobody's business: {said}"
        );
    }
    std::fs::remove_file(prepared.folder().join("node.toml")).unwrap();
    let (code, said) = prepared.run(&["serve"]).await;
    assert_eq!(code, BAD_CONFIGURATION, "{said}");
    assert!(said.contains("node.toml"), "{said}");
}

#[tokio::test]
async fn effective_settings_are_shown_with_their_source() {
    let prepared = Prepared::new(NodeOptions::default().with("limits.burst", "17"));
    let (code, said) = prepared.run(&["config", "show"]).await;
    assert_eq!(code, 0, "{said}");
    let line = said.lines().find(|line| line.starts_with("burst")).unwrap();
    assert!(line.contains("17") && line.contains("node.toml"), "{line}");
    let line = said.lines().find(|line| line.starts_with("streams_per_connection")).unwrap();
    assert!(line.contains("default"), "{line}");
}

#[tokio::test]
async fn config_check_tries_the_page_the_ready_file_and_the_account() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let options = NodeOptions::default()
        .with("web.listen", format!("\"{}\"", taken.local_addr().unwrap()))
        .with("web.public_url", "\"https://localhost\"")
        .with("operation.ready_file", "\"/dev/null/ready.json\"");
    let prepared = Prepared::new(options);
    assert_eq!(prepared.init().await.0, 0);
    let (code, said) = prepared.run(&["config", "check"]).await;
    assert_eq!(code, BAD_CONFIGURATION, "{said}");
    for key in ["web.listen", "operation.ready_file"] {
        assert!(said.contains(key), "`{key}` is not in: {said}");
    }

    // Only root can try as another account.
    let prepared = Prepared::new(NodeOptions::default());
    assert_eq!(prepared.init().await.0, 0);
    let mode = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    mode(prepared.folder(), 0o755);
    mode(&prepared.folder().join("node.key"), 0o600);
    let (code, said) = prepared.run(&["config", "check", "--user", "nobody"]).await;
    assert_ne!(code, 0, "{said}");
    let is_root = std::fs::metadata(prepared.folder()).unwrap().uid() == 0;
    let expected: &[&str] = if is_root {
        &["node.key", "storage.folder"]
    } else {
        &["are you root?"]
    };
    for text in expected {
        assert!(said.contains(text), "`{text}` is not in: {said}");
    }
}

#[tokio::test]
async fn config_check_tries_the_ready_file_before_the_data_folder_exists() {
    let prepared = Prepared::new(NodeOptions::default().with("operation.ready_file", "\"/dev/null/ready.json\""));
    let (code, said) = prepared.run(&["config", "check"]).await;
    assert_eq!(code, BAD_CONFIGURATION, "{said}");
    assert!(said.contains("operation.ready_file"), "{said}");

    // The data folder, where the ready file is by default, is made by `init`.
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let options = NodeOptions {
        data: Some(data.clone()),
        ..NodeOptions::default()
    };
    let prepared = Prepared::new(options.with("operation.ready_file", format!("{:?}", data.join("ready.json"))));
    let (_, said) = prepared.run(&["config", "check"]).await;
    assert!(!said.contains("operation.ready_file"), "{said}");
    assert!(!data.try_exists().unwrap(), "the check leaves nothing behind");
}

#[tokio::test]
async fn config_check_notes_a_folder_that_the_unit_makes() {
    let runtime = Path::new("/run/maatwerkregister");
    if runtime.try_exists().unwrap() {
        return skip("config_check_notes_a_folder_that_the_unit_makes", "a node is installed here");
    }
    let options = NodeOptions::default().with("operation.ready_file", format!("\"{}/ready.json\"", runtime.display()));
    let prepared = Prepared::new(options);
    assert_eq!(prepared.init().await.0, 0);
    let (code, said) = prepared.run(&["config", "check"]).await;
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("note: `operation.ready_file`") && said.contains("RuntimeDirectory"),
        "{said}"
    );
    assert!(!runtime.try_exists().unwrap(), "the check leaves nothing behind");
}

#[tokio::test]
async fn config_check_names_a_key_of_node_and_page_once() {
    let options = NodeOptions::default()
        .with("web.listen", "\"127.0.0.1:0\"")
        .with("web.public_url", "\"https://localhost\"");
    let prepared = Prepared::new(options);
    assert_eq!(prepared.init().await.0, 0);
    replace(&prepared.folder().join("node.key"), "geen sleutel");
    let (code, said) = prepared.run(&["config", "check"]).await;
    assert_eq!(code, BAD_CONFIGURATION, "{said}");
    assert_eq!(said.matches("node.key").count(), 1, "{said}");
}
