//! Settings of a connection: the endpoints, our identity, and the issuers that we trust.
//!
//! The command line reads them from `mwr.toml` (the keys are the fields of [`SettingsFile`]), its environment and its flags. A
//! node makes them from its own configuration. `docs/samples/mwr.toml` shows all keys; a test parses it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use register::oin::Oin;
use register::spelling::nearest;
use serde::Deserialize;

/// The settings of a connection to a register.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The endpoints of its nodes, tried in order.
    pub endpoints: Vec<Endpoint>,
    /// Our certificate and key. Optional, so that a caller without one sees the node's refusal.
    pub identity: Option<Identity>,
    /// PEM files with the trusted issuers of the nodes' certificates.
    pub ca: Vec<PathBuf>,
    /// The name that a node's certificate must have, if it is not the host of the endpoint.
    pub server_name: Option<String>,
    /// The OIN that a node's certificate must have. `None` accepts any; a node sets it for its peers.
    pub oin: Option<Oin>,
    /// The timeout of a call.
    pub timeout: Duration,
    /// The timeout of a snapshot, or of a call that asks hundreds of questions.
    pub sync_timeout: Duration,
    /// The timeout of connecting to one endpoint.
    pub connect_timeout: Duration,
    /// Whether to refuse a node that offers no post-quantum key exchange.
    pub require_post_quantum: bool,
}

/// The files of a certificate chain and its key, both PEM. Each connection reads them again, so a renewed certificate needs no
/// restart.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The chain, our own certificate first.
    pub certificate: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// An address of the form `https://host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    uri: http::Uri,
    host: String,
    port: u16,
}

impl Endpoint {
    /// Parses `https://host:port`. The scheme may be left out; the port defaults to 443.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let problem = |problem: &str| SettingsError::new(format!("endpoint `{text}`: {problem}"));
        let with_scheme = if text.contains("://") {
            text.to_owned()
        } else {
            format!("https://{text}")
        };
        let uri: http::Uri = with_scheme.parse().map_err(|_| problem("it is not an address"))?;
        if uri.scheme_str() != Some("https") {
            return Err(problem("only https is supported"));
        }
        let bare = uri.path().trim_matches('/').is_empty() && uri.query().is_none();
        let Some(host) = uri.host().filter(|_| bare) else {
            return Err(problem("write `https://host:port`, without a path"));
        };
        Ok(Self {
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: uri.port_u16().unwrap_or(443),
            uri,
        })
    }

    /// Returns the address as a URI.
    pub fn uri(&self) -> &http::Uri {
        &self.uri
    }

    /// Returns the host, without the brackets of an IPv6 address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}",
            self.uri
                .authority()
                .map_or(self.host.as_str(), |authority| authority.as_str())
        )
    }
}

/// The reason why settings are unusable, and how to correct them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(String);

impl SettingsError {
    /// Makes an error. `problem` must fit after "bad configuration:".
    pub fn new(problem: impl Into<String>) -> Self {
        Self(problem.into())
    }
}

/// The keys of `mwr.toml`. All are optional: flags and variables may set them too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SettingsFile {
    /// The endpoint of the register, `https://host:port`.
    pub endpoint: Option<String>,
    /// The endpoints of several nodes, tried in order.
    pub endpoints: Option<Vec<String>>,
    /// PEM file with our certificate chain.
    pub certificate: Option<PathBuf>,
    /// PEM file with its key.
    pub key: Option<PathBuf>,
    /// One or more PEM files with the trusted issuers.
    pub ca: Option<OneOrMore>,
    /// The name that the node's certificate must have.
    pub server_name: Option<String>,
    /// The timeout of a call, `"10s"`.
    pub timeout: Option<String>,
    /// The timeout of a snapshot, or of a call that asks hundreds of questions, `"5m"`.
    pub sync_timeout: Option<String>,
    /// The timeout of connecting to one endpoint, `"5s"`.
    pub connect_timeout: Option<String>,
    /// Whether to refuse a node that offers no post-quantum key exchange.
    pub require_post_quantum: Option<bool>,
}

/// One path, or a list of them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum OneOrMore {
    /// One path.
    One(PathBuf),
    /// A list of paths.
    More(Vec<PathBuf>),
}

impl OneOrMore {
    fn into_vec(self) -> Vec<PathBuf> {
        match self {
            Self::One(path) => vec![path],
            Self::More(paths) => paths,
        }
    }
}

impl SettingsFile {
    /// The names of all keys.
    pub const KEYS: [&'static str; 10] = [
        "endpoint",
        "endpoints",
        "certificate",
        "key",
        "ca",
        "server_name",
        "timeout",
        "sync_timeout",
        "connect_timeout",
        "require_post_quantum",
    ];

