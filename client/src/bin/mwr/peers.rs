//! `mwr peers`: operates the exchange with other registers. Requires the role operate.

use clap::{Args, Subcommand};
use client::Client;
use jiff::Timestamp;
use proto::convert::{WireEnum as _, to_timestamp};
use proto::v1;
use register::identifier::{OrganisationId, RegisterId};
use register::peer::{PeerMode, SharingLevel};
use serde_json::{Value, json};

use crate::arguments;
use crate::exit::Failure;
use crate::json;
use crate::output::{self, Output, table};
use crate::render;

/// The subcommand.
#[derive(Debug, Args)]
pub(crate) struct PeersArguments {
    #[command(subcommand)]
    command: PeersCommand,
}

#[derive(Debug, Subcommand)]
enum PeersCommand {
    /// List peers with their mode, circuit state and position.
    List,
    /// Add or replace a peer.
    Put(PutPeerArguments),
    /// Remove a peer and the data copied from it.
    Remove(RemovePeerArguments),
    /// Check peers now: reachability, certificate, version, capabilities, position, round trip. Exit code 7 if one fails.
    Check(CheckPeersArguments),
    /// Set what other registers may do with an organisation's officers. Its publisher may do this too.
    Share(ShareArguments),
}

/// The peer to add or replace.
#[derive(Debug, Args)]
struct PutPeerArguments {
    /// Its register id.
    #[arg(value_parser = RegisterId::parse)]
    register: RegisterId,

    /// The OIN in its certificate.
    #[arg(long, value_name = "OIN")]
    oin: String,

    /// Its endpoint, `https://host:port`; may be repeated, tried in order.
    #[arg(long, value_name = "URL", required = true)]
    address: Vec<String>,

    /// `replicate`: keep a copy and follow its changes; `query`: ask it on each search.
    #[arg(long, value_parser = ["replicate", "query"])]
    mode: String,

    /// An organisation that it is the authority for, by id; may be repeated. Without it: the organisations connected there that
    /// no other peer names.
    #[arg(long, value_name = "ORGANISATION", value_parser = arguments::organisation_id)]
    organisation: Vec<OrganisationId>,

    /// The time limit of a question to it, as in `2s` or `500ms`.
    #[arg(long, value_name = "DURATION")]
    budget: Option<String>,

    /// The name that its certificate must have, if it is not the host of the endpoint.
    #[arg(long, value_name = "NAME", default_value = "")]
    certificate_name: String,
}

/// The peer to remove.
#[derive(Debug, Args)]
struct RemovePeerArguments {
    /// Its register id.
    #[arg(value_parser = RegisterId::parse)]
    register: RegisterId,
}

/// The peers to check.
#[derive(Debug, Args)]
struct CheckPeersArguments {
    /// Register ids; all peers if there are none.
    #[arg(value_parser = RegisterId::parse)]
    registers: Vec<RegisterId>,
}

/// The sharing settings of an organisation.
#[derive(Debug, Args)]
struct ShareArguments {
    /// The organisation, by id.
    #[arg(value_parser = arguments::organisation_id)]
    organisation: OrganisationId,

    /// What registers without their own --with may do.
    #[arg(long, value_parser = ["none", "ask", "copy"], default_value = "copy")]
    others: String,

    /// What one register may do: its OIN and `none`, `ask` or `copy`; may be repeated.
    #[arg(long, value_name = "OIN=LEVEL")]
    with: Vec<String>,
}

pub(crate) async fn run(arguments: &PeersArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    match &arguments.command {
        PeersCommand::List => list(client, output).await,
        PeersCommand::Put(arguments) => put(arguments, client, output).await,
        PeersCommand::Remove(arguments) => {
            client.remove_peer(&arguments.register).await?;
            if output.is_json() {
                return output.json(&json!({ "removed": arguments.register }));
            }
            output.line(format!("{} is no longer a peer", arguments.register))
        }
        PeersCommand::Check(arguments) => check(arguments, client, output).await,
        PeersCommand::Share(arguments) => share(arguments, client, output).await,
    }
}

