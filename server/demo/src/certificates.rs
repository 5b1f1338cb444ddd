//! The certificates of a demo: for its node and its callers, renewed before they expire.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use pki::{Authority, Subject};
use register::clock::Clock;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use server_core::data::DataError;
use server_core::identity::CertificateFacts;

use super::error::file_error;
use super::people::People;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// How long a certificate is valid, and how long before its expiry it is renewed.
const VALIDITY: Duration = Duration::from_secs(397 * DAY.as_secs());
const RENEW_BEFORE: Duration = Duration::from_secs(30 * DAY.as_secs());

/// Issues the certificates that are missing or about to expire.
pub(super) fn renew(folder: &Path, node_oin: &str, people: &People, clock: &dyn Clock) -> Result<(), DataError> {
    let pki = folder.join("pki");
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&pki)
        .map_err(|source| file_error(&pki, source))?;
    let now = clock.now();
    let (authority, is_new) = authority(&pki, now)?;
    let renew = |name: &str, subject: &Subject<'_>| -> Result<(), DataError> {
        if !is_new && is_current(&pki, name, now) {
            return Ok(());
        }
        let issued = authority.issue(subject, now, now + VALIDITY).map_err(issue_error)?;
        write_secret(&pki.join(format!("{name}.key")), &issued.key_pem)?;
        write(&pki.join(format!("{name}.pem")), &issued.certificate_pem)
    };
    renew("node", &Subject::local_node(node_oin))?;
    for person in people.all() {
        renew(&person.name, &Subject::client(&person.name, person.oin.as_str()))?;
    }
    Ok(())
}

/// Returns the certificate authority of the demo, and whether it is new.
fn authority(pki: &Path, now: Timestamp) -> Result<(Authority, bool), DataError> {
    if is_current(pki, "ca", now) {
        let read = |name: &str| std::fs::read_to_string(pki.join(name)).unwrap_or_default();
        // Without a matching key, create a new authority.
        if let Ok(authority) = Authority::from_pem(&read("ca.pem"), &read("ca.key")) {
            return Ok((authority, false));
        }
    }
    let authority = Authority::new("Maatwerkregister DEMO CA", now).map_err(issue_error)?;
    write_secret(&pki.join("ca.key"), &authority.key_pem())?;
    write(&pki.join("ca.pem"), &authority.certificate_pem)?;
    Ok((authority, true))
}

/// Returns whether the certificate `name` and its key exist, and the certificate does not expire soon.
fn is_current(pki: &Path, name: &str, now: Timestamp) -> bool {
    let certificate = std::fs::read(pki.join(format!("{name}.pem"))).unwrap_or_default();
    let facts = CertificateDer::from_pem_slice(&certificate)
        .ok()
        .and_then(|der| CertificateFacts::read(&der));
    let has_key = pki.join(format!("{name}.key")).is_file();
    has_key && facts.is_some_and(|facts| now + RENEW_BEFORE < facts.not_after)
}

fn write(path: &Path, text: &str) -> Result<(), DataError> {
    std::fs::write(path, text).map_err(|source| file_error(path, source))
}

/// Writes a file that only the owner may read. The mode is set before the first byte is written.
fn write_secret(path: &Path, text: &str) -> Result<(), DataError> {
    let write = || {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())
    };
    write().map_err(|source| file_error(path, source))
}

#[allow(clippy::needless_pass_by_value, reason = "`map_err` passes the error by value")]
fn issue_error(error: pki::Error) -> DataError {
    DataError::Storage(format!("failed to issue a certificate of the demo: {error}"), None)
}
