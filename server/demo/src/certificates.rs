//! The files of a demo's callers: certificates that are renewed before they end, settings for `mwr`, a list to publish.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::SocketAddr;
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

use super::file_error;
use super::fill::Drafts;
use super::people::{People, Person};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// How long a certificate holds, and how long before its end it is renewed.
const HOLDS: Duration = Duration::from_secs(397 * DAY.as_secs());
const RENEWED: Duration = Duration::from_secs(30 * DAY.as_secs());

/// Makes the certificates that are missing or about to end.
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
        if !is_new && holds(&pki, name, now) {
            return Ok(());
        }
        let issued = authority.issue(subject, now, now + HOLDS).map_err(made)?;
        write_secret(&pki.join(format!("{name}.key")), &issued.key_pem)?;
        write(&pki.join(format!("{name}.pem")), &issued.certificate_pem)
    };
    renew("node", &Subject::local_node(node_oin))?;
    for person in people.all() {
        renew(&person.name, &Subject::client(&person.name, person.oin.as_str()))?;
    }
    Ok(())
}

/// The demo's authority, and whether it was made just now.
fn authority(pki: &Path, now: Timestamp) -> Result<(Authority, bool), DataError> {
    if holds(pki, "ca", now) {
        let read = |name: &str| std::fs::read_to_string(pki.join(name)).unwrap_or_default();
        // A key that does not fit, or no key: begin anew.
        if let Ok(authority) = Authority::from_pem(&read("ca.pem"), &read("ca.key")) {
            return Ok((authority, false));
        }
    }
    let authority = Authority::new("Maatwerkregister DEMO CA", now).map_err(made)?;
    write_secret(&pki.join("ca.key"), &authority.key_pem())?;
    write(&pki.join("ca.pem"), &authority.certificate_pem)?;
    Ok((authority, true))
}

/// Whether there is a certificate of this name, with its key, that does not end soon.
fn holds(pki: &Path, name: &str, now: Timestamp) -> bool {
    let certificate = std::fs::read(pki.join(format!("{name}.pem"))).unwrap_or_default();
    let facts = CertificateDer::from_pem_slice(&certificate)
        .ok()
        .and_then(|der| CertificateFacts::read(&der));
    let has_key = pki.join(format!("{name}.key")).is_file();
    has_key && facts.is_some_and(|facts| now + RENEWED < facts.not_after)
}

/// Settings for `mwr`: the professional's are `mwr.toml`, the others' bear their names.
pub(super) fn write_settings(folder: &Path, people: &People, grpc: SocketAddr) -> Result<(), DataError> {
    for person in people.all() {
        let Person {
            name, oin, organisation, ..
        } = person;
        let text = format!(
            "# DEMO: {name} ({oin}), for organisations/{organisation}. Written at each start.\n\
             endpoint = \"https://{grpc}\"\ncertificate = \"pki/{name}.pem\"\nkey = \"pki/{name}.key\"\nca = \"pki/ca.pem\"\n"
        );
        write(&folder.join(settings_name(name)), &text)?;
    }
    Ok(())
}

/// The file of somebody's settings.
pub(super) fn settings_name(name: &str) -> String {
    match name {
        "professional" => "mwr.toml".to_owned(),
        other => format!("mwr-{other}.toml"),
    }
}

/// The list of the first publisher with one officer more than the register has, to try publishing with.
pub(super) fn write_list(folder: &Path, people: &People, drafts: &Drafts) -> Result<(), DataError> {
    let Some(publisher) = people.publishers.first() else {
        return Ok(());
    };
    let Some(officers) = drafts.officers.get(&publisher.organisation) else {
        return Ok(());
    };
    let mut text = String::new();
    for entry in officers {
        text.push_str(&serde_json::to_string(&entry.officer).expect("an officer is plain data"));
        text.push('\n');
    }
    let competences: Vec<_> = officers
        .first()
        .iter()
        .flat_map(|entry| &entry.officer.competences)
        .take(1)
        .collect();
    let domains: Vec<_> = officers
        .first()
        .iter()
        .flat_map(|entry| &entry.officer.domains)
        .take(1)
        .collect();
    let new = serde_json::json!({
        "organisation": publisher.organisation,
        "id": "demo-nieuw",
        "function_title": "Maatwerkadviseur, zojuist gepubliceerd",
        "description": "Verzonnen functionaris van de demo: kijkt mee als een huishouden tussen regelingen klem zit.",
        "kind": "maatwerkfunctionaris",
        "domains": domains,
        "competences": competences,
        "mandates": [{"level": "advise"}],
        "contact": {"email": "nieuw@demo.example"},
    });
    text.push_str(&new.to_string());
    text.push('\n');
    write(&folder.join(list_name(publisher)), &text)
}

/// The file of a publisher's list.
pub(super) fn list_name(publisher: &Person) -> String {
    format!("{}.jsonl", publisher.name)
}

fn write(path: &Path, text: &str) -> Result<(), DataError> {
    std::fs::write(path, text).map_err(|source| file_error(path, source))
}

/// Writes what only the owner may read, from its first byte on.
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

#[allow(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn made(error: pki::Error) -> DataError {
    DataError::Storage(format!("a certificate of the demo could not be made: {error}"), None)
}
