//! How to reach a register: where it is, who we say that we are, and whom we believe.
//!
//! The command line reads these from `mwr.toml` (its keys are [`SettingsFile`]'s), its environment and its flags; a node
//! makes them from its own configuration. `docs/samples/mwr.toml` shows all keys and is read by a test.

use std::path::{Path, PathBuf};
use std::time::Duration;

use register::oin::Oin;
use serde::Deserialize;

use crate::nearest::nearest;

/// How to reach a register.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where its nodes are, tried in order.
    pub endpoints: Vec<Endpoint>,
    /// Who we are. Without it a node refuses every call; it is optional so that this can be seen.
    pub identity: Option<Identity>,
    /// PEM files with the issuers that are believed about the nodes' certificates.
    pub ca: Vec<PathBuf>,
    /// The name that a node's certificate must have, when it is not the host of the endpoint.
    pub server_name: Option<String>,
    /// The OIN that a node's certificate must have; none: whoever the issuers vouch for. A node asks its peers for theirs.
    pub oin: Option<Oin>,
    /// How long a call may take.
    pub timeout: Duration,
    /// How long a snapshot may take, or a call that asks hundreds of questions.
    pub sync_timeout: Duration,
    /// How long connecting to one endpoint may take.
    pub connect_timeout: Duration,
    /// Whether a node that cannot exchange keys in a way that withstands quantum computers is refused.
    pub require_post_quantum: bool,
}

/// A certificate chain and its key, both PEM. Read again for each connection, so that a renewed certificate is used without
/// a restart.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The chain, our own certificate first.
    pub certificate: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// `https://host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    uri: http::Uri,
    host: String,
    port: u16,
}

impl Endpoint {
    /// Takes `text` as an endpoint: `https://host:port`, or without the scheme; the port is 443 when none is given.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let problem = |problem: &str| SettingsError::new(format!("endpoint `{text}`: {problem}"));
        let with_scheme = if text.contains("://") {
            text.to_owned()
        } else {
            format!("https://{text}")
        };
        let uri: http::Uri = with_scheme.parse().map_err(|_| problem("it is no address"))?;
        if uri.scheme_str() != Some("https") {
            return Err(problem("only https is spoken"));
        }
        let bare = uri.path().trim_matches('/').is_empty() && uri.query().is_none();
        let Some(host) = uri.host().filter(|_| bare) else {
            return Err(problem("it is `https://host:port` and nothing more"));
        };
        Ok(Self {
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: uri.port_u16().unwrap_or(443),
            uri,
        })
    }

    /// The address as a URI.
    pub fn uri(&self) -> &http::Uri {
        &self.uri
    }

    /// The host, without the brackets of an IPv6 address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
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

/// Settings that cannot be used, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(String);

impl SettingsError {
    /// The problem in words that fit after "bad configuration:".
    pub fn new(problem: impl Into<String>) -> Self {
        Self(problem.into())
    }
}

/// What may stand in `mwr.toml`; everything may be left out and come from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SettingsFile {
    /// Where the register is, `https://host:port`.
    pub endpoint: Option<String>,
    /// The same for several nodes, tried in order.
    pub endpoints: Option<Vec<String>>,
    /// PEM file with our certificate chain.
    pub certificate: Option<PathBuf>,
    /// PEM file with its key.
    pub key: Option<PathBuf>,
    /// PEM file with the issuers that are believed, or several.
    pub ca: Option<OneOrMore>,
    /// The name that the node's certificate must have.
    pub server_name: Option<String>,
    /// How long a call may take, `"10s"`.
    pub timeout: Option<String>,
    /// How long a snapshot may take, or a call that asks hundreds of questions. `"5m"`.
    pub sync_timeout: Option<String>,
    /// How long connecting to one endpoint may take, `"5s"`.
    pub connect_timeout: Option<String>,
    /// Whether to refuse a node without a key exchange that withstands quantum computers.
    pub require_post_quantum: Option<bool>,
}

/// One path, or a list of them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum OneOrMore {
    /// One.
    One(PathBuf),
    /// A list.
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
    /// All keys.
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

    /// Reads the text of a settings file that lies in `folder`: relative paths in it start there.
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
                None => format!("known are {}", Self::KEYS.join(", ")),
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

    /// What `self` says, and `other` where it says nothing.
    pub fn or(self, other: Self) -> Self {
        // Where a register is has two spellings: the one that is said here hides both of those elsewhere.
        let says_where = self.endpoint.is_some() || self.endpoints.is_some();
        let (endpoint, endpoints) = if says_where {
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

    /// The settings, checked; files are read when connecting.
    pub fn into_settings(self) -> Result<Settings, SettingsError> {
        let mut endpoints = Vec::new();
        for text in self.endpoint.into_iter().chain(self.endpoints.unwrap_or_default()) {
            endpoints.push(Endpoint::parse(&text)?);
        }
        if endpoints.is_empty() {
            return Err(SettingsError::new("no `endpoint` is set: where is the register?"));
        }
        let identity = match (self.certificate, self.key) {
            (Some(certificate), Some(key)) => Some(Identity { certificate, key }),
            (None, None) => None,
            (Some(_), None) => return Err(SettingsError::new("`certificate` is set and `key` is not")),
            (None, Some(_)) => return Err(SettingsError::new("`key` is set and `certificate` is not")),
        };
        let ca = self.ca.map(OneOrMore::into_vec).unwrap_or_default();
        if ca.is_empty() {
            return Err(SettingsError::new(
                "no `ca` is set: which issuer's certificate may the register show?",
            ));
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
            "`{key}`: a time has a unit, as in `10s`, `500ms` or `5m`"
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
    fn the_sample_can_be_read_and_shows_every_key() {
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
    fn what_is_wrong_is_said() {
        let problem = |text: &str| parse(text).and_then(SettingsFile::into_settings).unwrap_err().to_string();
        assert!(problem("endpont = 'x'").contains("did you mean `endpoint`"));
        assert!(problem("colour = 'x'").contains("known are"));
        assert!(problem("endpoint = 'http://x'").contains("https"));
        assert!(problem("endpoint = 'https://x/y'").contains("nothing more"));
        assert!(problem("endpoint = 'x'\nca = 'c'\nkey = 'k'").contains("`certificate` is not"));
        assert!(problem("endpoint = 'x'").contains("`ca`"));
        assert!(problem("endpoint = 'x'\nca = 'c'\ntimeout = '10'").contains("unit"));
        assert!(problem("").contains("endpoint"));
    }

    #[test]
    fn what_is_said_last_hides_both_spellings_of_where() {
        let file = parse("endpoints = ['a:1', 'b:2']\nserver_name = 'x'").unwrap();
        let flags = parse("endpoint = 'c:3'").unwrap();
        let both = flags.or(file);
        assert_eq!((both.endpoint.as_deref(), both.endpoints), (Some("c:3"), None));
        assert_eq!(both.server_name.as_deref(), Some("x"));
    }
}
