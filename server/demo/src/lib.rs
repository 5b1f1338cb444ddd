//! The demo: a filled register on this machine, marked DEMO, for trying the node.
//!
//! One folder contains everything: the store, the index, a PKI with test OINs, and settings for `mwr`. The demo runs as any
//! other node: [`RegisterFiles`] validates the files as a sync does, `pki` issues certificates, and the binary serves. A second
//! start reuses the folder. A folder that contains another register is refused.

mod certificates;
mod contents;
mod demo_register;
mod error;
mod files;
mod fill;
mod marker;
mod mwr_settings;
mod other_registers;
mod people;
mod shell;
mod welcome;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use register::clock::Clock;
use register::identifier::RegisterId;
use server_core::config::{Config, LimitSettings, ListenSettings, LogSettings, StorageSettings, TlsSettings, WebSettings};
use server_core::data::{Addresses, DataError, DataFolder, ReadyFile, store};
use web::login::Login;

pub use contents::{OfficerWithOverlays, RegisterContents};
pub use demo_register::DemoRegister;
pub use files::RegisterFiles;
pub use other_registers::OtherRegisters;
pub use welcome::Welcome;

use error::file_error;
use marker::Marker;
use people::People;

/// The id of the register in a demo of one.
const REGISTER: &str = "demo";

/// The options of a demo.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the demo.
    pub data: PathBuf,
    /// The port of gRPC. Health and metrics use the next port, and the page the one after. 0 chooses free ports.
    pub port: u16,
    /// A folder with the files of another register to fill the demo with.
    pub fill: Option<PathBuf>,
    /// The register to serve in a demo of several; `None` for a demo of one.
    pub register: Option<DemoRegister>,
    /// The log filter.
    pub log: String,
}

/// A demo that is ready to be served.
#[derive(Debug)]
pub struct Demo {
    /// The configuration of the node.
    pub config: Config,
    /// Warnings about the files that the register was filled from.
    pub warnings: Vec<String>,
    folder: PathBuf,
    marker: Marker,
}

impl Demo {
    /// Creates the folder, the certificates and the register, unless they exist.
    pub async fn prepare(options: &Options, clock: &Arc<dyn Clock>) -> Result<Self, DataError> {
        let folder = options.data.clone();
        // The lock on the folder is released on return, so that the node can take it.
        let _folder = DataFolder::create(&folder).map_err(DataError::from)?;
        let config = config(options);
        // The ready file of a killed demo must not look like the one of this demo.
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
                    refuse_foreign_store(&config)?;
                }
                fill(&config, options, clock, &mut warnings).await?
            }
        };
        let node_oin = options.register.map_or(demo_register::NODE_OIN, DemoRegister::node_oin);
        certificates::renew(&folder, node_oin, &marker.people, clock.as_ref())?;
        Ok(Self {
            config,
            warnings,
            folder,
            marker,
        })
    }

    /// Writes the settings of `mwr` for each person. Call it when the port is known.
    pub fn write_settings(&self, grpc: SocketAddr) -> Result<(), DataError> {
        mwr_settings::write_settings(&self.folder, &self.marker.people, grpc)
    }

    /// Returns the login of the page: the invented people, without passwords. Only a demo can have such a login.
    pub fn login(&self) -> Login {
        Login::demo(self.marker.people.users())
    }

    /// Returns the text to print once the demo serves.
    pub fn welcome<'a>(&'a self, addresses: &'a Addresses) -> Welcome<'a> {
        Welcome {
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
            // In a demo one caller stands for many.
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
    match options.register {
        Some(register) => register.register_id(),
        None => RegisterId::parse(REGISTER).expect("four lower-case letters are a register id"),
    }
}

/// Returns the files that the demo is filled from.
fn files(options: &Options) -> Result<RegisterFiles, DataError> {
    let files = match &options.fill {
        Some(folder) => RegisterFiles::read(folder)?,
        None => RegisterFiles::builtin(),
    };
    Ok(match options.register {
        Some(register) => files.of_register(register),
        None => files,
    })
}

/// Fills a new store. Until the marker says that it is finished, the next start begins again.
async fn fill(
    config: &Config,
    options: &Options,
    clock: &Arc<dyn Clock>,
    warnings: &mut Vec<String>,
) -> Result<Marker, DataError> {
    let files = files(options)?;
    let mut marker = Marker::unfinished(options.fill.is_some(), &files);
    marker.write(&config.storage.folder)?;
    remove_unfinished(config)?;
    let mut contents = files.parse(clock.today());
    if let Some(register) = options.register {
        register.grant_peer(&mut contents);
    }
    if contents.organisations.is_empty() {
        let message = "`organisations.jsonl` contains no valid organisation; nothing was filled";
        return Err(DataError::Storage(message.to_owned(), None));
    }
    marker.people = People::of(&contents);
    marker.organisations = contents.organisations.len();
    marker.officers = contents.officers.values().map(Vec::len).sum();

    let storage = store::create(&config.storage, register_id(options), clock.as_ref()).await?;
    let filled = fill::write_contents(&contents, storage.as_ref(), &marker.people, clock.as_ref()).await;
    let closed = storage.close().await;
    filled
        .and(closed)
        .map_err(|error| store::explained(&config.storage.database(), error))?;
    mwr_settings::write_list(&config.storage.folder, &marker.people, &contents)?;
    warnings.extend(contents.warnings);
    marker.finished = true;
    marker.write(&config.storage.folder)?;
    Ok(marker)
}

/// Fails if the folder contains another register than the requested one.
fn refuse_to_mix(marker: &Marker, options: &Options) -> Result<(), DataError> {
    if options.fill.is_none() && options.register.is_none() {
        return Ok(());
    }
    if marker.is_of(&files(options)?) {
        return Ok(());
    }
    let message = format!(
        "`{}` contains another register already; choose another folder with --data, or remove this one",
        options.data.display()
    );
    Err(DataError::Storage(message, None))
}

/// Fails if the folder contains a store that is not of a demo.
fn refuse_foreign_store(config: &Config) -> Result<(), DataError> {
    let database = config.storage.database();
    let is_there = database.try_exists().map_err(|source| DataError::File {
        path: database.clone(),
        source,
    })?;
    if !is_there {
        return Ok(());
    }
    let message = format!(
        "`{}` contains a register that is not a demo's; choose another folder with --data",
        config.storage.folder.display()
    );
    Err(DataError::Storage(message, None))
}

/// Removes the files of an interrupted fill.
fn remove_unfinished(config: &Config) -> Result<(), DataError> {
    let database = config.storage.database();
    let beside = |suffix: &str| PathBuf::from(format!("{}{suffix}", database.display()));
    for file in [database.clone(), beside("-wal"), beside("-shm")] {
        ignore_missing(std::fs::remove_file(&file), &file)?;
    }
    let index = config.storage.index_folder();
    ignore_missing(std::fs::remove_dir_all(&index), &index)
}

fn ignore_missing(removed: std::io::Result<()>, path: &Path) -> Result<(), DataError> {
    match removed {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(file_error(path, source)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
