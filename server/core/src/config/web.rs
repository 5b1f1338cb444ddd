//! The section of the page: its addresses, certificate, login, sessions and limits.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::faults::Faults;
use super::sections::within;
use super::serde_duration;

/// Seconds in an hour.
const HOUR: u64 = 3600;

/// The page for professionals, publishers and operators. Without `listen` there is no page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebSettings {
    /// The address of the page: HTTPS, without client certificates.
    pub listen: Option<SocketAddr>,
    /// The public URL, such as `https://maatwerk.example`: identity providers redirect to it.
    pub public_url: Option<String>,
    /// The certificate of the page, followed by its intermediates; by default that of `tls.certificate`.
    pub certificate: Option<PathBuf>,
    /// The private key of that certificate.
    pub key: Option<PathBuf>,
    /// The file of identity providers and their claims.
    pub login: Option<PathBuf>,
    /// A style sheet of design tokens that overrides the built-in one.
    pub theme: Option<PathBuf>,
    /// How long a session lasts without requests.
    #[serde(with = "serde_duration")]
    pub session_idle: Duration,
    /// How long a session lasts at most.
    #[serde(with = "serde_duration")]
    pub session_longest: Duration,
    /// The maximum number of sessions; the one that was idle longest is ended to make room.
    pub sessions: usize,
    /// Requests per second of one session in the long run; 0 for no limit.
    pub requests_per_session: u32,
    /// Requests per second of one address, logged in or not; 0 for no limit, as behind a proxy.
    pub requests_per_address: u32,
    /// How many seconds' worth of requests may come at once.
    pub burst: u32,
}

impl Default for WebSettings {
    fn default() -> Self {
        Self {
            listen: None,
            public_url: None,
            certificate: None,
            key: None,
            login: None,
            theme: None,
            session_idle: Duration::from_secs(HOUR / 2),
            session_longest: Duration::from_secs(10 * HOUR),
            sessions: 10_000,
            requests_per_session: 10,
            requests_per_address: 100,
            burst: 10,
        }
    }
}

impl WebSettings {
    pub(super) fn validate(&self, faults: &mut Faults) {
        within(faults, "web.session_idle", self.session_idle, 1, 24 * HOUR);
        within(faults, "web.session_longest", self.session_longest, 1, 7 * 24 * HOUR);
        if self.sessions == 0 {
            faults.add("web.sessions", "", "it must be at least 1");
        }
        if self.burst == 0 {
            faults.add("web.burst", "", "it must be at least 1");
        }
        if self.certificate.is_some() != self.key.is_some() {
            faults.add(
                "web.key",
                "",
                "`web.certificate` and `web.key` belong together: name both or neither",
            );
        }
        if let Some(url) = &self.public_url
            && !is_origin(url)
        {
            faults.add(
                "web.public_url",
                "",
                "it must be `https://`, a name and optionally a port, without a path",
            );
        }
    }

    /// Adds a fault for each setting that the page needs and that has no default.
    pub(super) fn require(&self, faults: &mut Faults) {
        let Some(listen) = self.listen else { return };
        if self.public_url.is_none() && !listen.ip().is_loopback() {
            faults.add(
                "web.public_url",
                "",
                "name the address by which people reach the page, `https://maatwerk.example`",
            );
        }
    }

    /// The origin of the page as browsers know it; `listens_at` is the bound address.
    pub fn origin(&self, listens_at: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("https://localhost:{}", listens_at.port()),
        }
    }
}

/// Whether the text is an https origin: scheme, host and optionally a port.
fn is_origin(text: &str) -> bool {
    let Some(host) = text.strip_prefix("https://") else {
        return false;
    };
    let host = host.trim_end_matches('/');
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    !host.is_empty() && host.chars().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origin_has_no_path_and_no_other_scheme() {
        for good in ["https://maatwerk.example", "https://localhost:8445", "https://[::1]:1/"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in [
            "http://maatwerk.example",
            "https://",
            "https://a/b",
            "https://a?b",
            "maatwerk.example",
        ] {
            assert!(!is_origin(bad), "{bad}");
        }
    }

    #[test]
    fn page_beyond_loopback_needs_a_public_url() {
        let mut web = WebSettings {
            listen: Some(([0, 0, 0, 0], 443).into()),
            ..WebSettings::default()
        };
        let faults = |web: &WebSettings| {
            let mut faults = Faults::new();
            web.require(&mut faults);
            faults.iter().count()
        };
        assert_eq!(faults(&web), 1);
        web.public_url = Some("https://maatwerk.example".to_owned());
        assert_eq!(faults(&web), 0);
        assert_eq!(faults(&WebSettings::default()), 0);
    }
}
