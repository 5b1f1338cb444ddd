//! A development PKI: an authority that issues certificates with test OINs to nodes and callers.
//!
//! Only for the demo and for tests: the key of the authority is stored beside the certificates.

use std::time::Duration;

use jiff::Timestamp;
pub use rcgen::Error;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber, SigningKey as _,
};
use rustls_pki_types::CertificateDer;
use sha2::{Digest as _, Sha256};

/// Object identifier of serialNumber in a subject.
const SERIAL_NUMBER: [u64; 4] = [2, 5, 4, 5];

/// The validity of an authority.
const AUTHORITY_LASTS: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// Certificates are valid from an hour before their issue, because clocks differ.
const BACKDATED: Duration = Duration::from_secs(3600);

/// A certificate authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate (PEM).
    pub certificate_pem: String,
}

/// The subject of a certificate.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Common name.
    pub common_name: &'a str,
    /// The OIN for serialNumber.
    pub oin: Option<&'a str>,
    /// Host names and addresses; empty for a certificate that is for clients only.
    pub hosts: &'a [&'a str],
}

impl<'a> Subject<'a> {
    /// A caller.
    pub fn client(common_name: &'a str, oin: &'a str) -> Self {
        Self {
            common_name,
            oin: Some(oin),
            hosts: &[],
        }
    }

    /// A node on this machine.
    pub fn local_node(oin: &'a str) -> Self {
        Self {
            common_name: "localhost",
            oin: Some(oin),
            hosts: &["localhost", "127.0.0.1", "::1"],
        }
    }
}

/// An issued certificate with its key.
#[derive(Clone)]
pub struct Issued {
    /// The certificate (PEM).
    pub certificate_pem: String,
    /// The private key (PEM).
    pub key_pem: String,
    /// The certificate (DER).
    pub der: CertificateDer<'static>,
    serial: SerialNumber,
}

impl Authority {
    /// Creates a self-signed authority, valid from `now`.
    pub fn new(common_name: &str, now: Timestamp) -> Result<Self, Error> {
        let mut params = params(common_name, now - BACKDATED, now + AUTHORITY_LASTS);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?;
        Ok(Self {
            certificate_pem: certificate.pem(),
            issuer: Issuer::new(params, key),
        })
    }

    /// Loads an authority from its certificate and key.
    pub fn from_pem(certificate_pem: &str, key_pem: &str) -> Result<Self, Error> {
        let key = KeyPair::from_pem(key_pem)?;
        Ok(Self {
            certificate_pem: certificate_pem.to_owned(),
            issuer: Issuer::from_ca_cert_pem(certificate_pem, key)?,
        })
    }

    /// The private key of the authority (PEM).
    pub fn key_pem(&self) -> String {
        self.issuer.key().serialize_pem()
    }

    /// Issues a certificate, valid from an hour before `from` to `until`: for a client, and for a server too if the subject has
    /// hosts.
    pub fn issue(&self, subject: &Subject<'_>, from: Timestamp, until: Timestamp) -> Result<Issued, Error> {
        let mut usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        if !subject.hosts.is_empty() {
            usages.push(ExtendedKeyUsagePurpose::ServerAuth);
        }
        self.issue_for(subject, usages, from, until)
    }

    /// Issues a certificate for a server only, which no node accepts from a caller.
    pub fn issue_for_server(&self, subject: &Subject<'_>, from: Timestamp, until: Timestamp) -> Result<Issued, Error> {
        self.issue_for(subject, vec![ExtendedKeyUsagePurpose::ServerAuth], from, until)
    }

    fn issue_for(
        &self,
        subject: &Subject<'_>,
        usages: Vec<ExtendedKeyUsagePurpose>,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Issued, Error> {
        let mut params = params(subject.common_name, from - BACKDATED, until);
        for host in subject.hosts {
            params.subject_alt_names.push(match host.parse() {
                Ok(address) => rcgen::SanType::IpAddress(address),
                Err(_) => rcgen::SanType::DnsName((*host).try_into()?),
            });
        }
        if let Some(oin) = subject.oin {
            params
                .distinguished_name
                .push(DnType::CustomDnType(SERIAL_NUMBER.to_vec()), oin);
        }
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = usages;
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        // The hash of a new public key serves as a unique serial number.
        let serial = SerialNumber::from_slice(&Sha256::digest(key.public_key_raw())[..16]);
        params.serial_number = Some(serial.clone());
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Issued {
            certificate_pem: certificate.pem(),
            key_pem: key.serialize_pem(),
            der: certificate.der().clone(),
            serial,
        })
    }

    /// Makes a revocation list (PEM) with `revoked`, valid for a week from `now`.
    pub fn revocation_list(&self, revoked: &[&Issued], now: Timestamp) -> Result<String, Error> {
        let list = CertificateRevocationListParams {
            this_update: rcgen::date_time_ymd(1970, 1, 1) + since_epoch(now - BACKDATED),
            next_update: rcgen::date_time_ymd(1970, 1, 1) + since_epoch(now + Duration::from_secs(7 * 24 * 3600)),
            crl_number: SerialNumber::from(now.as_second().unsigned_abs()),
            issuing_distribution_point: None,
            revoked_certs: revoked
                .iter()
                .map(|issued| RevokedCertParams {
                    serial_number: issued.serial.clone(),
                    revocation_time: rcgen::date_time_ymd(1970, 1, 1) + since_epoch(now - BACKDATED),
                    reason_code: None,
                    invalidity_date: None,
                })
                .collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.issuer)?.pem()
    }

    /// Signs any bytes with the key of the authority, for lists and certificates that no issuer would make.
    pub fn sign(&self, content: &[u8]) -> Result<Vec<u8>, Error> {
        self.issuer.key().sign(content)
    }
}

fn params(common_name: &str, from: Timestamp, until: Timestamp) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Maatwerkregister DEMO");
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.not_before = rcgen::date_time_ymd(1970, 1, 1) + since_epoch(from);
    params.not_after = rcgen::date_time_ymd(1970, 1, 1) + since_epoch(until);
    params
}

/// The time since 1970, to be added to 1 January 1970: the time type of rcgen is not exported.
fn since_epoch(moment: Timestamp) -> Duration {
    Duration::from_secs(moment.as_second().unsigned_abs())
}
