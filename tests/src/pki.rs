//! Certificates of one run: authorities, good and bad leaves, and revocation lists.
//!
//! The crate `pki` makes them, for these tests, those of other crates and the demo. This module adds what stories vary: the
//! holder, the validity and the permitted use. Keys are new in every run and stay in its folder.

use std::path::{Path, PathBuf};

use ::pki::{Issued, Subject};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::dates::today;
use crate::files;
use crate::world::NODE_OIN;

/// Hosts of a node's certificate.
const LOOPBACK: [&str; 2] = ["localhost", "127.0.0.1"];

/// A certificate authority.
pub struct Authority(::pki::Authority);

impl Authority {
    /// Creates one that has been valid for over a year: stories move clocks back.
    pub fn new(common_name: &str) -> Self {
        let authority = ::pki::Authority::new(common_name, midnight(-400));
        Self(authority.expect("a P-256 key signs its own certificate"))
    }

    /// Its certificate, PEM.
    pub fn pem(&self) -> &str {
        &self.0.certificate_pem
    }

    /// Issues `leaf`.
    pub fn issue(&self, leaf: &Leaf) -> Certificate {
        let subject = Subject {
            common_name: &leaf.common_name,
            oin: leaf.oin.as_deref(),
            hosts: leaf.hosts,
        };
        let (from, until) = (midnight(leaf.days.0), midnight(leaf.days.1));
        let issued = match leaf.usage {
            Usage::Any => self.0.issue(&subject, from, until),
            Usage::ServerOnly => self.0.issue_for_server(&subject, from, until),
        };
        let issued = issued.expect("the authority signs");
        Certificate {
            pem: issued.certificate_pem.clone(),
            key_pem: issued.key_pem.clone(),
            issued,
        }
    }

    /// A revocation list, PEM, that names `revoked`. A later list has a higher `number`.
    pub fn revoke(&self, number: u32, revoked: &[&Certificate]) -> String {
        let revoked: Vec<&Issued> = revoked.iter().map(|certificate| &certificate.issued).collect();
        let list = self.0.revocation_list(&revoked, midnight(0) + i64::from(number).seconds());
        list.expect("the authority signs its list")
    }

    /// A revocation list, PEM, that should have been replaced yesterday. It names nobody.
    pub fn stale_list(&self) -> String {
        let list = self.0.revocation_list(&[], midnight(-8));
        list.expect("the authority signs its list")
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Authority").finish_non_exhaustive()
    }
}

/// The certificate to issue.
#[derive(Clone, Debug)]
pub struct Leaf {
    common_name: String,
    oin: Option<String>,
    hosts: &'static [&'static str],
    usage: Usage,
    /// The first and last day, from today. Certificates begin and end at midnight.
    days: (i64, i64),
}

#[derive(Clone, Copy, Debug)]
enum Usage {
    /// As a client, and as a server where it has hosts.
    Any,
    ServerOnly,
}

impl Leaf {
    /// A client's certificate for the holder of `oin`.
    pub fn client(oin: &str) -> Self {
        Self {
            common_name: "client.maatwerk.example".to_owned(),
            oin: Some(oin.to_owned()),
            hosts: &[],
            usage: Usage::Any,
            days: (-1, 90),
        }
    }

    /// A node's certificate, for loopback.
    pub fn server() -> Self {
        Self::register(NODE_OIN).for_servers_only()
    }

    /// The certificate of a register's node, which is a server for its callers and a client of its peers.
    pub fn register(oin: &str) -> Self {
        Self {
            common_name: "localhost".to_owned(),
            oin: Some(oin.to_owned()),
            hosts: &LOOPBACK,
            usage: Usage::Any,
            days: (-1, 90),
        }
    }

    /// For servers only: no register accepts it from a caller.
    pub fn for_servers_only(mut self) -> Self {
        self.usage = Usage::ServerOnly;
        self
    }

    /// Without an OIN.
    pub fn without_oin(mut self) -> Self {
        self.oin = None;
        self
    }

    /// Expired since yesterday.
    pub fn expired(mut self) -> Self {
        self.days = (-90, -1);
        self
    }

    /// Valid from next week.
    pub fn not_yet_valid(mut self) -> Self {
        self.days = (7, 90);
        self
    }
}

/// A certificate with its key.
#[derive(Clone)]
pub struct Certificate {
    /// The certificate, PEM.
    pub pem: String,
    /// Its private key, PEM.
    pub key_pem: String,
    issued: Issued,
}

impl Certificate {
    /// Writes `{name}.pem` and `{name}.key` in `folder`, each in one step, as a careful operator would.
    pub fn write(&self, folder: &Path, name: &str) -> CertificateFiles {
        let written = CertificateFiles {
            certificate: folder.join(format!("{name}.pem")),
            key: folder.join(format!("{name}.key")),
        };
        files::replace(&written.key, &self.key_pem);
        files::replace(&written.certificate, &self.pem);
        written
    }
}

/// The paths of a certificate and its key.
#[derive(Clone, Debug)]
pub struct CertificateFiles {
    /// The certificate.
    pub certificate: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// The midnight that begins the day `days` from today, in UTC.
fn midnight(days: i64) -> Timestamp {
    let date = today().checked_add(days.days()).expect("within a few years of now");
    let zoned = date.to_zoned(TimeZone::UTC).expect("UTC has every midnight");
    zoned.timestamp()
}
