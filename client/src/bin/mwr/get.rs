//! `mwr get`: shows one officer or organisation.

use clap::Args;
use client::Client;
use register::organisation::Organisation;

use crate::arguments;
use crate::output::Output;
use crate::render::{self, CompetenceLabels};

/// The officer or organisation.
#[derive(Debug, Args)]
pub(crate) struct GetArguments {
    /// `organisations/{organisation}/officers/{id}` or `{organisation}/{id}`; `organisations/{organisation}`, its id or name.
    name: String,
}

pub(crate) async fn run(arguments: &GetArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    if let Ok(name) = arguments::officer_name(&arguments.name) {
        let entry = client.get_officer(&name, None).await?;
        if output.is_json() {
            return output.json(&entry);
        }
        let labels = CompetenceLabels::fetch(client).await?;
        output.line(&entry.officer.function_title)?;
        return output.table(&render::block(&render::entry_lines(&entry, &labels)));
    }
    let id = arguments::find_organisation(client, &arguments.name).await?;
    let organisation = client.get_organisation(&id, None).await?;
    if output.is_json() {
        return output.json(&organisation);
    }
    output.line(&organisation.name)?;
    output.table(&render::block(&lines(&organisation)))
}

fn lines(organisation: &Organisation) -> Vec<(&'static str, String)> {
    let date = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let serves = organisation.serves.iter().map(|service| {
        let competences = service.competences.iter().map(|code| code.as_str());
        let about: Vec<_> = competences.chain(service.domains.iter().map(|code| code.as_str())).collect();
        let about = if about.is_empty() {
            "everything".to_owned()
        } else {
            about.join(", ")
        };
        format!("{} in {about} ({})", service.municipality, service.basis.as_str())
    });
    let successors = organisation.successors.iter().map(ToString::to_string);
    vec![
        ("name", organisation.id.resource_name()),
        ("called", organisation.short_name.clone()),
        ("also", organisation.aliases.join("; ")),
        ("kind", organisation.kind.as_str().to_owned()),
        ("status", organisation.status.as_str().to_owned()),
        (
            "agreement",
            if organisation.agreement {
                "signed up at board level"
            } else {
                ""
            }
            .to_owned(),
        ),
        (
            "municipality",
            organisation
                .municipality_code
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
        ),
        ("places", organisation.places.join(", ")),
        ("acts for", serves.collect::<Vec<_>>().join("\n")),
        ("desk", render::desk(&organisation.desk)),
        ("TOOI", organisation.tooi_uri.clone().unwrap_or_default()),
        ("from", date(organisation.valid_from)),
        ("until", date(organisation.valid_until)),
        ("successors", successors.collect::<Vec<_>>().join(", ")),
    ]
}
