//! `mwr admin grant`, `put-grants`, `revoke` and `grants`: the organisations that an OIN acts for, and its roles.

use std::path::PathBuf;

use clap::Args;
use client::Client;
use client::files;
use jiff::civil::Date;
use proto::v1;
use register::draft::GrantDraft;
use register::grant::{Grant, GrantBasis, Role};
use register::identifier::OrganisationId;
use register::oin::Oin;
use serde_json::json;

use crate::arguments;
use crate::json;
use crate::output::{self, Output};
use crate::sync;

/// The maximum number of grants in one request, by the contract.
const BATCH: usize = 1_000;

/// The grant.
#[derive(Debug, Args)]
pub(crate) struct GrantArguments {
    /// The OIN in the serialNumber of the certificate's subject.
    oin: Oin,

    /// The organisation that it acts for, by id.
    #[arg(value_parser = arguments::organisation_id)]
    organisation: OrganisationId,

    /// The role: lookup, publish, resolve, peer or operate; may be repeated.
    #[arg(long = "role", required = true, value_name = "ROLE", value_delimiter = ',', value_parser = role)]
    roles: Vec<Role>,

    /// First day of the grant.
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,

    /// Last day of the grant.
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,

    /// The OIN belongs to a supplier or joint body that acts by mandate, not to the organisation itself.
    #[arg(long)]
    mandate: bool,
}

/// The file of grants.
#[derive(Debug, Args)]
pub(crate) struct PutGrantsArguments {
    /// JSON Lines with oin, organisation, roles, basis (own or mandate), from, until; `-` for standard input.
    #[arg(value_name = "FILE.jsonl")]
    file: PathBuf,
}

/// The grant to revoke.
#[derive(Debug, Args)]
pub(crate) struct RevokeGrantArguments {
    /// The OIN of the grant.
    oin: Oin,

    /// The organisation that it acts for, by id.
    #[arg(value_parser = arguments::organisation_id)]
    organisation: OrganisationId,
}

/// The grants to list.
#[derive(Debug, Args)]
pub(crate) struct ListGrantsArguments {
    /// Only grants for this organisation, by id.
    #[arg(long, value_name = "ORGANISATION", value_parser = arguments::organisation_id)]
    organisation: Option<OrganisationId>,
}

fn role(word: &str) -> Result<Role, String> {
    let known = || Role::ALL.map(Role::as_str).join(", ");
    Role::parse(&word.to_lowercase()).ok_or_else(|| format!("the roles are {}", known()))
}

pub(super) async fn grant(arguments: &GrantArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let grant = Grant {
        oin: arguments.oin.clone(),
        organisation: arguments.organisation.clone(),
        roles: arguments.roles.clone(),
        from: arguments.from,
        until: arguments.until,
        basis: if arguments.mandate {
            GrantBasis::Mandate
        } else {
            GrantBasis::Own
        },
    };
    let request = v1::PutGrantsRequest {
        grants: vec![v1::Grant::from(&grant)],
        request_id: String::new(),
    };
    let answer = client.put_grants(request).await?;
    if output.is_json() {
        let position = json::position_message(answer.position.as_ref());
        return output.json(&json!({ "changed": answer.changed, "position": position }));
    }
    output.line(if answer.changed == 0 {
        "the grant existed already"
    } else {
        "granted"
    })
}

pub(super) async fn put<F>(arguments: &PutGrantsArguments, connect: impl FnOnce() -> F, output: &mut Output) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<Client>>,
{
    let rows = files::parse_json_lines::<GrantDraft>(&sync::read(&arguments.file)?);
    let grants: Vec<v1::Grant> = rows
        .messages(|grant| &grant.oin)
        .map_err(|problems| sync::refusal(&problems, output))?;
    let client = connect().await?;
    let (mut changed, mut position) = (0, None);
    for batch in grants.chunks(BATCH) {
        let request = v1::PutGrantsRequest {
            grants: batch.to_vec(),
            request_id: String::new(),
        };
        let answer = client.put_grants(request).await?;
        changed += answer.changed;
        position = answer.position.or(position);
    }
    if output.is_json() {
        let position = json::position_message(position.as_ref());
        return output.json(&json!({ "changed": changed, "position": position }));
    }
    let is = if changed == 1 { "is" } else { "are" };
    let grants = output::counted(grants.len(), "grant", "grants");
    output.line(format!("{changed} of {grants} {is} new or changed"))
}

pub(super) async fn revoke(arguments: &RevokeGrantArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let answer = client.revoke_grant(&arguments.oin, &arguments.organisation).await?;
    if output.is_json() {
        return output.json(&json!({ "position": json::position_message(answer.position.as_ref()) }));
    }
    output.line("revoked; open streams of its holder end within 30 seconds")
}

pub(super) async fn list(arguments: &ListGrantsArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let grants = client.list_grants(arguments.organisation.as_ref()).await?;
    let mut table = output::table(&["OIN", "organisation", "roles", "from", "until", "basis"]);
    for grant in &grants {
        if output.is_json() {
            output.json(grant)?;
            continue;
        }
        let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let roles: Vec<_> = grant.roles.iter().map(|role| role.as_str()).collect();
        table.add_row([
            grant.oin.as_str(),
            grant.organisation.as_str(),
            &roles.join(", "),
            &date(grant.from),
            &date(grant.until),
            grant.basis.as_str(),
        ]);
    }
    output.table(&table)
}
