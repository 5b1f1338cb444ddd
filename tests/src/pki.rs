//! Certificates for a run: authorities, leaves of every good and bad sort, and revocation lists.
//!
//! Shaped like those of PKIoverheid where it matters: the OIN stands in the subject's serialNumber (OID 2.5.4.5). Keys are
//! made anew for every run and never leave its folder.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::{ToSpan as _, Zoned};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyIdMethod, KeyPair, KeyUsagePurpose, RevocationReason, RevokedCertParams, SerialNumber,
};

/// The serialNumber attribute of a subject, in which the OIN stands.
const SUBJECT_SERIAL_NUMBER: [u64; 4] = [2, 5, 4, 5];

/// A certificate authority.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// A new one.
    pub fn new(common_name: &str) -> Self {
        let key = KeyPair::generate().expect("a P-256 key can be made");
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, common_name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        set_validity(&mut params, (-400, 400));
        let pem = params.self_signed(&key).expect("a key signs its own certificate").pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    /// Its certificate, PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Issues `leaf`.
    pub fn issue(&self, leaf: &Leaf) -> Certificate {
        let key = KeyPair::generate().expect("a P-256 key can be made");
        let serial = uuid::Uuid::from_u128(rand::random()).into_bytes();
        let mut params = CertificateParams::new(leaf.hosts.clone()).expect("hosts are names or addresses");
        params.distinguished_name.push(DnType::CommonName, leaf.common_name.as_str());
        if let Some(oin) = &leaf.oin {
            let attribute = DnType::CustomDnType(SUBJECT_SERIAL_NUMBER.to_vec());
            params.distinguished_name.push(attribute, oin.as_str());
        }
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = leaf.usages.clone();
        params.use_authority_key_identifier_extension = true;
        set_validity(&mut params, leaf.days);
        let pem = params.signed_by(&key, &self.issuer).expect("the authority signs").pem();
        Certificate {
            pem,
            key_pem: key.serialize_pem(),
            serial: serial.to_vec(),
        }
    }

    /// A revocation list, PEM, that names `revoked`. A later list has a higher `number`.
    pub fn revoke(&self, number: u64, revoked: &[&Certificate]) -> String {
        let day = |offset| {
            let (year, month, day) = civil(offset);
            rcgen::date_time_ymd(year, month, day)
        };
        let entries = revoked.iter().map(|certificate| RevokedCertParams {
            serial_number: SerialNumber::from_slice(&certificate.serial),
            revocation_time: day(-1),
            reason_code: Some(RevocationReason::KeyCompromise),
            invalidity_date: None,
        });
        let list = CertificateRevocationListParams {
            this_update: day(-1),
            next_update: day(30),
            crl_number: SerialNumber::from(number),
            issuing_distribution_point: None,
            revoked_certs: entries.collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = list.signed_by(&self.issuer).expect("the authority signs its list");
        list.pem().expect("a list has a PEM form")
    }
}

/// What to issue.
#[derive(Clone, Debug)]
pub struct Leaf {
    common_name: String,
    oin: Option<String>,
    hosts: Vec<String>,
    usages: Vec<ExtendedKeyUsagePurpose>,
    days: (i64, i64),
}

impl Leaf {
    /// A client's certificate for the holder of `oin`.
    pub fn client(oin: &str) -> Self {
        Self {
            common_name: "client.maatwerk.example".to_owned(),
            oin: Some(oin.to_owned()),
            hosts: Vec::new(),
            usages: vec![ExtendedKeyUsagePurpose::ClientAuth],
            days: (-1, 90),
        }
    }

    /// A node's certificate, for loopback.
    pub fn server() -> Self {
        Self {
            common_name: "localhost".to_owned(),
            oin: Some(crate::world::NODE_OIN.to_owned()),
            hosts: vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
            usages: vec![ExtendedKeyUsagePurpose::ServerAuth],
            days: (-1, 90),
        }
    }

    /// The certificate of a register's node, which is a server for its callers and a client of its peers.
    pub fn register(oin: &str) -> Self {
        Self {
            oin: Some(oin.to_owned()),
            usages: vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth],
            ..Self::server()
        }
    }

    /// The same, for servers only: no register accepts it from who dials.
    pub fn for_servers_only(mut self) -> Self {
        self.usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self
    }

    /// The same without an OIN.
    pub fn without_oin(mut self) -> Self {
        self.oin = None;
        self
    }

    /// The same, ended yesterday.
    pub fn expired(mut self) -> Self {
        self.days = (-90, -1);
        self
    }

    /// The same, to begin in a week.
    pub fn not_yet_valid(mut self) -> Self {
        self.days = (7, 90);
        self
    }
}

/// A certificate with its key.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The certificate, PEM.
    pub pem: String,
    /// Its private key, PEM.
    pub key_pem: String,
    serial: Vec<u8>,
}

impl Certificate {
    /// Writes `{name}.pem` and `{name}.key` in `folder`, each in one step, as a careful operator would.
    pub fn write(&self, folder: &Path, name: &str) -> CertificateFiles {
        let files = CertificateFiles {
            certificate: folder.join(format!("{name}.pem")),
            key: folder.join(format!("{name}.key")),
        };
        crate::files::replace(&files.key, &self.key_pem);
        crate::files::replace(&files.certificate, &self.pem);
        files
    }
}

/// Where a certificate and its key lie.
#[derive(Clone, Debug)]
pub struct CertificateFiles {
    /// The certificate.
    pub certificate: PathBuf,
    /// The key.
    pub key: PathBuf,
}

fn set_validity(params: &mut CertificateParams, days: (i64, i64)) {
    let ((year, month, day), (end_year, end_month, end_day)) = (civil(days.0), civil(days.1));
    params.not_before = rcgen::date_time_ymd(year, month, day);
    params.not_after = rcgen::date_time_ymd(end_year, end_month, end_day);
}

/// A day from today as year, month and day. Certificates begin and end at midnight.
fn civil(offset: i64) -> (i32, u8, u8) {
    let date = today().checked_add(offset.days()).expect("within a few years of now");
    let month = u8::try_from(date.month()).expect("a month is 1 to 12");
    let day = u8::try_from(date.day()).expect("a day is 1 to 31");
    (i32::from(date.year()), month, day)
}

/// The date so many days from today, ISO 8601.
pub fn date_in(days: i64) -> String {
    let date = today().checked_add(days.days()).expect("within a few years of now");
    date.to_string()
}

// Certificates are made for the real clock: that is the one that TLS compares them with.
#[allow(clippy::disallowed_methods)]
fn today() -> Date {
    Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date()
}
