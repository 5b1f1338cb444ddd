//! Assembles the node, and runs it from binding its ports to its last commit.
//!
//! [`App::build`] does everything that can fail before the first request: ports, certificates, the store. [`App::run`] serves
//! until the node is asked to stop. It then shuts down in this order: health becomes NOT_SERVING, the node accepts no more
//! connections, streams end and requests finish, the index is committed and the store is closed. After the deadline
//! ([`Tasks::hard_shutdown`]) it cuts off the rest; acknowledged writes are on disk in any case.

mod error;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use directory::{CertificateUntil, Directory, DirectoryParts, Limits};
use federation::FederationParts;
use grpc::{self, Health};
use metrics_exporter_prometheus::PrometheusHandle;
use register::clock::Clock;
use register::gazetteer::Gazetteer;
use server_core::config::{Config, Faults, LoginFile};
use server_core::data::{Addresses, DataError, DataFolder, ReadyFile, store};
use server_core::lifecycle::Tasks;
use server_core::tls::{self, NodeTls, PageTls, Reloadable as _, RememberedLists};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use web::login::Login;
use web::{self, Web, WebParts};

pub use error::AppError;

use crate::operation::{self, Probes};
use crate::telemetry;

/// The time limit, after the deadline, for the last commit of the index and for closing the store.
const LAST_COMMIT_LIMIT: Duration = Duration::from_secs(5);

/// A node that is ready to run.
pub struct App {
    node: Node,
    grpc: TcpListener,
    operation: TcpListener,
    page: Option<PageServer>,
    _folder: DataFolder,
}

/// The server of the pages for people.
struct PageServer {
    listener: TcpListener,
    tls: Arc<PageTls>,
    web: Web,
}

/// The state that all parts of the node share.
struct Node {
    config: Config,
    tasks: Tasks,
    clock: Arc<dyn Clock>,
    tls: Arc<NodeTls>,
    directory: Arc<Directory>,
    health: Health,
    addresses: Addresses,
}

/// Signals between the parts of the node during shutdown, one per phase.
#[derive(Default)]
struct ShutdownPhases {
    /// Accept no more requests, and finish the open ones.
    drain: CancellationToken,
    /// The requests of gRPC have finished.
    drained: CancellationToken,
    /// The requests of the page have finished.
    page_drained: CancellationToken,
    /// Stop serving health and metrics, which report the shutdown until the last phase.
    stop_operation: CancellationToken,
}

impl App {
    /// Prepares the node for its first request, with the login of the configuration.
    pub async fn build(config: Config, clock: Arc<dyn Clock>, tasks: Tasks) -> Result<Self, AppError> {
        let login = match (&config.web.listen, &config.web.login) {
            (Some(_), Some(file)) => Login::from_file(&LoginFile::read(file)?)?,
            _ => Login::default(),
        };
        Self::build_with_login(config, clock, tasks, login).await
    }

    /// Does the same with the given login, for a demo.
    pub async fn build_with_login(config: Config, clock: Arc<dyn Clock>, tasks: Tasks, login: Login) -> Result<Self, AppError> {
        config.check_for_serving()?;
        let folder = DataFolder::open(&config.storage.folder).map_err(DataError::from)?;
        let ready_file = config.ready_file();
        ReadyFile::remove_stale(&ready_file).map_err(|source| DataError::File {
            path: ready_file,
            source,
        })?;
        let remembered = RememberedLists::at(&config.storage.folder);
        let tls = NodeTls::start(&config.tls, remembered, clock.clone()).await?;
        for warning in tls.warnings() {
            tracing::warn!("{warning}");
        }
        let grpc = bind("listen.grpc", config.listen.grpc).await?;
        let operation = bind("listen.operation", config.listen.operation).await?;
        let page = match config.web.listen {
            Some(address) => Some((bind("web.listen", address).await?, PageTls::load(&config, clock.clone())?)),
            None => None,
        };
        let node_tls = tls.clone();
        let certificate_until: CertificateUntil = Box::new(move || Some(node_tls.certificate_until()));
        let directory = open_directory(&config, clock.clone(), &tasks, certificate_until).await?;
        let page = match page {
            Some((listener, page_tls)) => Some(open_page(&config, &tls, &directory, login, listener, page_tls)?),
            None => None,
        };
        let node = Node {
            addresses: Addresses {
                grpc: local(&grpc)?,
                operation: local(&operation)?,
                web: page.as_ref().map(|page| page.web.origin().to_owned()),
            },
            health: Health::new().await,
            config,
            tasks,
            clock,
            tls,
            directory,
        };
        Ok(Self {
            node,
            grpc,
            operation,
            page,
            _folder: folder,
        })
    }

