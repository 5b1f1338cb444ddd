//! Files for trying `mwr` with a demo: settings for each person, and a list to publish.

use std::net::SocketAddr;
use std::path::Path;

use server_core::data::DataError;

use super::contents::RegisterContents;
use super::error::file_error;
use super::people::{People, Person};

/// Writes the settings of `mwr` for each person: `mwr.toml` for the professional, `mwr-NAME.toml` for the others.
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

/// Returns the name of a person's settings file.
pub(super) fn settings_name(name: &str) -> String {
    match name {
        "professional" => "mwr.toml".to_owned(),
        other => format!("mwr-{other}.toml"),
    }
}

/// Writes the list of the first publisher with one officer more than the register has, to try publishing with.
pub(super) fn write_list(folder: &Path, people: &People, contents: &RegisterContents) -> Result<(), DataError> {
    let Some(publisher) = people.publishers.first() else {
        return Ok(());
    };
    let Some(officers) = contents.officers.get(&publisher.organisation) else {
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

/// Returns the name of a publisher's list.
pub(super) fn list_name(publisher: &Person) -> String {
    format!("{}.jsonl", publisher.name)
}

fn write(path: &Path, text: &str) -> Result<(), DataError> {
    std::fs::write(path, text).map_err(|source| file_error(path, source))
}
