//! Remembers what the last connection of a channel showed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::certificate::PeerCertificate;
use super::refusal::Refusal;

/// The refusal that ended the last connection, until a call reports it, and the server's certificate.
#[derive(Debug, Default)]
pub(crate) struct LastConnection {
    refusal: Mutex<Option<Refusal>>,
    certificate: Mutex<Option<PeerCertificate>>,
}

impl LastConnection {
    /// Records a refusal. An alert replaces silence and not the reverse: a write may fail before the alert is read.
    pub(super) fn note_refusal(&self, refusal: Refusal) {
        let mut noted = self.lock();
        let silent = matches!(refusal, Refusal::Silent(_));
        if noted.is_none() || !silent {
            *noted = Some(refusal);
        }
    }

    /// Takes the refusal that no call has reported yet.
    pub(crate) fn take_refusal(&self) -> Option<Refusal> {
        self.lock().take()
    }

    /// Records the certificate of the server.
    pub(super) fn note_certificate(&self, certificate: Option<PeerCertificate>) {
        *self.certificate.lock().unwrap_or_else(PoisonError::into_inner) = certificate;
    }

    /// Returns the certificate that the server showed last.
    pub(crate) fn certificate(&self) -> Option<PeerCertificate> {
        let certificate = self.certificate.lock().unwrap_or_else(PoisonError::into_inner);
        certificate.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Refusal>> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_hides_no_alert_and_is_taken_once() {
        let last_connection = LastConnection::default();
        last_connection.note_refusal(Refusal::Silent(None));
        last_connection.note_refusal(Refusal::Expired);
        last_connection.note_refusal(Refusal::Silent(None));
        assert_eq!(last_connection.take_refusal(), Some(Refusal::Expired));
        assert_eq!(last_connection.take_refusal(), None);
    }
}