    /// Returns the addresses of gRPC, of health and metrics, and of the page.
    pub fn addresses(&self) -> &Addresses {
        &self.node.addresses
    }

    /// Serves until the node is asked to stop, and shuts down. Calls `when_ready` once the node serves.
    pub async fn run(self, when_ready: impl FnOnce(&Addresses) + Send) -> Result<(), AppError> {
        let Self {
            node,
            grpc,
            operation,
            page,
            _folder,
        } = self;
        let phases = ShutdownPhases::default();
        node.start(grpc, operation, &phases);
        match page {
            Some(page) => node.start_page(page, &phases),
            None => phases.page_drained.cancel(),
        }
        let ready_file = node.become_ready().await;
        if ready_file.is_some() {
            when_ready(&node.addresses);
        }
        node.tasks.shutdown().cancelled().await;
        drop(ready_file);
        node.shut_down(&phases).await
    }
}

impl Node {
    /// Starts all parts. If one of them ends early, the node shuts down.
    fn start(&self, grpc: TcpListener, operation: TcpListener, phases: &ShutdownPhases) {
        let Self {
            config,
            tasks,
            clock,
            tls,
            directory,
            ..
        } = self;
        let shutdown = tasks.shutdown().clone();
        tasks.limit_shutdown(config.operation.shutdown_within);
        tasks.spawn_vital("tls", tls::reload_until_shutdown(tls.clone(), tasks.clone()));
        tasks.spawn_vital("crls", tls.clone().fetch_until_shutdown(tasks.clone()));
        let recorder = telemetry::metrics_recorder();
        let gauges = operation::update_gauges(directory.clone(), recorder.clone(), shutdown);
        tasks.spawn_vital("gauges", gauges);
        let probes = Arc::new(probes(directory, tls, clock, tasks, recorder));
        let operation = operation::serve(operation, probes, tasks.clone(), phases.stop_operation.clone());
        tasks.spawn_vital("operation", operation);

        let routes = self.health.add_to(grpc::routes(directory.clone()));
        let incoming = tls::accept(grpc, tls.clone(), &config.listen, clock.clone(), tasks);
        let serving = grpc::serve(
            routes,
            directory.clone(),
            incoming,
            config.limits.clone(),
            clock.clone(),
            phases.drain.clone(),
        );
        let on_end = phases.drained.clone().drop_guard();
        tasks.spawn_vital("grpc", async move {
            let _on_end = on_end;
            if let Err(error) = serving.await {
                tracing::error!(%error, "serving gRPC failed");
            }
        });
    }

    /// Starts the page.
    fn start_page(&self, page: PageServer, phases: &ShutdownPhases) {
        let PageServer { listener, tls, web } = page;
        let (tasks, listen) = (self.tasks.clone(), self.config.listen.clone());
        tasks.spawn_vital("web tls", tls::reload_until_shutdown(tls.clone(), tasks.clone()));
        let serving = web::serve(listener, tls, web::router(web), listen, tasks.clone(), phases.drain.clone());
        let on_end = phases.page_drained.clone().drop_guard();
        tasks.spawn_vital("web", async move {
            let _on_end = on_end;
            serving.await;
        });
    }

    /// Waits until the node can answer all requests, and announces it in health, ready file and log. Returns `None` if
    /// the node shuts down first.
    async fn become_ready(&self) -> Option<ReadyFile> {
        let ready = tokio::select! {
            ready = self.directory.ready() => ready,
            () = self.tasks.shutdown().cancelled() => return None,
        };
        if let Err(error) = ready {
            tracing::error!(%error, "failed to open the views");
            self.tasks.fail("views");
            return None;
        }
        self.health.set_serving(true).await;
        let Addresses { grpc, operation, web } = &self.addresses;
        match ReadyFile::write(&self.config.ready_file(), *grpc, *operation, web.as_deref()) {
            Ok(file) => {
                tracing::info!(%grpc, %operation, web, "the node serves on {grpc}");
                Some(file)
            }
            Err(error) => {
                tracing::error!(%error, "failed to write the ready file");
                self.tasks.fail("ready file");
                None
            }
        }
    }

