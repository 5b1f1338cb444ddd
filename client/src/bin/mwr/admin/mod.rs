//! `mwr admin`: operates a register. Requires the role operate.

mod grants;
mod import_roo;
mod organisations;
mod status;

use clap::{Args, Subcommand};
use client::Client;
use proto::v1;
use register::identifier::OrganisationId;

use crate::arguments;
use crate::output::Output;

/// The subcommand.
#[derive(Debug, Args)]
pub(crate) struct AdminArguments {
    #[command(subcommand)]
    command: AdminCommand,
}

#[derive(Debug, Subcommand)]
enum AdminCommand {
    /// Create or replace organisations.
    Organisations(organisations::OrganisationsArguments),
    /// Import names from the XML export of the Register van Overheidsorganisaties.
    ImportRoo(import_roo::ImportRooArguments),
    /// Connect an organisation, so that it can publish.
    Connect(SetStatusArguments),
    /// Suspend an organisation: refuse its calls and hide its officers.
    Suspend(SetStatusArguments),
    /// Connect a suspended organisation again.
    Resume(SetStatusArguments),
    /// Add a grant, or replace the one of the same OIN and organisation.
    Grant(grants::GrantArguments),
    /// Add the grants of a file, each thousand all or nothing.
    PutGrants(grants::PutGrantsArguments),
    /// Revoke a grant.
    Revoke(grants::RevokeGrantArguments),
    /// List grants.
    Grants(grants::ListGrantsArguments),
    /// Show the status of the node.
    Status,
}

/// The organisation whose status is set.
#[derive(Debug, Args)]
struct SetStatusArguments {
    /// The organisation, by id.
    #[arg(value_parser = arguments::organisation_id)]
    organisation: OrganisationId,
}

pub(crate) async fn run<F>(arguments: AdminArguments, connect: impl FnOnce() -> F, output: &mut Output) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<Client>>,
{
    match arguments.command {
        // The file is read first: an invalid one is refused without a register.
        AdminCommand::Organisations(arguments) => organisations::run(&arguments, connect, output).await,
        AdminCommand::ImportRoo(arguments) => import_roo::run(&arguments, connect, output).await,
        AdminCommand::Connect(arguments) | AdminCommand::Resume(arguments) => {
            set_status(&arguments, v1::OrganisationStatus::Connected, &connect().await?, output).await
        }
        AdminCommand::Suspend(arguments) => {
            set_status(&arguments, v1::OrganisationStatus::Suspended, &connect().await?, output).await
        }
        AdminCommand::Grant(arguments) => grants::grant(&arguments, &connect().await?, output).await,
        AdminCommand::PutGrants(arguments) => grants::put(&arguments, connect, output).await,
        AdminCommand::Revoke(arguments) => grants::revoke(&arguments, &connect().await?, output).await,
        AdminCommand::Grants(arguments) => grants::list(&arguments, &connect().await?, output).await,
        AdminCommand::Status => status::run(&connect().await?, output).await,
    }
}

async fn set_status(
    arguments: &SetStatusArguments,
    status: v1::OrganisationStatus,
    client: &Client,
    output: &mut Output,
) -> anyhow::Result<()> {
    let answer = client.set_organisation_status(&arguments.organisation, status).await?;
    let organisation = answer.organisation.unwrap_or_default();
    let organisation = register::organisation::Organisation::try_from(organisation).map_err(client::Error::from)?;
    if output.is_json() {
        return output.json(&organisation);
    }
    output.line(format!(
        "{} ({}) is {} now",
        organisation.id,
        organisation.name,
        organisation.status.as_str()
    ))
}