async fn list(client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let peers = client.list_peers().await?;
    if output.is_json() {
        return output.json(&peers.iter().map(peer_json).collect::<Vec<_>>());
    }
    let mut rows = table(&[
        "register", "mode", "state", "revision", "officers", "as of", "from", "problem",
    ]);
    for peer in &peers {
        rows.add_row([
            peer.register.clone(),
            mode_word(peer.mode).to_owned(),
            circuit_word(peer.circuit()).to_owned(),
            peer.position
                .as_ref()
                .map(|position| position.revision.to_string())
                .unwrap_or_default(),
            if peer.mode() == v1::PeerMode::Replicate {
                peer.entries.to_string()
            } else {
                String::new()
            },
            moment(peer.fetched_at.as_ref().or(peer.last_contact.as_ref())),
            source_word(peer.source()).to_owned(),
            peer.problem.clone(),
        ]);
    }
    output.table(&rows)?;
    for peer in &peers {
        for refused in &peer.refused {
            let authority = if refused.authority.is_empty() {
                "this register"
            } else {
                refused.authority.as_str()
            };
            output.line(format!(
                "not taken from {}: {} of {}, whose authority is {authority}",
                peer.register,
                output::counted(refused.officers, "officer", "officers"),
                refused.organisation
            ))?;
        }
    }
    Ok(())
}

async fn put(arguments: &PutPeerArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let budget = match &arguments.budget {
        None => None,
        Some(text) => {
            let parsed = text
                .parse::<jiff::SignedDuration>()
                .ok()
                .and_then(|span| std::time::Duration::try_from(span).ok());
            let duration =
                parsed.ok_or_else(|| Failure::Usage("--budget: write a time with its unit, as in `2s` or `500ms`".to_owned()))?;
            Some(duration.try_into()?)
        }
    };
    let peer = v1::Peer {
        register: arguments.register.to_string(),
        oin: arguments.oin.clone(),
        endpoints: arguments.address.clone(),
        mode: PeerMode::parse(&arguments.mode)
            .map(|mode| mode.to_number())
            .unwrap_or_default(),
        organisations: arguments.organisation.iter().map(OrganisationId::resource_name).collect(),
        budget,
        server_name: arguments.certificate_name.clone(),
        ..v1::Peer::default()
    };
    let peer = client.put_peer(peer).await?;
    if output.is_json() {
        return output.json(&peer_json(&peer));
    }
    output.line(format!("{} is a peer now, mode {}", peer.register, mode_word(peer.mode)))?;
    output.line(format!("next: mwr peers check {}", peer.register))
}

async fn check(arguments: &CheckPeersArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let checks = client.check_peers(&arguments.registers).await?;
    if output.is_json() {
        output.json(&checks.iter().map(check_json).collect::<Vec<_>>())?;
    } else {
        for check in &checks {
            print_check(check, output)?;
        }
    }
    output.flush()?;
    let failed: Vec<&str> = checks
        .iter()
        .filter(|check| !check.ok)
        .map(|check| check.register.as_str())
        .collect();
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Failure::CheckFailed(format!(
            "{} of {} failed the check: {}",
            failed.len(),
            output::counted(checks.len(), "peer", "peers"),
            failed.join(", ")
        ))
        .into())
    }
}

fn print_check(check: &v1::PeerCheck, output: &mut Output) -> anyhow::Result<()> {
    let verdict = if check.ok {
        "ok".to_owned()
    } else {
        format!("NOT WELL ({})", check.problem)
    };
    output.line(format!("{}: {verdict}", check.register))?;
    let round_trip = check.round_trip.as_ref().map(|time| {
        let milliseconds = f64::from(time.nanos) / 1e6;
        format!("{:.1} ms", milliseconds + 1_000.0 * seconds(time))
    });
    output.table(&render::block(&[
        ("reachable", if check.reachable { "yes" } else { "no" }.to_owned()),
        ("certificate", certificate(check)),
        ("version", check.version.clone()),
        ("contracts", check.contracts.join(", ")),
        ("can", check.capabilities.join(", ")),
        (
            "revision",
            check
                .position
                .as_ref()
                .map(|position| position.revision.to_string())
                .unwrap_or_default(),
        ),
        ("round trip", round_trip.unwrap_or_default()),
        (if check.ok { "remark" } else { "problem" }, check.message.clone()),
    ]))
}

