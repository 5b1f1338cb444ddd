//! The identity of a caller: the OIN in the subject of its client certificate, or the session of a person at the page.
//!
//! A gRPC connection has one [`Caller`], made at the handshake by [`crate::tls`]. The layer in front of the services
//! (`grpc::request`) checks it on every call and adds it to the request. A handler takes it with [`Caller::of`], and a long
//! stream calls [`Caller::still_valid`] every 10 seconds. The page makes a caller for each request, from the session.
//! Authorisation is separate: see [`crate::authorisation`].

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use register::grant::Role;
use register::identifier::OrganisationId;
use register::oin::Oin;
use rustls_pki_types::CertificateDer;
use x509_parser::oid_registry::OID_X509_SERIALNUMBER;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::error::{Error, Reason};

/// How long a verification is reused. It bounds the delay with which a revoked or expired intermediate is noticed.
const RECHECK_AFTER: SignedDuration = SignedDuration::from_secs(15);

/// Verifies a certificate chain by the current trust anchors and revocation lists.
pub trait ChainVerifier: Send + Sync + std::fmt::Debug {
    /// A number that grows with each reload of trust anchors or revocation lists.
    fn generation(&self) -> u64;

    /// Verifies the chain at `now`.
    fn verify(&self, chain: &[CertificateDer<'static>], now: Timestamp) -> Result<(), Reason>;
}

/// The principal of a call, which determines its rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// An OIN, by certificate. Its rights follow from its grants.
    Certificate(Oin),
    /// A person at the page. Organisation and roles follow from the login; the register can suspend the organisation.
    Person(Person),
}

/// A logged-in person, without a name: only what authorisation needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The OIN of the node, under which the log records the person's writes.
    pub node: Oin,
    /// The person's organisation.
    pub organisation: OrganisationId,
    /// The person's roles.
    pub roles: Vec<Role>,
}

impl Principal {
    /// The OIN for the log, rate limits and repeated requests.
    pub fn oin(&self) -> &Oin {
        match self {
            Self::Certificate(oin) => oin,
            Self::Person(person) => &person.node,
        }
    }
}

impl From<Oin> for Principal {
    fn from(oin: Oin) -> Self {
        Self::Certificate(oin)
    }
}

/// The caller as named in refusals.
impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate(oin) => write!(f, "OIN {oin}"),
            Self::Person(person) => write!(f, "a person of organisation `{}`", person.organisation),
        }
    }
}

/// A caller.
#[derive(Debug)]
pub struct Caller {
    /// Its identity.
    pub acting: Principal,
    credential: Credential,
}

/// Why the identity is believed.
#[derive(Debug)]
enum Credential {
    Certificate(PresentedCertificate),
    /// The page has looked up the session for this request.
    Session,
}

#[derive(Debug)]
struct PresentedCertificate {
    until: Timestamp,
    chain: Vec<CertificateDer<'static>>,
    verifier: Arc<dyn ChainVerifier>,
    last_verification: Mutex<LastVerification>,
}

/// The last successful verification: under which generation, and when.
#[derive(Clone, Copy, Debug)]
struct LastVerification {
    generation: u64,
    at: Timestamp,
}

impl Caller {
    /// The caller with the certificate `chain`, which `verifier` has just accepted, at `now`.
    pub fn new(chain: Vec<CertificateDer<'static>>, verifier: Arc<dyn ChainVerifier>, now: Timestamp) -> Result<Self, Error> {
        let subject = chain.first().and_then(|leaf| CertificateFacts::read(leaf));
        let Some((oin, until)) = subject.and_then(|facts| Some((facts.oin?, facts.not_after))) else {
            return Err(Error::new(
                Reason::SubjectWithoutOin,
                "the subject of the client certificate has no serialNumber that is an OIN; ask your certificate authority for one with an OIN",
            ));
        };
        let last_verification = LastVerification {
            generation: verifier.generation(),
            at: now,
        };
        Ok(Self {
            acting: Principal::Certificate(oin),
            credential: Credential::Certificate(PresentedCertificate {
                until,
                chain,
                verifier,
                last_verification: Mutex::new(last_verification),
            }),
        })
    }

