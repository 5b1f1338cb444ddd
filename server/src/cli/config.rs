//! `config`: checks or shows the configuration.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use clap::{Args, Subcommand};
use register::clock::{Clock, SystemClock};
use server_core::config::{Config, Faults, LoginFile};
use server_core::data::{DataFolder, FolderError};
use server_core::tls::{NodeTls, PageTls, Reloadable as _};
use web::login::Login;

use super::output::print_line;
use super::settings::Settings;
use crate::app::AppError;

#[derive(Debug, Args)]
pub(crate) struct ConfigCommand {
    #[command(subcommand)]
    action: ConfigAction,
}

#[derive(Debug, Subcommand)]
enum ConfigAction {
    /// Check everything that `serve` needs: settings, certificates, folders and ports
    Check(Settings),
    /// Show the effective settings and their sources
    Show(Settings),
}

impl ConfigCommand {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self.action {
            ConfigAction::Check(settings) => check(&settings),
            ConfigAction::Show(settings) => show(&settings),
        }
    }
}

fn show(settings: &Settings) -> anyhow::Result<()> {
    let loaded = Config::load(&settings.sources()).map_err(AppError::from)?;
    print_line(loaded.show().trim_end());
    for warning in &loaded.warnings {
        print_line(format_args!("# {warning}"));
    }
    Ok(())
}

fn check(settings: &Settings) -> anyhow::Result<()> {
    let loaded = Config::load(&settings.sources()).map_err(AppError::from)?;
    let config = &loaded.config;
    let mut warnings = loaded.warnings.clone();
    let mut faults = Faults::new();
    if let Err(missing) = config.check_for_serving() {
        faults.append(missing);
    }
    check_certificates(config, &mut faults, &mut warnings);
    check_page(config, &mut faults, &mut warnings);
    let is_served = check_folder(config, &mut faults, &mut warnings);
    if !is_served {
        check_port("listen.grpc", config.listen.grpc, &mut faults);
        check_port("listen.operation", config.listen.operation, &mut faults);
    }
    for warning in &warnings {
        print_line(format_args!("note: {warning}"));
    }
    faults.into_result(()).map_err(AppError::from)?;
    print_line("the configuration is valid");
    Ok(())
}

/// Checks key pairs, validity, trust anchors and a revocation list per issuer.
fn check_certificates(config: &Config, faults: &mut Faults, warnings: &mut Vec<String>) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    match NodeTls::load(&config.tls, clock) {
        Err(wrong) => faults.append(wrong),
        Ok(tls) => {
            warnings.extend(tls.warnings());
            if let Some(why) = tls.cannot_dial().filter(|_| !config.peers.is_empty()) {
                warnings.push(format!(
                    "`tls.certificate`: peers are configured, and every peer will refuse this certificate: {why}; ask its issuer for a certificate for servers and clients, with your OIN"
                ));
            }
            print_line(format_args!(
                "the node's certificate is valid until {}",
                tls.certificate_until()
            ));
        }
    }
}

/// Checks the certificate of the page and the login file.
fn check_page(config: &Config, faults: &mut Faults, warnings: &mut Vec<String>) {
    if config.web.listen.is_none() {
        return;
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    match PageTls::load(config, clock) {
        Err(wrong) => faults.append(wrong),
        Ok(tls) => warnings.extend(tls.warnings()),
    }
    match &config.web.login {
        None => warnings.push("`web.login` is not set: nobody can log in at the page".to_owned()),
        Some(file) => {
            let login = LoginFile::read(file).and_then(|file| Login::from_file(&file));
            if let Err(wrong) = login {
                faults.append(wrong);
            }
        }
    }
}

/// Checks the data folder. Returns whether a node runs on it, in which case the node uses the ports.
fn check_folder(config: &Config, faults: &mut Faults, warnings: &mut Vec<String>) -> bool {
    match DataFolder::open(&config.storage.folder) {
        Ok(_folder) => {
            if !config.storage.database().is_file() {
                warnings.push("the data folder contains no register yet; `maatwerkregister init` creates one".to_owned());
            }
            false
        }
        Err(FolderError::InUse(_)) => {
            warnings.push("a node runs on this data folder, so the ports were not checked".to_owned());
            true
        }
        Err(error) => {
            faults.add("storage.folder", "", error.to_string());
            false
        }
    }
}

fn check_port(key: &str, address: SocketAddr, faults: &mut Faults) {
    if let Err(error) = TcpListener::bind(address) {
        faults.add(key, "", format!("cannot listen on {address}: {error}"));
    }
}
