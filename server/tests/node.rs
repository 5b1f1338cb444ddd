//! Runs a whole node in this process: start, health and shutdown.

#![allow(clippy::unwrap_used, reason = "helpers of tests may unwrap as tests do")]

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use demo::{Demo, Options};
use register::clock::{Clock, SystemClock};
use server::app::{App, AppError};
use server::operation;
use server_core::config::Config;
use server_core::data::DataError;
use server_core::lifecycle::Tasks;

const PATIENCE: Duration = Duration::from_secs(30);

/// Prepares a small register in a new folder and returns its configuration.
async fn prepared(folder: &Path) -> Config {
    let register = folder.join("register");
    std::fs::create_dir(&register).unwrap();
    let organisation =
        r#"{"id": "proefdienst", "name": "Proefdienst", "status": "connected", "desk": {"email": "loket@proefdienst.example"}}"#;
    let officer = r#"{"organisation": "proefdienst", "id": "a", "function_title": "Adviseur", "description": "Helpt.", "competences": ["AOW"]}"#;
    std::fs::write(register.join("organisations.jsonl"), organisation).unwrap();
    std::fs::write(register.join("officers.jsonl"), officer).unwrap();
    let options = Options {
        data: folder.join("data"),
        port: 0,
        fill: Some(register),
        register: None,
        log: "warn".to_owned(),
    };
    Demo::prepare(&options, &clock()).await.unwrap().config
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// Runs a node with `config`. Returns its tasks, its operation address, and the handle to wait for its end.
async fn start(config: &Config) -> (Tasks, SocketAddr, tokio::task::JoinHandle<Result<(), AppError>>) {
    let tasks = Tasks::new();
    let app = App::build(config.clone(), clock(), tasks.clone()).await.unwrap();
    let operation = app.addresses().operation;
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    // The test may spawn, since it waits for the task itself.
    #[allow(clippy::disallowed_methods)]
    let end = tokio::spawn(app.run(move |_| ready.send(()).unwrap()));
    tokio::time::timeout(PATIENCE, is_ready).await.unwrap().unwrap();
    (tasks, operation, end)
}

async fn get(operation: SocketAddr, path: &str) -> (u16, String) {
    operation::check(operation, path, PATIENCE).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_serves_and_shuts_down_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let config = prepared(folder.path()).await;
    let (tasks, operation, end) = start(&config).await;
    assert!(config.ready_file().is_file());
    assert_eq!(get(operation, "/healthz").await.0, 200);
    assert_eq!(get(operation, "/readyz").await, (200, "ready\n".to_owned()));
    assert!(get(operation, "/metrics").await.1.contains("mwr_build_info"));

    tasks.shutdown().cancel();
    tokio::time::timeout(PATIENCE, end).await.unwrap().unwrap().unwrap();
    assert!(!config.ready_file().try_exists().unwrap());
    let again = start(&config).await;
    again.0.shutdown().cancel();
    tokio::time::timeout(PATIENCE, again.2).await.unwrap().unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_part_ends_the_node_with_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let config = prepared(folder.path()).await;
    let (tasks, _, end) = start(&config).await;
    tasks.spawn_vital("a part", async {});
    let ended = tokio::time::timeout(PATIENCE, end).await.unwrap().unwrap();
    assert!(matches!(ended, Err(AppError::PartFailed("a part"))), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_ignores_shutdown_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = prepared(folder.path()).await;
    config.operation.shutdown_within = Duration::from_millis(100);
    let (tasks, _, end) = start(&config).await;
    tasks.spawn(std::future::pending::<()>());
    tasks.shutdown().cancel();
    let ended = tokio::time::timeout(PATIENCE, end).await.unwrap().unwrap();
    assert!(matches!(ended, Err(AppError::CutOff)), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn start_up_errors_are_reported_before_serving() {
    let folder = tempfile::tempdir().unwrap();
    let config = prepared(folder.path()).await;
    let refused = |config: Config| async {
        let built = App::build(config, clock(), Tasks::new()).await;
        built.err().expect("the node cannot start")
    };

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut other = config.clone();
    other.listen.operation = taken.local_addr().unwrap();
    let error = refused(other).await;
    assert!(
        matches!(
            &error,
            AppError::Bind {
                key: "listen.operation",
                ..
            }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("another process listens there"), "{error}");

    let mut other = config.clone();
    other.storage.folder = folder.path().join("register");
    assert!(matches!(refused(other).await, AppError::Data(DataError::NoRegister(_))));

    let mut other = config.clone();
    other.storage.register = Some("another".parse().unwrap());
    assert!(matches!(
        refused(other).await,
        AppError::Data(DataError::OtherRegister { .. })
    ));

    let mut other = config.clone();
    other.tls.key = None;
    assert!(refused(other).await.to_string().contains("tls.key"));

    let (tasks, _, end) = start(&config).await;
    assert!(refused(config.clone()).await.to_string().contains("another node"));
    tasks.shutdown().cancel();
    tokio::time::timeout(PATIENCE, end).await.unwrap().unwrap().unwrap();

    std::fs::write(config.storage.database(), "not a database at all").unwrap();
    let error = refused(config).await;
    assert!(matches!(error, AppError::Data(DataError::Damaged { .. })), "{error}");
}
