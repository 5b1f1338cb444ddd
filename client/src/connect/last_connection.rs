//! What the last connection showed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::certificate::PeerCertificate;
use super::refusal::Refusal;

/// The refusal that ended the last connection, until somebody has been told; and who was at the other side.
#[derive(Debug, Default)]
pub(crate) struct LastConnection {
    refusal: Mutex<Option<Refusal>>,
    certificate: Mutex<Option<PeerCertificate>>,
}

impl LastConnection {
    /// Notes a refusal. An alert goes before silence: a write may fail before the alert has been read.
    pub(super) fn note_refusal(&self, refusal: Refusal) {
        let mut noted = self.lock();
        let silent = matches!(refusal, Refusal::Silent(_));
        if noted.is_none() || !silent {
            *noted = Some(refusal);
        }
    }

    /// The refusal that has not been told yet; it counts as told now.
    pub(crate) fn take_refusal(&self) -> Option<Refusal> {
        self.lock().take()
    }

    /// Notes what the other side's certificate says.
    pub(super) fn note_certificate(&self, certificate: Option<PeerCertificate>) {
        *self.certificate.lock().unwrap_or_else(PoisonError::into_inner) = certificate;
    }

    /// What the certificate of the other side said at the last connection.
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
    fn silence_does_not_hide_an_alert_and_is_told_once() {
        let last_connection = LastConnection::default();
        last_connection.note_refusal(Refusal::Silent(None));
        last_connection.note_refusal(Refusal::Expired);
        last_connection.note_refusal(Refusal::Silent(None));
        assert_eq!(last_connection.take_refusal(), Some(Refusal::Expired));
        assert_eq!(last_connection.take_refusal(), None);
    }
}
