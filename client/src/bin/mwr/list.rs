//! `mwr list`: lists officers, organisations or the vocabulary.

use clap::{Args, Subcommand};
use client::Client;
use futures::TryStreamExt as _;
use proto::v1;
use register::organisation::{OrganisationKind, OrganisationStatus};

use crate::exit::Failure;
use crate::json;
use crate::output::{self, Output};
use crate::{arguments, render};

/// The kind of list.
#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    #[command(subcommand)]
    what: ListCommand,
}

#[derive(Debug, Subcommand)]
enum ListCommand {
    /// Entries by name, of one organisation or of all.
    Officers {
        /// Only officers of this organisation, by id or name.
        #[arg(long, value_name = "ORGANISATION")]
        organisation: Option<String>,
    },
    /// Organisations by name.
    Organisations {
        /// Only organisations of this kind; may be repeated.
        #[arg(long, value_name = "KIND")]
        kind: Vec<String>,
        /// Only organisations with this status: known, connecting, connected or suspended; may be repeated.
        #[arg(long, value_name = "STATUS")]
        status: Vec<String>,
    },
    /// The complete vocabulary: version, domains and competences.
    Vocabulary,
    /// Competences: laws and schemes, with their codes.
    Competences {
        /// Only competences in this life domain.
        #[arg(long, value_name = "CODE")]
        domain: Option<String>,
    },
}

pub(crate) async fn run(arguments: &ListArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    match &arguments.what {
        ListCommand::Officers { organisation } => officers(organisation.as_deref(), client, output).await,
        ListCommand::Organisations { kind, status } => organisations(kind, status, client, output).await,
        ListCommand::Vocabulary => vocabulary(client, output).await,
        ListCommand::Competences { domain } => competences(domain.as_deref(), client, output).await,
    }
}

async fn officers(organisation: Option<&str>, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let organisation = match organisation {
        Some(text) => Some(arguments::find_organisation(client, text).await?),
        None => None,
    };
    let (_, today) = render::now();
    let mut table = output::table(&["name", "function", "competences", "verified"]);
    let mut entries = std::pin::pin!(client.all_officers(organisation.as_ref()));
    while let Some(entry) = entries.try_next().await? {
        if output.is_json() {
            output.json(&json::entry(&entry))?;
            continue;
        }
        let name = format!("{}/{}", entry.officer.organisation, entry.officer.id);
        let competences: Vec<_> = entry.officer.competences.iter().map(|code| code.as_str()).collect();
        let verified = render::verified(&entry, today);
        table.add_row([name, entry.officer.function_title, competences.join(" "), verified]);
    }
    output.table(&table)
}

async fn organisations(kinds: &[String], statuses: &[String], client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let mut filter = v1::ListOrganisationsRequest::default();
    for word in kinds {
        let known = || OrganisationKind::ALL.map(OrganisationKind::as_str).join(", ");
        let kind = OrganisationKind::parse(&word.to_lowercase());
        let kind = kind.ok_or_else(|| Failure::Usage(format!("--kind must be one of {}", known())))?;
        filter.kinds.push(v1::OrganisationKind::from(kind).into());
    }
    for word in statuses {
        let known = || OrganisationStatus::ALL.map(OrganisationStatus::as_str).join(", ");
        let status = OrganisationStatus::parse(&word.to_lowercase());
        let status = status.ok_or_else(|| Failure::Usage(format!("--status must be one of {}", known())))?;
        filter.statuses.push(v1::OrganisationStatus::from(status).into());
    }
    let mut table = output::table(&["id", "name", "kind", "status", "desk"]);
    let mut organisations = std::pin::pin!(client.all_organisations(filter));
    while let Some(organisation) = organisations.try_next().await? {
        if output.is_json() {
            output.json(&organisation)?;
            continue;
        }
        let desk = render::desk(&organisation.desk);
        let (kind, status) = (organisation.kind.as_str(), organisation.status.as_str());
        table.add_row([organisation.id.as_str(), &organisation.name, kind, status, &desk]);
    }
    output.table(&table)
}

async fn vocabulary(client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let vocabulary = client.get_vocabulary().await?;
    if output.is_json() {
        return output.json(&json::vocabulary(&vocabulary));
    }
    output.line(format!("Version {} ({})", vocabulary.version, vocabulary.hash))?;
    let mut table = output::table(&["code", "domain", "definition"]);
    for domain in &vocabulary.domains {
        table.add_row([&domain.code, &domain.label, &domain.definition]);
    }
    output.table(&table)?;
    print_competences(&vocabulary.competences, output)
}

async fn competences(domain: Option<&str>, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let mut competences = client.get_vocabulary().await?.competences;
    if let Some(domain) = domain.map(str::to_uppercase) {
        competences.retain(|competence| competence.domains.contains(&domain));
    }
    if output.is_json() {
        for competence in &competences {
            output.json(&json::competence(competence))?;
        }
        return Ok(());
    }
    print_competences(&competences, output)
}

fn print_competences(competences: &[v1::Competence], output: &mut Output) -> anyhow::Result<()> {
    let mut table = output::table(&["code", "competence", "domains", "carried out by"]);
    for competence in competences {
        let executors: Vec<_> = competence
            .executed_by
            .iter()
            .map(|executor| executor.label.as_str())
            .collect();
        let domains = competence.domains.join(" ");
        table.add_row([&competence.code, &competence.label, &domains, &executors.join("; ")]);
    }
    output.table(&table)
}
