//! The demo: a filled register on this machine, marked DEMO, to try the node with.
//!
//! Everything lies in one folder: store, index, a PKI with test OINs, and settings for `mwr`. It goes the way of any node:
//! [`fill`] reads the files with the rules of a sync, [`pki`] makes certificates like those of an authority, and the rest is
//! [`crate::app::App`]. A second start reuses what is there; what holds another register is left alone.

mod callers;
pub mod fill;
mod invitation;
mod marker;
pub mod part;
mod people;

mod registers;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use register::clock::Clock;
use register::identifier::RegisterId;
use server_core::config::{Config, LimitSettings, ListenSettings, LogSettings, StorageSettings, TlsSettings, WebSettings};
use server_core::data::store;
use server_core::data::{Addresses, DataError, DataFolder, ReadyFile};
use web::login::Login;

pub use invitation::Invitation;
pub use registers::Registers;

use fill::RegisterFiles;
use marker::Marker;
use part::Part;
use people::People;

/// Its register's id.
const REGISTER: &str = "demo";

/// What a demo is asked to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder that holds everything.
    pub data: PathBuf,
    /// The port of gRPC; health and metrics are on the next one, the page on the one after. 0 picks free ones.
    pub port: u16,
    /// A folder with another register.
    pub fill: Option<PathBuf>,
    /// Which of several registers it is; none: the only one, with everything in it.
    pub part: Option<Part>,
    /// Levels of the log.
    pub log: String,
}

/// A demo that is ready to be served.
#[derive(Debug)]
pub struct Demo {
    /// How the node is configured.
    pub config: Config,
    /// What was odd in the files, in words.
    pub warnings: Vec<String>,
    folder: PathBuf,
    marker: Marker,
}

impl Demo {
    /// Makes the folder, the certificates and the register where they are not there yet.
    pub async fn prepare(options: &Options, clock: &Arc<dyn Clock>) -> Result<Self, DataError> {
        let folder = options.data.clone();
        // Given back at the end, for the node to take.
        let _folder = DataFolder::create(&folder).map_err(DataError::from)?;
        let config = config(options);
        // What a demo that was killed has left must not be taken for this one's.
        let ready_file = config.ready_file();
        ReadyFile::remove_stale(&ready_file).map_err(|source| file_error(&ready_file, source))?;
        let mut warnings = Vec::new();
        let marker = match Marker::read(&folder)? {
            Some(marker) if marker.finished => {
                refuse_to_mix(&marker, options)?;
                marker
            }
            unfinished => {
                if unfinished.is_none() {
                    refuse_a_strangers_store(&config)?;
                }
                fill(&config, options, clock, &mut warnings).await?
            }
        };
        let node_oin = options.part.map_or(people::NODE_OIN, Part::node_oin);
        callers::renew(&folder, node_oin, &marker.people, clock.as_ref())?;
        Ok(Self {
            config,
            warnings,
            folder,
            marker,
        })
    }

    /// Writes the settings of `mwr` for each caller, now that the port is known.
    pub fn write_settings(&self, grpc: SocketAddr) -> Result<(), DataError> {
        callers::write_settings(&self.folder, &self.marker.people, grpc)
    }

    /// Who may log in at the page: the invented people, without a password. There is no other way to such a login.
    pub fn login(&self) -> Login {
        Login::demo(self.marker.people.users())
    }

    /// What to say once it serves.
    pub fn invitation<'a>(&'a self, addresses: &'a Addresses) -> Invitation<'a> {
        Invitation {
            folder: &self.folder,
            marker: &self.marker,
            addresses,
        }
    }
}

fn config(options: &Options) -> Config {
    let loopback = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let port = |next| {
        if options.port == 0 {
            0
        } else {
            options.port.wrapping_add(next)
        }
    };
    let pki = options.data.join("pki");
    Config {
        storage: StorageSettings {
            folder: options.data.clone(),
            register: Some(register_id(options)),
            ..StorageSettings::default()
        },
        listen: ListenSettings {
            grpc: loopback(options.port),
            operation: loopback(port(1)),
            ..ListenSettings::default()
        },
        tls: TlsSettings {
            certificate: Some(pki.join("node.pem")),
            key: Some(pki.join("node.key")),
            trust_anchors: vec![pki.join("ca.pem")],
            ..Config::default().tls
        },
        web: WebSettings {
            listen: Some(loopback(port(2))),
            ..WebSettings::default()
        },
        limits: LimitSettings {
            // One caller stands for many here.
            requests_per_second: 0,
            ..LimitSettings::default()
        },
        log: LogSettings {
            filter: options.log.clone(),
            ..LogSettings::default()
        },
        ..Config::default()
    }
}