    /// A person at the page, whose session was looked up for this request.
    pub fn from_session(person: Person) -> Self {
        Self {
            acting: Principal::Person(person),
            credential: Credential::Session,
        }
    }

    /// The caller of `request`, which the request layer adds.
    pub fn of<T>(request: &tonic::Request<T>) -> Result<&Self, Error> {
        request
            .extensions()
            .get::<Arc<Caller>>()
            .map(AsRef::as_ref)
            .ok_or_else(no_certificate)
    }

    /// As [`Caller::of`], to be kept beyond the request, as by a stream.
    pub fn shared<T>(request: &tonic::Request<T>) -> Result<Arc<Self>, Error> {
        request.extensions().get::<Arc<Caller>>().cloned().ok_or_else(no_certificate)
    }

    /// Checks the certificate at `now`: its validity, issuers and revocation. Cheap: a verification is reused until files are
    /// reloaded, for at most 15 seconds.
    pub fn still_valid(&self, now: Timestamp) -> Result<(), Error> {
        match &self.credential {
            Credential::Certificate(certificate) => certificate.still_valid(now),
            Credential::Session => Ok(()),
        }
    }
}

impl PresentedCertificate {
    fn still_valid(&self, now: Timestamp) -> Result<(), Error> {
        if now > self.until {
            return Err(refusal(Reason::CertExpired));
        }
        let generation = self.verifier.generation();
        let known = *self.last_verification.lock().unwrap_or_else(PoisonError::into_inner);
        if known.generation == generation && now.duration_since(known.at).abs() < RECHECK_AFTER {
            return Ok(());
        }
        self.verifier.verify(&self.chain, now).map_err(refusal)?;
        *self.last_verification.lock().unwrap_or_else(PoisonError::into_inner) = LastVerification { generation, at: now };
        Ok(())
    }
}

fn no_certificate() -> Error {
    Error::new(Reason::CertificateMissing, "this call needs a client certificate")
}

/// The refusal of a certificate that was accepted before.
fn refusal(reason: Reason) -> Error {
    let message = match reason {
        Reason::CertExpired => "the client certificate has expired; renew it and connect again",
        Reason::CertRevoked => "the client certificate was revoked; use the one that replaced it",
        _ => "this node no longer trusts the issuer of the client certificate",
    };
    Error::new(reason, message)
}

/// The facts of a certificate that may be logged. There are no others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFacts {
    /// The OIN in the subject's serialNumber, if there is exactly one and it is well-formed.
    pub oin: Option<Oin>,
    /// Common name of the issuer.
    pub issuer: String,
    /// Start of its validity.
    pub not_before: Timestamp,
    /// End of its validity.
    pub not_after: Timestamp,
    /// Whether a server accepts it from a client: its extended key usage names clients, or is absent.
    pub is_for_clients: bool,
}

impl CertificateFacts {
    /// Reads a certificate; `None` if it is malformed.
    pub fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let issuer = certificate
            .issuer()
            .iter_common_name()
            .next()
            .and_then(|name| name.as_str().ok())
            .unwrap_or("(no common name)");
        // A malformed extended key usage is refused by any server.
        let is_for_clients = match certificate.extended_key_usage() {
            Ok(None) => true,
            Ok(Some(usage)) => usage.value.client_auth,
            Err(_) => false,
        };
        let serial_numbers = certificate.subject().iter_by_oid(&OID_X509_SERIALNUMBER);
        Some(Self {
            is_for_clients,
            oin: Oin::of_subject(serial_numbers.map(|number| number.as_str().ok())),
            issuer: issuer.chars().filter(|c| !c.is_control()).take(100).collect(),
            not_before: Timestamp::from_second(certificate.validity().not_before.timestamp()).ok()?,
            not_after: Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()?,
        })
    }
}

#[cfg(test)]
mod tests;
