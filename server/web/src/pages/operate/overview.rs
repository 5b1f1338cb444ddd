//! `GET /beheer`: the state of the node, the worklist, the peers and the last changes.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use directory::NodeStatus;
use register::identifier::OrganisationId;

use super::history::HistoryLine;
use super::peers::PeerLine;
use super::worklist::{WorkList, lists};
use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::pages::dutch::moment;
use crate::session::Visitor;
use crate::state::Web;

#[derive(Template)]
#[template(path = "operate/overview.html")]
struct OverviewPage {
    frame: Frame,
    numbers: Vec<(&'static str, String)>,
    work: Vec<WorkList>,
    peers: Vec<PeerLine>,
    history: Vec<HistoryLine>,
    position: String,
    version: String,
}

/// `GET /beheer`
pub(crate) async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let (directory, caller) = (web.directory(), visitor.caller());
    let status = directory.get_node_status(caller).await?;
    let peers = directory.list_peers(caller).await?;
    let commits = directory.recent_changes(caller).await?;
    let name = |id: &OrganisationId| directory.short_name(id).unwrap_or_else(|| id.to_string());
    frame::show(&OverviewPage {
        frame: web.frame(&visitor, "Beheer", "/beheer"),
        numbers: numbers(&status),
        work: lists(directory, caller, &status, &peers, &name).await?,
        peers: peers.iter().map(PeerLine::of).collect(),
        history: commits.iter().map(|commit| HistoryLine::of(commit, name)).collect(),
        position: position(&status),
        version: format!("{}, vocabulaire {}", status.version, status.vocabulary_version),
    })
}

fn numbers(status: &NodeStatus) -> Vec<(&'static str, String)> {
    vec![
        ("organisaties", status.organisations.to_string()),
        ("aangesloten", status.organisations_connected.to_string()),
        ("medewerkers", status.officers.to_string()),
        ("lang niet gecontroleerd", status.officers_stale.to_string()),
    ]
}

/// The position of the log, and how far search is behind it.
fn position(status: &NodeStatus) -> String {
    let (log, view) = (status.position.revision.0, status.view_position.revision.0);
    let started = moment(status.started_at);
    match log.saturating_sub(view) {
        0 => format!(
            "Register {}, wijziging {log}; zoeken is bij. Gestart op {started}.",
            status.register
        ),
        behind => format!(
            "Register {}, wijziging {log}; zoeken loopt {behind} achter. Gestart op {started}.",
            status.register
        ),
    }
}
