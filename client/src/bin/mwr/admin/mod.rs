//! `mwr admin`: operating a register. Needs the role operate.

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

/// What to do.
#[derive(Debug, Args)]
pub(crate) struct AdminArguments {
    #[command(subcommand)]
    command: AdminCommand,
}

#[derive(Debug, Subcommand)]
enum AdminCommand {
    /// Create organisations or replace what is known of them.
    Organisations(organisations::OrganisationsArguments),
    /// Take over names from the XML export of the Register van Overheidsorganisaties.
    ImportRoo(import_roo::ImportRooArguments),
    /// Connect an organisation: it publishes from now on.
    Connect(SetStatusArguments),
    /// Suspend an organisation: it may do nothing, and its officers are not shown.
    Suspend(SetStatusArguments),
    /// Connect a suspended organisation again.
    Resume(SetStatusArguments),
    /// Give a grant, or replace the one of the same OIN and organisation.
    Grant(grants::GrantArguments),
    /// Give the grants of a file, all or nothing for each thousand.
    PutGrants(grants::PutGrantsArguments),
    /// End a grant.
    Revoke(grants::RevokeGrantArguments),
    /// List grants.
    Grants(grants::ListGrantsArguments),
    /// How the node is.
    Status,
}

/// Whose status.
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
        // The file first: a broken one needs no register to be refused.
        AdminCommand::Organisations(arguments) => organisations::run(&arguments, connect, output).await,
        AdminCommand::ImportRoo(arguments) => import_roo::run(&arguments, connect, output).await,
        AdminCommand::Connect(arguments) | AdminCommand::Resume(arguments) => {
            set_status(&arguments, v1::OrganisationStatus::Connected, &connect().await?, output).await
        }
        AdminCommand::Suspend(arguments) => {
            set_status(&arguments, v1::OrganisationStatus::Suspended, &connect().await?, output).await
        }
        AdminCommand::Grant(arguments) => grants::give(&arguments, &connect().await?, output).await,
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