    /// Shuts down, phase by phase.
    async fn shut_down(&self, phases: &ShutdownPhases) -> Result<(), AppError> {
        self.health.set_serving(false).await;
        phases.drain.cancel();
        let drained = async {
            phases.drained.cancelled().await;
            phases.page_drained.cancelled().await;
        };
        tokio::select! {
            () = drained => {}
            () = self.tasks.hard_shutdown().cancelled() => {}
        }
        let cut_off = async {
            self.tasks.hard_shutdown().cancelled().await;
            tokio::time::sleep(LAST_COMMIT_LIMIT).await;
        };
        tokio::select! {
            closed = self.directory.close() => {
                if let Err(error) = closed {
                    tracing::error!(%error, "failed to close the store cleanly");
                }
            }
            () = cut_off => tracing::warn!("the index was not committed in time; it will catch up at the next start"),
        }
        phases.stop_operation.cancel();
        let all_ended = self.tasks.ended().await;
        match self.tasks.failure() {
            Some(part) => Err(AppError::PartFailed(part)),
            None if !all_ended => Err(AppError::CutOff),
            None => {
                tracing::info!("the node has shut down");
                Ok(())
            }
        }
    }
}

fn probes(
    directory: &Arc<Directory>,
    tls: &Arc<NodeTls>,
    clock: &Arc<dyn Clock>,
    tasks: &Tasks,
    recorder: PrometheusHandle,
) -> Probes {
    let (directory, tls, clock, tasks) = (directory.clone(), tls.clone(), clock.clone(), tasks.clone());
    Probes {
        metrics: Box::new(move || recorder.render()),
        unready: Box::new(move || {
            let mut missing = Vec::new();
            if tasks.shutdown().is_cancelled() {
                missing.push("the node is shutting down".to_owned());
            }
            if !directory.is_ready() {
                missing.push("the search index has not reached the position of the log yet".to_owned());
            }
            if tls.certificate_until() < clock.now() {
                missing.push("the node's certificate has expired".to_owned());
            }
            missing
        }),
    }
}

/// Opens the register in the data folder, with its views.
pub(crate) async fn open_directory(
    config: &Config,
    clock: Arc<dyn Clock>,
    tasks: &Tasks,
    certificate_until: CertificateUntil,
) -> Result<Arc<Directory>, AppError> {
    let parts = DirectoryParts {
        storage: store::open(&config.storage).await?,
        index_dir: config.storage.index_folder(),
        clock,
        vocabulary: config.search.vocabulary()?,
        model: config.search.model()?,
        gazetteer: Gazetteer::builtin(),
        limits: Limits {
            snapshot_entries: config.limits.entries_per_sync,
            uploads: config.writes.uploads(),
            withdrawal_window: config.writes.withdrawal_window,
            keep_history: config.storage.keep_history,
            ..Limits::default()
        },
        federation: FederationParts {
            configured: config.peers.clone(),
            tls: config.tls.clone(),
            replicas: store::replicas(&config.storage),
            index_dir: config.storage.copies_folder(),
            bounds: config.federation.clone(),
        },
        tasks: tasks.clone(),
        certificate_until,
    };
    Ok(Directory::open(parts).await?)
}

/// Creates the server of the page on `listener`. The log records writes at the page under the node's own OIN, so the
/// certificate of the node must have one.
fn open_page(
    config: &Config,
    tls: &NodeTls,
    directory: &Arc<Directory>,
    login: Login,
    listener: TcpListener,
    page_tls: Arc<PageTls>,
) -> Result<PageServer, AppError> {
    let Some(node) = tls.oin() else {
        let mut faults = Faults::new();
        faults.add(
            "tls.certificate",
            "",
            "its subject has no OIN, under which the log records writes at the page; use a certificate with an OIN, or remove `web.listen`",
        );
        return Err(faults.into());
    };
    let parts = WebParts {
        directory: directory.clone(),
        settings: config.web.clone(),
        listens_at: local(&listener)?,
        node,
        login,
    };
    Ok(PageServer {
        listener,
        tls: page_tls,
        web: Web::new(parts)?,
    })
}

async fn bind(key: &'static str, address: SocketAddr) -> Result<TcpListener, AppError> {
    use std::io::ErrorKind::{AddrInUse, PermissionDenied};
    TcpListener::bind(address).await.map_err(|source| AppError::Bind {
        key,
        address,
        advice: match source.kind() {
            AddrInUse => "another process listens there; stop it or choose another port",
            PermissionDenied => "ports below 1024 need a privilege; choose a higher one",
            _ => "is it an address of this machine?",
        },
        source,
    })
}

fn local(listener: &TcpListener) -> Result<SocketAddr, AppError> {
    listener
        .local_addr()
        .map_err(|error| DataError::Storage(format!("failed to read a bound address: {error}"), None).into())
}
