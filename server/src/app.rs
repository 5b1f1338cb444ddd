//! The node put together, and its life from the first port to the last commit.
//!
//! [`App::build`] does everything that can fail before anybody is served: ports, certificates, the store. [`App::run`] serves
//! until it is asked to stop and comes to an end in this order: health says NOT_SERVING, no more connections, streams are told
//! and requests finish, the index is committed, the store is closed. When time is up ([`Tasks::hard_shutdown`]) the rest is
//! cut off; what was acknowledged is on the disk all the same.

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
use server_core::tls::{self, NodeTls, PageTls, Reloadable as _};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use web::login::Login;
use web::{self, Web, WebParts};

pub use error::AppError;

use crate::operation::{self, Probes};
use crate::telemetry;

/// What the last commit of the index and the end of the store may take when time is up.
const LAST_COMMIT: Duration = Duration::from_secs(5);

/// A node that is ready to be run.
pub struct App {
    node: Node,
    grpc: TcpListener,
    operation: TcpListener,
    page: Option<Page>,
    _folder: DataFolder,
}

/// The page for people, if there is one.
struct Page {
    listener: TcpListener,
    tls: Arc<PageTls>,
    web: Web,
}

/// What all parts of the node share.
struct Node {
    config: Config,
    tasks: Tasks,
    clock: Arc<dyn Clock>,
    tls: Arc<NodeTls>,
    directory: Arc<Directory>,
    health: Health,
    addresses: Addresses,
}

/// Tells the parts that outlive the first wish to stop when it is their turn.
#[derive(Default)]
struct Turns {
    /// No more requests: finish those under way.
    drain: CancellationToken,
    /// Those of gRPC are finished.
    drained: CancellationToken,
    /// Those of the page are finished.
    page_drained: CancellationToken,
    /// The operator's probes live longest: they tell of the end.
    operation_ends: CancellationToken,
}

impl App {
    /// Everything before the first caller. Who may log in at the page stands in the configuration.
    pub async fn build(config: Config, clock: Arc<dyn Clock>, tasks: Tasks) -> Result<Self, AppError> {
        let login = match (&config.web.listen, &config.web.login) {
            (Some(_), Some(file)) => Login::from_file(&LoginFile::read(file)?)?,
            _ => Login::default(),
        };
        Self::build_with_login(config, clock, tasks, login).await
    }

    /// The same, with a login of the caller's making: a demo has its own.
    pub async fn build_with_login(config: Config, clock: Arc<dyn Clock>, tasks: Tasks, login: Login) -> Result<Self, AppError> {
        config.check_for_serving()?;
        let folder = DataFolder::open(&config.storage.folder).map_err(DataError::from)?;
        let ready_file = config.ready_file();
        ReadyFile::remove_stale(&ready_file).map_err(|source| DataError::File {
            path: ready_file,
            source,
        })?;
        let tls = NodeTls::load(&config.tls, clock.clone())?;
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

    /// Where gRPC is served, where health and metrics are, and the page.
    pub fn addresses(&self) -> &Addresses {
        &self.node.addresses
    }

    /// Serves until the node is asked to stop, and comes to an end. `when_ready` is called once it serves.
    pub async fn run(self, when_ready: impl FnOnce(&Addresses) + Send) -> Result<(), AppError> {
        let Self {
            node,
            grpc,
            operation,
            page,
            _folder,
        } = self;
        let turns = Turns::default();
        node.start(grpc, operation, &turns);
        match page {
            Some(page) => node.start_page(page, &turns),
            None => turns.page_drained.cancel(),
        }
        let ready_file = node.become_ready().await;
        if ready_file.is_some() {
            when_ready(&node.addresses);
        }
        node.tasks.shutdown().cancelled().await;
        drop(ready_file);
        node.come_to_an_end(&turns).await
    }
}

impl Node {
    /// Starts all parts. None of them may end before the node does.
    fn start(&self, grpc: TcpListener, operation: TcpListener, turns: &Turns) {
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
        let recorder = telemetry::metrics_recorder();
        let gauges = operation::keep_gauges(directory.clone(), recorder.clone(), shutdown);
        tasks.spawn_vital("gauges", gauges);
        let probes = Arc::new(probes(directory, tls, clock, tasks, recorder));
        let operation = operation::serve(operation, probes, tasks.clone(), turns.operation_ends.clone());
        tasks.spawn_vital("operation", operation);

        let routes = self.health.add_to(grpc::routes(directory.clone()));
        let incoming = tls::accept(grpc, tls.clone(), &config.listen, clock.clone(), tasks);
        let serving = grpc::serve(routes, incoming, config.limits.clone(), clock.clone(), turns.drain.clone());
        let is_over = turns.drained.clone().drop_guard();
        tasks.spawn_vital("grpc", async move {
            let _is_over = is_over;
            if let Err(error) = serving.await {
                tracing::error!(%error, "serving gRPC failed");
            }
        });
    }

