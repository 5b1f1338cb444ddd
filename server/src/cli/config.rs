//! `config`: checks or shows the configuration.

use std::fs::File;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use register::clock::{Clock, SystemClock};
use server_core::config::{Config, Faults, LoginFile, RUNTIME_FOLDER};
use server_core::data::{DataFolder, FolderError, ReadyFile};
use server_core::tls::{NodeTls, PageTls, Reloadable as _, RememberedLists};
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
    /// Check everything that `serve` needs: settings, certificates and keys, revocation lists, folders, files and ports
    Check(ConfigCheck),
    /// Show the effective settings and their sources
    Show(Settings),
}

#[derive(Debug, Args)]
struct ConfigCheck {
    #[command(flatten)]
    settings: Settings,
    /// Check as this account, with its own group only: the account of the service. Needs root
    #[arg(long, value_name = "ACCOUNT")]
    user: Option<String>,
    /// Do not try the ports: the account of the service may have a capability that this process lacks
    #[arg(long, hide = true)]
    without_ports: bool,
}

impl ConfigCommand {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self.action {
            ConfigAction::Check(check) => match &check.user {
                Some(account) => check_as(account, &check.settings),
                None => self::check(&check).await,
            },
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

/// Runs the check as another account, and tries the ports as this one: the service has the capability for ports below 1024.
fn check_as(account: &str, settings: &Settings) -> anyhow::Result<()> {
    let (user, group) = user_and_group(account)?;
    let mut faults = Faults::new();
    let loaded = Config::load(&settings.sources()).map_err(AppError::from)?;
    let mut unused = Vec::new();
    if !is_served(&loaded.config, &mut Faults::new(), &mut unused) {
        check_ports(&loaded.config, &mut faults);
    }
    let arguments = std::env::args_os().skip(1);
    let mut arguments: Vec<_> = arguments
        .filter(|argument| !argument.to_string_lossy().starts_with("--user="))
        .collect();
    if let Some(place) = arguments.iter().position(|argument| argument == "--user") {
        arguments.drain(place..(place + 2).min(arguments.len()));
    }
    let binary = std::env::current_exe().context("the path of this program is unknown")?;
    let mut command = Command::new(binary);
    command.args(arguments).arg("--without-ports").uid(user).gid(group);
    let status = command.status();
    let status = status.with_context(|| format!("the check cannot run as `{account}`; are you root?"))?;
    faults.into_result(()).map_err(AppError::from)?;
    if status.success() {
        return Ok(());
    }
    let mut faults = Faults::new();
    faults.add(
        "--user",
        "",
        format!("as `{account}` the configuration is not valid; see above"),
    );
    Err(AppError::from(faults).into())
}

/// The numbers of an account and its group, from `/etc/passwd`.
fn user_and_group(account: &str) -> anyhow::Result<(u32, u32)> {
    let accounts = std::fs::read_to_string("/etc/passwd").context("`/etc/passwd` cannot be read")?;
    let line = accounts
        .lines()
        .find_map(|line| line.strip_prefix(account)?.strip_prefix(':'));
    let mut numbers = line.into_iter().flat_map(|line| line.split(':').skip(1)).map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(user)), Some(Ok(group))) => Ok((user, group)),
        _ => bail!("there is no account `{account}` on this machine"),
    }
}

async fn check(check: &ConfigCheck) -> anyhow::Result<()> {
    let loaded = Config::load(&check.settings.sources()).map_err(AppError::from)?;
    let config = &loaded.config;
    let mut warnings = loaded.warnings.clone();
    let mut faults = Faults::new();
    if let Err(missing) = config.check_for_serving() {
        faults.append(missing);
    }
    check_certificates(config, &mut faults, &mut warnings).await;
    check_page(config, &mut faults, &mut warnings);
    let is_served = is_served(config, &mut faults, &mut warnings);
    check_files(config, &mut faults);
    check_ready_file(config, &mut faults, &mut warnings);
    if !is_served && !check.without_ports {
        check_ports(config, &mut faults);
    }
    for warning in &warnings {
        print_line(format_args!("note: {warning}"));
    }
    faults.into_result(()).map_err(AppError::from)?;
    print_line("the configuration is valid");
    Ok(())
}

/// Checks key pairs, validity, trust anchors and a revocation list per issuer.
async fn check_certificates(config: &Config, faults: &mut Faults, warnings: &mut Vec<String>) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let remembered = RememberedLists::read_only(&config.storage.folder);
    match NodeTls::start(&config.tls, remembered, clock).await {
        Err(wrong) => faults.append(wrong),
        Ok(tls) => {
            let refused = tls.refused_lists();
            warnings.extend(tls.warnings().into_iter().filter(|warning| !refused.contains(warning)));
            warnings.extend(tls.stale_lists());
            for problem in refused {
                faults.add("tls.crls", "", problem);
            }
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
fn is_served(config: &Config, faults: &mut Faults, warnings: &mut Vec<String>) -> bool {
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

/// Checks that this account can write what the node writes: the database and the folders beside it.
fn check_files(config: &Config, faults: &mut Faults) {
    let folder = &config.storage.folder;
    let database = config.storage.database();
    if let Err(error) = File::options().read(true).write(true).open(&database)
        && error.kind() != ErrorKind::NotFound
    {
        faults.add("storage.folder", "", unwritable(&database, &error));
    }
    for name in ["index", "replicas", "crls"] {
        let beside = folder.join(name);
        let probe = beside.join(format!(".check-{}", std::process::id()));
        match std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                faults.add("storage.folder", "", unwritable(&beside, &error));
            }
            _ => {}
        }
    }
}

/// Checks that this account can write the ready file, unless its folder is one that is made later: the data folder by `init`, and
/// the runtime folder by systemd.
fn check_ready_file(config: &Config, faults: &mut Faults, warnings: &mut Vec<String>) {
    let (data, runtime) = (&config.storage.folder, Path::new(RUNTIME_FOLDER));
    let ready_file = config.ready_file();
    if ready_file.starts_with(data) && !data.is_dir() {
        return;
    }
    if ready_file.starts_with(runtime) && !runtime.is_dir() {
        warnings.push(format!(
            "`operation.ready_file`: `{RUNTIME_FOLDER}` does not exist yet; the systemd unit makes it at the start (RuntimeDirectory)"
        ));
        return;
    }
    if let Err(error) = ReadyFile::check(&ready_file) {
        faults.add("operation.ready_file", "", unwritable(&ready_file, &error));
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> String {
    format!(
        "`{}` cannot be written by this account: {error}; see \"Accounts\" in operations.md",
        path.display()
    )
}

fn check_ports(config: &Config, faults: &mut Faults) {
    check_port("listen.grpc", config.listen.grpc, faults);
    check_port("listen.operation", config.listen.operation, faults);
    if let Some(address) = config.web.listen {
        check_port("web.listen", address, faults);
    }
}

fn check_port(key: &str, address: SocketAddr, faults: &mut Faults) {
    if let Err(error) = TcpListener::bind(address) {
        let advice = match error.kind() {
            ErrorKind::PermissionDenied => "; ports below 1024 need the capability CAP_NET_BIND_SERVICE, as in the systemd unit",
            _ => "",
        };
        faults.add(key, "", format!("cannot listen on {address}: {error}{advice}"));
    }
}
