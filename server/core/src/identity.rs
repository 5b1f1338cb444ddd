//! Who is calling: the OIN in the subject of the client certificate, or somebody who has logged in at the page.
//!
//! A connection of gRPC has one [`Caller`], made at the handshake by [`crate::tls`]. The layer in front of the services
//! (`grpc::request`) checks it on every call and puts it into the request; a handler takes it with [`Caller::of`],
//! and a long stream asks [`Caller::still_valid`] every 10 seconds. The page makes one per request, from the session
//! (the page). What a caller may do is no business of this file: see [`crate::authorisation`].

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

/// How long the answer of a verifier holds. Bounds how late a revoked intermediate, or one that ended, is noticed.
const CHECK_HOLDS: SignedDuration = SignedDuration::from_secs(15);

/// Judges a certificate chain by the trust anchors and revocation lists of the moment.
pub trait ChainJudge: Send + Sync + std::fmt::Debug {
    /// Grows whenever trust anchors or revocation lists were reloaded.
    fn generation(&self) -> u64;

    /// Whether the chain is to be trusted at `now`.
    fn judge(&self, chain: &[CertificateDer<'static>], now: Timestamp) -> Result<(), Reason>;
}

/// As whom a call is made, which decides what it may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acting {
    /// An OIN, by its certificate. Its grants in the register say what it may.
    Certificate(Oin),
    /// Somebody at the page. The login says for whom and in what; the register whether that organisation takes part.
    Person(Person),
}

/// Somebody who has logged in, without a name: only what authorisation needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The OIN of the node, in whose log the writes stand: it answers for the login.
    pub node: Oin,
    /// The organisation that the person works for.
    pub organisation: OrganisationId,
    /// In what.
    pub roles: Vec<Role>,
}

impl Acting {
    /// The OIN under which the log, limits and repeated requests know the caller.
    pub fn oin(&self) -> &Oin {
        match self {
            Self::Certificate(oin) => oin,
            Self::Person(person) => &person.node,
        }
    }
}

impl From<Oin> for Acting {
    fn from(oin: Oin) -> Self {
        Self::Certificate(oin)
    }
}

/// As refusals name the caller.
impl fmt::Display for Acting {
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
    /// Who.
    pub acting: Acting,
    proof: Proof,
}

/// What makes it believable.
#[derive(Debug)]
enum Proof {
    Certificate(ShownCertificate),
    /// The page has looked the session up for this very request.
    Session,
}

#[derive(Debug)]
struct ShownCertificate {
    until: Timestamp,
    chain: Vec<CertificateDer<'static>>,
    judge: Arc<dyn ChainJudge>,
    checked: Mutex<Checked>,
}

/// What the verifier said last: under which generation, and when.
#[derive(Clone, Copy, Debug)]
struct Checked {
    generation: u64,
    at: Timestamp,
}

impl Caller {
    /// The caller who showed `chain`, which `judge` has just accepted, at `now`.
    pub fn new(chain: Vec<CertificateDer<'static>>, judge: Arc<dyn ChainJudge>, now: Timestamp) -> Result<Self, Error> {
        let subject = chain.first().and_then(|leaf| CertificateFacts::read(leaf));
        let Some((oin, until)) = subject.and_then(|facts| Some((facts.oin?, facts.not_after))) else {
            return Err(Error::new(
                Reason::SubjectWithoutOin,
                "the subject of the client certificate has no serialNumber that is an OIN; ask your certificate authority for one that has",
            ));
        };
        let checked = Checked {
            generation: judge.generation(),
            at: now,
        };
        Ok(Self {
            acting: Acting::Certificate(oin),
            proof: Proof::Certificate(ShownCertificate {
                until,
                chain,
                judge,
                checked: Mutex::new(checked),
            }),
        })
    }

    /// Somebody at the page, whose session was looked up for this request.
    pub fn at_the_page(person: Person) -> Self {
        Self {
            acting: Acting::Person(person),
            proof: Proof::Session,
        }
    }

    /// The caller of `request`: there behind the layer that puts it in, or the reason why there is none.
    pub fn of<T>(request: &tonic::Request<T>) -> Result<&Self, Error> {
        request
            .extensions()
            .get::<Arc<Caller>>()
            .map(AsRef::as_ref)
            .ok_or_else(no_certificate)
    }

    /// The same, to be kept beyond the request: a stream does.
    pub fn shared<T>(request: &tonic::Request<T>) -> Result<Arc<Self>, Error> {
        request.extensions().get::<Arc<Caller>>().cloned().ok_or_else(no_certificate)
    }

    /// Whether the certificate still holds at `now`: its time, its issuers and the revocation lists. Cheap: what the verifier
    /// said is kept until it has read new files, for 15 seconds at most.
    pub fn still_valid(&self, now: Timestamp) -> Result<(), Error> {
        match &self.proof {
            Proof::Certificate(certificate) => certificate.still_valid(now),
            Proof::Session => Ok(()),
        }
    }
}

impl ShownCertificate {
    fn still_valid(&self, now: Timestamp) -> Result<(), Error> {
        if now > self.until {
            return Err(refusal(Reason::CertExpired));
        }
        let generation = self.judge.generation();
        let known = *self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        if known.generation == generation && now.duration_since(known.at).abs() < CHECK_HOLDS {
            return Ok(());
        }
        self.judge.judge(&self.chain, now).map_err(refusal)?;
        *self.checked.lock().unwrap_or_else(PoisonError::into_inner) = Checked { generation, at: now };
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
        Reason::CertRevoked => "the client certificate was revoked; use the one that came in its place",
        _ => "the client certificate is of no issuer that this node trusts any more",
    };
    Error::new(reason, message)
}

/// What may be known, and logged, of a certificate: no more than this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFacts {
    /// The OIN in the subject's serialNumber, if there is exactly one and it is well-formed.
    pub oin: Option<Oin>,
    /// Common name of the issuer.
    pub issuer: String,
    /// First moment at which it holds.
    pub not_before: Timestamp,
    /// Last moment at which it holds.
    pub not_after: Timestamp,
    /// Whether a server accepts it from who dials: its extended key usage names clients, or nothing at all.
    pub is_for_clients: bool,
}

impl CertificateFacts {
    /// Reads a certificate; `None` if it is none.
    pub fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let issuer = certificate
            .issuer()
            .iter_common_name()
            .next()
            .and_then(|name| name.as_str().ok())
            .unwrap_or("(no common name)");
        // What cannot be read is refused by whoever it is shown to.
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