    /// Starts the page.
    fn start_page(&self, page: Page, turns: &Turns) {
        let Page { listener, tls, web } = page;
        let (tasks, listen) = (self.tasks.clone(), self.config.listen.clone());
        tasks.spawn_vital("web tls", tls::reload_until_shutdown(tls.clone(), tasks.clone()));
        let serving = web::serve(listener, tls, web::router(web), listen, tasks.clone(), turns.drain.clone());
        let is_over = turns.page_drained.clone().drop_guard();
        tasks.spawn_vital("web", async move {
            let _is_over = is_over;
            serving.await;
        });
    }

    /// Waits until everything can be answered, and says so: health, ready file, log. `None` if it did not come to that.
    async fn become_ready(&self) -> Option<ReadyFile> {
        let ready = tokio::select! {
            ready = self.directory.ready() => ready,
            () = self.tasks.shutdown().cancelled() => return None,
        };
        if let Err(error) = ready {
            tracing::error!(%error, "the views could not be opened");
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
                tracing::error!(%error, "the ready file could not be written");
                self.tasks.fail("ready file");
                None
            }
        }
    }

    /// The end, in its order.
    async fn come_to_an_end(&self, turns: &Turns) -> Result<(), AppError> {
        self.health.set_serving(false).await;
        turns.drain.cancel();
        let drained = async {
            turns.drained.cancelled().await;
            turns.page_drained.cancelled().await;
        };
        tokio::select! {
            () = drained => {}
            () = self.tasks.hard_shutdown().cancelled() => {}
        }
        let cut_off = async {
            self.tasks.hard_shutdown().cancelled().await;
            tokio::time::sleep(LAST_COMMIT).await;
        };
        tokio::select! {
            closed = self.directory.close() => {
                if let Err(error) = closed {
                    tracing::error!(%error, "the store could not be closed well");
                }
            }
            () = cut_off => tracing::warn!("the index was not committed in time; it catches up at the next start"),
        }
        turns.operation_ends.cancel();
        let have_ended = self.tasks.ended().await;
        match self.tasks.failure() {
            Some(part) => Err(AppError::PartFailed(part)),
            None if !have_ended => Err(AppError::CutOff),
            None => {
                tracing::info!("the node has come to an end");
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
                missing.push("the node is coming to an end".to_owned());
            }
            if !directory.is_ready() {
                missing.push("the search index is not at the position of the log yet".to_owned());
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
        gazetteer: Gazetteer::builtin(),
        limits: Limits {
            snapshot_entries: config.limits.entries_per_sync,
            keep_history: config.storage.keep_history,
            ..Limits::default()
        },
        federation: FederationParts {
            configured: config.peers.clone(),
            tls: config.tls.clone(),
            replicas: store::replicas(&config.storage),
            index_dir: config.storage.copies_folder(),
        },
        tasks: tasks.clone(),
        certificate_until,
    };
    Ok(Directory::open(parts).await?)
}

/// The page on `listener`. Its writes stand in the log under the node's own OIN, so there must be one.
fn open_page(
    config: &Config,
    tls: &NodeTls,
    directory: &Arc<Directory>,
    login: Login,
    listener: TcpListener,
    page_tls: Arc<PageTls>,
) -> Result<Page, AppError> {
    let Some(node) = tls.oin() else {
        let mut faults = Faults::new();
        faults.add(
            "tls.certificate",
            "",
            "it has no OIN in its subject, and what is written at the page is logged under the node's; use one that has, or leave `web.listen` out",
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
    Ok(Page {
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
        .map_err(|error| DataError::Storage(format!("a bound address cannot be read: {error}"), None).into())
}