// A round trip takes few enough seconds to be exact.
#[allow(clippy::cast_precision_loss)]
fn seconds(time: &prost_types::Duration) -> f64 {
    time.seconds as f64
}

fn certificate(check: &v1::PeerCheck) -> String {
    match (check.oin.as_str(), moment(check.certificate_until.as_ref()).as_str()) {
        ("", "") => String::new(),
        (oin, until) => format!("OIN {oin}, until {until}"),
    }
}

async fn share(arguments: &ShareArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let level = |word: &str| SharingLevel::parse(word).map(|level| level.to_number());
    let mut peers = Vec::new();
    for text in &arguments.with {
        let parsed = text.split_once('=').and_then(|(oin, word)| Some((oin, level(word)?)));
        let (oin, level) =
            parsed.ok_or_else(|| Failure::Usage(format!("--with {text}: write OIN=LEVEL with the level none, ask or copy")))?;
        peers.push(v1::PeerSharing {
            oin: oin.to_owned(),
            level,
        });
    }
    let sharing = v1::Sharing {
        others: level(&arguments.others).unwrap_or_default(),
        peers,
    };
    let answer = client.set_sharing(&arguments.organisation, sharing).await?;
    let organisation = answer.organisation.unwrap_or_default();
    let organisation = register::organisation::Organisation::try_from(organisation).map_err(client::Error::from)?;
    if output.is_json() {
        return output.json(&organisation);
    }
    output.line(format!(
        "{}: registers may {} its officers",
        organisation.id,
        match organisation.sharing.others {
            SharingLevel::Copy => "copy",
            SharingLevel::Ask => "ask for",
            SharingLevel::None => "not see",
        }
    ))?;
    for peer in &organisation.sharing.peers {
        output.line(format!("  but {}: {}", peer.oin, peer.level.as_str()))?;
    }
    Ok(())
}

fn peer_json(peer: &v1::Peer) -> Value {
    let refused = peer.refused.iter().map(
        |refused| json!({ "organisation": refused.organisation, "authority": refused.authority, "officers": refused.officers }),
    );
    json!({
        "register": peer.register,
        "oin": peer.oin,
        "endpoints": peer.endpoints,
        "mode": mode_word(peer.mode),
        "organisations": peer.organisations,
        "source": source_word(peer.source()),
        "circuit": circuit_word(peer.circuit()),
        "problem": peer.problem,
        "last_contact": json::moment(peer.last_contact.as_ref()),
        "position": json::position_message(peer.position.as_ref()),
        "fetched_at": json::moment(peer.fetched_at.as_ref()),
        "entries": peer.entries,
        "refused": refused.collect::<Vec<_>>(),
    })
}

fn check_json(check: &v1::PeerCheck) -> Value {
    let round_trip = check
        .round_trip
        .as_ref()
        .map(|time| seconds(time) + f64::from(time.nanos) / 1e9);
    json!({
        "register": check.register,
        "ok": check.ok,
        "reachable": check.reachable,
        "problem": check.problem,
        "message": check.message,
        "oin": check.oin,
        "certificate_until": json::moment(check.certificate_until.as_ref()),
        "version": check.version,
        "contracts": check.contracts,
        "capabilities": check.capabilities,
        "position": json::position_message(check.position.as_ref()),
        "round_trip_seconds": round_trip,
    })
}

fn moment(moment: Option<&prost_types::Timestamp>) -> String {
    let known: Option<Timestamp> = moment.and_then(|moment| to_timestamp("", moment).ok());
    known.map(render::moment).unwrap_or_default()
}

fn mode_word(mode: i32) -> &'static str {
    PeerMode::from_number(mode).map_or("", PeerMode::as_str)
}

fn source_word(source: v1::PeerSource) -> &'static str {
    match source {
        v1::PeerSource::Unspecified => "",
        v1::PeerSource::Configuration => "configuration",
        v1::PeerSource::Admin => "admin",
    }
}

fn circuit_word(state: v1::CircuitState) -> &'static str {
    match state {
        v1::CircuitState::Unspecified => "",
        v1::CircuitState::Closed => "answers",
        v1::CircuitState::Open => "away",
        v1::CircuitState::HalfOpen => "being tried",
    }
}