fn register_id(options: &Options) -> RegisterId {
    match options.part {
        Some(part) => part.register_id(),
        None => RegisterId::parse(REGISTER).expect("four lower-case letters are a register id"),
    }
}

/// The files that a demo is filled from.
fn files(options: &Options) -> Result<RegisterFiles, DataError> {
    let files = match &options.fill {
        Some(folder) => RegisterFiles::read(folder)?,
        None => RegisterFiles::builtin(),
    };
    Ok(match options.part {
        Some(part) => files.part(part),
        None => files,
    })
}

/// Fills a new store. Until the marker says so it is not finished, and begun anew by the next start.
async fn fill(
    config: &Config,
    options: &Options,
    clock: &Arc<dyn Clock>,
    warnings: &mut Vec<String>,
) -> Result<Marker, DataError> {
    let files = files(options)?;
    let mut marker = Marker::begun(options.fill.is_some(), &files);
    marker.write(&config.storage.folder)?;
    remove_unfinished(config)?;
    let mut drafts = files.parse(clock.today());
    if let Some(part) = options.part {
        part.let_in(&mut drafts);
    }
    if drafts.organisations.is_empty() {
        let message = "there is no organisation in `organisations.jsonl` that can be read; nothing was filled";
        return Err(DataError::Storage(message.to_owned(), None));
    }
    marker.people = People::of(&drafts);
    marker.organisations = drafts.organisations.len();
    marker.officers = drafts.officers.values().map(Vec::len).sum();

    let storage = store::create(&config.storage, register_id(options), clock.as_ref()).await?;
    let filled = drafts.write(storage.as_ref(), &marker.people, clock.as_ref()).await;
    let closed = storage.close().await;
    filled
        .and(closed)
        .map_err(|error| store::explained(&config.storage.database(), error))?;
    callers::write_list(&config.storage.folder, &marker.people, &drafts)?;
    warnings.extend(drafts.warnings);
    marker.finished = true;
    marker.write(&config.storage.folder)?;
    Ok(marker)
}

/// A folder that holds one register is not filled with another.
fn refuse_to_mix(marker: &Marker, options: &Options) -> Result<(), DataError> {
    if options.fill.is_none() && options.part.is_none() {
        return Ok(());
    }
    if marker.is_of(&files(options)?) {
        return Ok(());
    }
    let message = format!(
        "`{}` holds another register already; choose another folder with --data, or remove this one",
        options.data.display()
    );
    Err(DataError::Storage(message, None))
}

/// A store that no demo has made is not touched.
fn refuse_a_strangers_store(config: &Config) -> Result<(), DataError> {
    let database = config.storage.database();
    let is_there = database.try_exists().map_err(|source| DataError::File {
        path: database.clone(),
        source,
    })?;
    if !is_there {
        return Ok(());
    }
    let message = format!(
        "`{}` holds a register that is not a demo's; choose another folder with --data",
        config.storage.folder.display()
    );
    Err(DataError::Storage(message, None))
}

/// Removes what a fill that was broken off has left.
fn remove_unfinished(config: &Config) -> Result<(), DataError> {
    let database = config.storage.database();
    let beside = |suffix: &str| PathBuf::from(format!("{}{suffix}", database.display()));
    for file in [database.clone(), beside("-wal"), beside("-shm")] {
        absent(std::fs::remove_file(&file), &file)?;
    }
    let index = config.storage.index_folder();
    absent(std::fs::remove_dir_all(&index), &index)
}

fn absent(removed: std::io::Result<()>, path: &Path) -> Result<(), DataError> {
    match removed {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(file_error(path, source)),
        _ => Ok(()),
    }
}

fn file_error(path: &Path, source: std::io::Error) -> DataError {
    DataError::File {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests;
