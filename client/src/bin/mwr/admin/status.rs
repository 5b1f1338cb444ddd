//! `mwr admin status`: shows the status of the node.

use client::Client;
use proto::convert::to_timestamp;
use proto::v1;
use serde_json::json;

use crate::json;
use crate::output::Output;
use crate::render;

pub(super) async fn run(client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let status = client.get_node_status().await?;
    if output.is_json() {
        return output.json(&json!({
            "register": status.register,
            "version": status.version,
            "position": json::position_message(status.position.as_ref()),
            "view_position": json::position_message(status.view_position.as_ref()),
            "compacted_revision": status.compacted_revision,
            "epoch_since": json::moment(status.epoch_since.as_ref()),
            "started_at": json::moment(status.started_at.as_ref()),
            "organisations": status.organisations,
            "organisations_connected": status.organisations_connected,
            "officers": status.officers,
            "officers_stale": status.officers_stale,
            "vocabulary_version": status.vocabulary_version,
            "analyser_version": status.analyser_version,
            "certificate_until": json::moment(status.certificate_until.as_ref()),
        }));
    }
    let revision = |position: &Option<v1::Position>| position.as_ref().map(|p| p.revision.to_string()).unwrap_or_default();
    let moment = |moment: &Option<prost_types::Timestamp>| {
        let known = moment.as_ref().and_then(|moment| to_timestamp("", moment).ok());
        known.map(render::moment).unwrap_or_default()
    };
    output.line(format!("Register {}, version {}", status.register, status.version))?;
    output.table(&render::block(&[
        ("revision", revision(&status.position)),
        ("search and routing at", revision(&status.view_position)),
        ("compacted up to", status.compacted_revision.to_string()),
        ("epoch since", moment(&status.epoch_since)),
        ("started", moment(&status.started_at)),
        (
            "organisations",
            format!("{}, {} connected", status.organisations, status.organisations_connected),
        ),
        (
            "officers",
            format!("{}, {} no longer verified", status.officers, status.officers_stale),
        ),
        ("vocabulary", status.vocabulary_version.clone()),
        ("analyser", status.analyser_version.clone()),
        ("certificate until", moment(&status.certificate_until)),
    ]))
}
