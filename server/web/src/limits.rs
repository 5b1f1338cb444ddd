//! Rate limits per session and per address.

use std::net::IpAddr;

use jiff::Timestamp;
use server_core::accept::network_of;
use server_core::config;
use server_core::error::{Error, Reason};
use server_core::rate::RateLimit;

/// The rate limits of the page.
pub(super) struct Limits {
    sessions: RateLimit<String>,
    addresses: RateLimit<IpAddr>,
}

impl Limits {
    /// Builds the limits of `settings`; the burst there is in seconds.
    pub(super) fn new(settings: &config::WebSettings) -> Self {
        let limit = |per_second: u32| (per_second, per_second.saturating_mul(settings.burst));
        let (sessions, at_once) = limit(settings.requests_per_session);
        let (addresses, at_once_by_address) = limit(settings.requests_per_address);
        Self {
            sessions: RateLimit::new(sessions, at_once),
            addresses: RateLimit::new(addresses, at_once_by_address),
        }
    }

    /// Admits a request of an address, or fails with the time to wait. Addresses of one IPv6 network (/64) share a limit, because
    /// a single host has the whole network.
    pub(super) fn admit_address(&self, address: IpAddr, now: Timestamp) -> Result<(), Error> {
        self.addresses.admit(&network_of(address), now).map_err(too_often)
    }

    /// Admits a request of the session with this handle, or fails with the time to wait.
    pub(super) fn admit_session(&self, handle: &str, now: Timestamp) -> Result<(), Error> {
        self.sessions.admit(&handle.to_owned(), now).map_err(too_often)
    }
}

fn too_often(wait: std::time::Duration) -> Error {
    Error::new(Reason::RateLimited, "more requests than the page accepts").retry_after(wait)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn addresses_of_one_network_share_a_limit() {
        let limits = Limits::new(&config::WebSettings {
            requests_per_session: 1,
            requests_per_address: 1,
            burst: 2,
            ..config::WebSettings::default()
        });
        let address = |text: &str| limits.admit_address(text.parse().unwrap(), now());
        address("2001:db8::1").unwrap();
        address("2001:db8::2").unwrap();
        let refused = address("2001:db8::3").unwrap_err();
        assert_eq!(refused.reason(), Reason::RateLimited);
        assert!(refused.delay().unwrap() <= Duration::from_secs(1));
        address("2001:db8:0:1::1").unwrap();
        address("192.0.2.1").unwrap();
        limits.admit_session("a", now()).unwrap();
        limits.admit_session("b", now()).unwrap();
    }
}
