//! Settings: flags override the environment, which overrides the file. The only file of `mwr` that reads the environment.

use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Subcommand};
use client::Client;
use client::settings::{OneOrMore, Settings, SettingsError, SettingsFile};

use crate::output::{self, Output};

/// Flags for the connection to the register.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConfigFlags {
    /// The settings file.
    #[arg(long, global = true, value_name = "FILE", env = "MWR_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,

    /// The endpoint of the register, `https://host:port`; several are tried in order.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "MWR_ENDPOINT",
        value_delimiter = ',',
        hide_env_values = true
    )]
    endpoint: Vec<String>,

    /// PEM file with your certificate chain.
    #[arg(long, global = true, value_name = "FILE", env = "MWR_CERTIFICATE", hide_env_values = true)]
    certificate: Option<PathBuf>,

    /// PEM file with its key.
    #[arg(long, global = true, value_name = "FILE", env = "MWR_KEY", hide_env_values = true)]
    key: Option<PathBuf>,

    /// PEM file with the trusted issuers of the register's certificate.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "MWR_CA",
        value_delimiter = ',',
        hide_env_values = true
    )]
    ca: Vec<PathBuf>,

    /// The name in the register's certificate, if it is not the host of the endpoint.
    #[arg(long, global = true, value_name = "NAME", env = "MWR_SERVER_NAME", hide_env_values = true)]
    server_name: Option<String>,

    /// The timeout of a call, `10s`; that of a snapshot is five minutes, or this if it is longer.
    #[arg(long, global = true, value_name = "TIME", env = "MWR_TIMEOUT", hide_env_values = true)]
    timeout: Option<String>,
}

/// The part of the settings to show.
#[derive(Debug, Args)]
pub(crate) struct ConfigArguments {
    #[command(subcommand)]
    what: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print the effective settings, each with its source.
    Show,
}

/// Connects with the effective settings.
pub(crate) async fn connect(flags: &ConfigFlags) -> anyhow::Result<Client> {
    let (_, file) = read_file(flags)?;
    let mut settings = from_flags(flags).or(file).into_settings()?;
    settings.sync_timeout = settings.sync_timeout.max(settings.timeout);
    Ok(Client::connect(&settings).await?)
}

/// Prints the effective settings.
pub(crate) fn run(
    arguments: &ConfigArguments,
    flags: &ConfigFlags,
    matches: &ArgMatches,
    output: &mut Output,
) -> anyhow::Result<()> {
    let ConfigCommand::Show = arguments.what;
    let (path, file) = read_file(flags)?;
    let from_file = SettingOrigin::File(path.as_deref());
    let settings = from_flags(flags).or(file.clone()).into_settings()?;
    let origin = |flag: &str, in_file: bool| match matches.value_source(flag) {
        Some(ValueSource::CommandLine) => SettingOrigin::Flag,
        Some(ValueSource::EnvVariable) => SettingOrigin::Environment,
        _ if in_file => from_file,
        _ => SettingOrigin::Default,
    };
    let has_endpoints = file.endpoint.is_some() || file.endpoints.is_some();
    let rows = rows(&settings).map(|(key, value)| {
        let origin = match key {
            "endpoint" => origin("endpoint", has_endpoints),
            "certificate" => origin("certificate", file.certificate.is_some()),
            "key" => origin("key", file.key.is_some()),
            "ca" => origin("ca", file.ca.is_some()),
            "server_name" => origin("server_name", file.server_name.is_some()),
            "timeout" => origin("timeout", file.timeout.is_some()),
            "sync_timeout" if file.sync_timeout.is_some() => from_file,
            "connect_timeout" if file.connect_timeout.is_some() => from_file,
            "require_post_quantum" if file.require_post_quantum.is_some() => from_file,
            _ => SettingOrigin::Default,
        };
        (key, value, origin.to_string())
    });
    if output.is_json() {
        let object: serde_json::Map<_, _> = rows
            .into_iter()
            .map(|(key, value, from)| (key.to_owned(), serde_json::json!({ "value": value, "from": from })))
            .collect();
        return output.json(&object);
    }
    let mut table = output::table(&["setting", "value", "from"]);
    for (key, value, from) in rows {
        table.add_row([key, &value, &from]);
    }
    output.table(&table)
}

/// The source of a value.
#[derive(Clone, Copy)]
enum SettingOrigin<'a> {
    Flag,
    Environment,
    File(Option<&'a Path>),
    Default,
}

impl std::fmt::Display for SettingOrigin<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Environment => f.write_str("environment"),
            Self::File(Some(path)) => write!(f, "{}", path.display()),
            Self::File(None) | Self::Default => f.write_str("default"),
        }
    }
}

fn rows(settings: &Settings) -> [(&'static str, String); 9] {
    let path = |path: Option<&PathBuf>| path.map(|path| path.display().to_string()).unwrap_or_default();
    let identity = settings.identity.as_ref();
    let endpoints: Vec<_> = settings.endpoints.iter().map(ToString::to_string).collect();
    let ca: Vec<_> = settings.ca.iter().map(|path| path.display().to_string()).collect();
    [
        ("endpoint", endpoints.join(", ")),
        ("certificate", path(identity.map(|identity| &identity.certificate))),
        // The path of the key file, never its content.
        ("key", path(identity.map(|identity| &identity.key))),
        ("ca", ca.join(", ")),
        ("server_name", settings.server_name.clone().unwrap_or_default()),
        ("timeout", format!("{:?}", settings.timeout)),
        ("sync_timeout", format!("{:?}", settings.sync_timeout)),
        ("connect_timeout", format!("{:?}", settings.connect_timeout)),
        ("require_post_quantum", settings.require_post_quantum.to_string()),
    ]
}

fn from_flags(flags: &ConfigFlags) -> SettingsFile {
    let some = |list: &[String]| (!list.is_empty()).then(|| list.to_vec());
    SettingsFile {
        endpoints: some(&flags.endpoint),
        certificate: flags.certificate.clone(),
        key: flags.key.clone(),
        ca: (!flags.ca.is_empty()).then(|| OneOrMore::More(flags.ca.clone())),
        server_name: flags.server_name.clone(),
        timeout: flags.timeout.clone(),
        ..SettingsFile::default()
    }
}

/// Reads the settings file and returns its path. A missing file is an error only if it was named.
fn read_file(flags: &ConfigFlags) -> Result<(Option<PathBuf>, SettingsFile), SettingsError> {
    let (path, is_named) = match &flags.config {
        Some(path) => (path.clone(), true),
        None => match default_paths().into_iter().find(|path| path.is_file()) {
            Some(path) => (path, false),
            None => return Ok((None, SettingsFile::default())),
        },
    };
    let problem = |problem: &dyn std::fmt::Display| SettingsError::new(format!("{}: {problem}", path.display()));
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !is_named => {
            return Ok((None, SettingsFile::default()));
        }
        Err(error) => return Err(problem(&error)),
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let file = SettingsFile::parse(&text, folder).map_err(|error| problem(&error))?;
    Ok((Some(path), file))
}

fn default_paths() -> Vec<PathBuf> {
    let mut places = vec![PathBuf::from("mwr.toml")];
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let xdg = folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config")));
    places.extend(xdg.map(|folder| folder.join("mwr").join("mwr.toml")));
    places
}