    /// Parses a settings file. Relative paths in it start at `folder`.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, SettingsError> {
        let table: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| SettingsError::new(error.to_string()))?;
        for key in table.keys() {
            if Self::KEYS.contains(&key.as_str()) {
                continue;
            }
            let hint = match nearest(key, Self::KEYS) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("known keys: {}", Self::KEYS.join(", ")),
            };
            return Err(SettingsError::new(format!("unknown key `{key}`; {hint}")));
        }
        let mut file: Self = table
            .try_into()
            .map_err(|error: toml::de::Error| SettingsError::new(error.to_string()))?;
        for path in [&mut file.certificate, &mut file.key].into_iter().flatten() {
            *path = folder.join(&*path);
        }
        file.ca = file
            .ca
            .map(|ca| OneOrMore::More(ca.into_vec().into_iter().map(|path| folder.join(path)).collect()));
        Ok(file)
    }

    /// Fills in from `other` the keys that `self` leaves out.
    pub fn or(self, other: Self) -> Self {
        // The endpoints have two keys: either of them in `self` hides both in `other`.
        let has_endpoints = self.endpoint.is_some() || self.endpoints.is_some();
        let (endpoint, endpoints) = if has_endpoints {
            (self.endpoint, self.endpoints)
        } else {
            (other.endpoint, other.endpoints)
        };
        Self {
            endpoint,
            endpoints,
            certificate: self.certificate.or(other.certificate),
            key: self.key.or(other.key),
            ca: self.ca.or(other.ca),
            server_name: self.server_name.or(other.server_name),
            timeout: self.timeout.or(other.timeout),
            sync_timeout: self.sync_timeout.or(other.sync_timeout),
            connect_timeout: self.connect_timeout.or(other.connect_timeout),
            require_post_quantum: self.require_post_quantum.or(other.require_post_quantum),
        }
    }

    /// Validates the settings. Certificate files are read on each connection.
    pub fn into_settings(self) -> Result<Settings, SettingsError> {
        let mut endpoints = Vec::new();
        for text in self.endpoint.into_iter().chain(self.endpoints.unwrap_or_default()) {
            endpoints.push(Endpoint::parse(&text)?);
        }
        if endpoints.is_empty() {
            return Err(SettingsError::new("set `endpoint` to the address of the register"));
        }
        let identity = match (self.certificate, self.key) {
            (Some(certificate), Some(key)) => Some(Identity { certificate, key }),
            (None, None) => None,
            (Some(_), None) => return Err(SettingsError::new("`certificate` is set but `key` is not")),
            (None, Some(_)) => return Err(SettingsError::new("`key` is set but `certificate` is not")),
        };
        let ca = self.ca.map(OneOrMore::into_vec).unwrap_or_default();
        if ca.is_empty() {
            return Err(SettingsError::new("set `ca` to the file with the trusted issuers"));
        }
        Ok(Settings {
            endpoints,
            identity,
            ca,
            server_name: self.server_name,
            oin: None,
            timeout: duration("timeout", self.timeout.as_deref(), Duration::from_secs(10))?,
            sync_timeout: duration("sync_timeout", self.sync_timeout.as_deref(), Duration::from_secs(300))?,
            connect_timeout: duration("connect_timeout", self.connect_timeout.as_deref(), Duration::from_secs(5))?,
            require_post_quantum: self.require_post_quantum.unwrap_or(false),
        })
    }
}

fn duration(key: &str, text: Option<&str>, default: Duration) -> Result<Duration, SettingsError> {
    let Some(text) = text else { return Ok(default) };
    let parsed = text
        .parse::<jiff::SignedDuration>()
        .ok()
        .and_then(|span| Duration::try_from(span).ok());
    match parsed {
        Some(duration) if !duration.is_zero() => Ok(duration),
        _ => Err(SettingsError::new(format!(
            "`{key}`: write a time with its unit, as in `10s`, `500ms` or `5m`"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<SettingsFile, SettingsError> {
        SettingsFile::parse(text, Path::new("/etc/mwr"))
    }

    #[test]
    fn the_sample_parses_and_shows_every_key() {
        let sample = include_str!("../../docs/samples/mwr.toml");
        assert!(parse(sample).unwrap().into_settings().is_ok());
        for key in SettingsFile::KEYS {
            assert!(sample.contains(key), "{key}");
        }
    }

    #[test]
    fn paths_start_at_the_file_and_times_have_units() {
        let settings =
            parse("endpoint = 'localhost:50051'\ncertificate = 'a.pem'\nkey = '/k.pem'\nca = 'ca.pem'\ntimeout = '2s'")
                .unwrap()
                .into_settings()
                .unwrap();
        let identity = settings.identity.unwrap();
        assert_eq!(identity.certificate, Path::new("/etc/mwr/a.pem"));
        assert_eq!(identity.key, Path::new("/k.pem"));
        assert_eq!(settings.ca, [Path::new("/etc/mwr/ca.pem")]);
        assert_eq!(settings.timeout, Duration::from_secs(2));
        assert_eq!(
            (settings.endpoints[0].host(), settings.endpoints[0].port()),
            ("localhost", 50051)
        );
    }

    #[test]
    fn problems_name_the_key_and_the_correction() {
        let problem = |text: &str| parse(text).and_then(SettingsFile::into_settings).unwrap_err().to_string();
        assert!(problem("endpont = 'x'").contains("did you mean `endpoint`"));
        assert!(problem("colour = 'x'").contains("known keys"));
        assert!(problem("endpoint = 'http://x'").contains("https"));
        assert!(problem("endpoint = 'https://x/y'").contains("without a path"));
        assert!(problem("endpoint = 'x'\nca = 'c'\nkey = 'k'").contains("`certificate` is not"));
        assert!(problem("endpoint = 'x'").contains("`ca`"));
        assert!(problem("endpoint = 'x'\nca = 'c'\ntimeout = '10'").contains("unit"));
        assert!(problem("").contains("endpoint"));
    }

    #[test]
    fn an_endpoint_hides_both_keys_of_the_other_source() {
        let file = parse("endpoints = ['a:1', 'b:2']\nserver_name = 'x'").unwrap();
        let flags = parse("endpoint = 'c:3'").unwrap();
        let both = flags.or(file);
        assert_eq!((both.endpoint.as_deref(), both.endpoints), (Some("c:3"), None));
        assert_eq!(both.server_name.as_deref(), Some("x"));
    }
}
