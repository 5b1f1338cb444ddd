//! `mwr verify`: records that entries were verified today.

use clap::Args;
use client::Client;
use jiff::civil::Date;
use proto::v1;
use register::identifier::{OfficerName, OrganisationId};
use serde_json::json;

use crate::arguments;
use crate::exit::Failure;
use crate::json;
use crate::output::{self, Output};

/// The entries to verify.
#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// One or more officers of one organisation, `{organisation}/{id}`.
    #[arg(value_parser = arguments::officer_name, required_unless_present = "all")]
    officers: Vec<OfficerName>,

    /// All entries of this organisation, by id.
    #[arg(long, value_name = "ORGANISATION", value_parser = arguments::organisation_id, conflicts_with = "officers")]
    all: Option<OrganisationId>,

    /// Last day of the verification; half a year from today by default.
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,

    /// Your id for this write. A repeated write with the same id is applied once.
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
}

pub(crate) async fn run(arguments: &VerifyArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let request = v1::VerifyOfficersRequest {
        organisation: organisation(arguments)?.resource_name(),
        officers: arguments.officers.iter().map(ToString::to_string).collect(),
        verify_by: arguments.until.map(|until| until.to_string()).unwrap_or_default(),
        request_id: arguments.request_id.clone().unwrap_or_default(),
    };
    let answer = client.verify_officers(request).await?;
    if output.is_json() {
        let position = json::position_message(answer.position.as_ref());
        return output.json(&json!({ "verified": answer.verified, "position": position }));
    }
    output.line(format!("{} verified", output::counted(answer.verified, "entry", "entries")))
}

fn organisation(arguments: &VerifyArguments) -> Result<&OrganisationId, Failure> {
    let mut named = arguments.officers.iter().map(|name| &name.organisation).chain(&arguments.all);
    let first = named
        .next()
        .ok_or_else(|| Failure::Usage("name officers, or an organisation with --all".to_owned()))?;
    if named.all(|other| other == first) {
        Ok(first)
    } else {
        Err(Failure::Usage(
            "the officers belong to several organisations; verify each organisation separately".to_owned(),
        ))
    }
}
