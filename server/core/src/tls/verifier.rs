//! Verification of client chains by webpki: maps its errors to reasons, and keeps the certificate for the log.

use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;

use jiff::Timestamp;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, SignatureScheme};
use rustls_pki_types::{CertificateDer, UnixTime};

use super::time::unix_time;
use crate::error::Reason;
use crate::identity::CertificateFacts;

tokio::task_local! {
    /// The refused certificate of the current handshake. rustls gives a verifier no way to tell connections apart.
    static SEEN: RefCell<Option<CertificateFacts>>;
}

/// Runs a handshake. Returns its outcome and the facts of a refused client certificate.
pub(super) async fn recording<F: Future>(handshake: F) -> (F::Output, Option<CertificateFacts>) {
    SEEN.scope(RefCell::new(None), async {
        let outcome = handshake.await;
        (outcome, SEEN.with(RefCell::take))
    })
    .await
}

/// Verifies `chain` at `now`.
pub(super) fn verify_chain(
    verifier: &dyn ClientCertVerifier,
    chain: &[CertificateDer<'static>],
    now: Timestamp,
) -> Result<(), Reason> {
    let Some((leaf, intermediates)) = chain.split_first() else {
        return Err(Reason::CertificateMissing);
    };
    match verifier.verify_client_cert(leaf, intermediates, unix_time(now)) {
        Ok(_) => Ok(()),
        Err(error) => Err(reason_of(&error)),
    }
}

/// The reason for an error of rustls about a client certificate.
pub(super) fn reason_of(error: &rustls::Error) -> Reason {
    use CertificateError::{Expired, ExpiredContext, NotValidYet, NotValidYetContext, Revoked};
    match error {
        rustls::Error::NoCertificatesPresented => Reason::CertificateMissing,
        rustls::Error::InvalidCertificate(Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. }) => {
            Reason::CertExpired
        }
        rustls::Error::InvalidCertificate(Revoked) => Reason::CertRevoked,
        _ => Reason::UntrustedIssuer,
    }
}

/// Records the facts of certificates that the inner verifier refuses.
#[derive(Debug)]
pub(super) struct RecordingVerifier(pub(super) Arc<dyn ClientCertVerifier>);

impl ClientCertVerifier for RecordingVerifier {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.0.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        let verdict = self.0.verify_client_cert(end_entity, intermediates, now);
        if verdict.is_err() {
            // Outside `recording` nothing is recorded.
            let _ = SEEN.try_with(|seen| *seen.borrow_mut() = CertificateFacts::read(end_entity));
        }
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}
