//! `GET /eigen`: the organisation's own officers, and those that need attention.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use register::entry::Entry;
use server_core::views::Consistency;

use super::own_entries;
use super::reports::{ReportLine, own_reports};
use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::pages::dutch::first_few;
use crate::pages::facts::{Freshness, OfficerFacts};
use crate::pages::labels::Labels;
use crate::pages::reachability::Reachability;
use crate::session::Visitor;
use crate::state::Web;

/// Maximum number of competences on a line.
const MAX_COMPETENCES: usize = 2;

#[derive(Template)]
#[template(path = "own/list.html")]
struct ListPage {
    frame: Frame,
    organisation: String,
    stale: usize,
    lines: Vec<OwnOfficerLine>,
    reports: Vec<ReportLine>,
}

/// An officer in the list.
struct OwnOfficerLine {
    href: String,
    own_href: String,
    title: String,
    about: String,
    reach: Reachability,
    freshness: Freshness,
}

/// `GET /eigen`
pub(crate) async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let organisation = web
        .directory()
        .get_organisation(visitor.caller(), visitor.organisation(), &Consistency::any())
        .await?
        .value;
    let labels = Labels::new(web.directory());
    let entries = own_entries(&web, &visitor).await?;
    let title = |id: &str| {
        let found = entries.iter().find(|entry| entry.officer.id.as_str() == id);
        found.map_or_else(|| id.to_owned(), |entry| entry.officer.function_title.clone())
    };
    let reports = own_reports(&web, &visitor, title).await?;
    let lines: Vec<OwnOfficerLine> = entries.iter().map(|entry| line(entry, &labels)).collect();
    frame::show(&ListPage {
        frame: web.frame(&visitor, "Uw medewerkers", "/eigen"),
        organisation: organisation.short_name.clone(),
        stale: lines.iter().filter(|line| line.freshness.is_stale).count(),
        lines,
        reports,
    })
}

fn line(entry: &Entry, labels: &Labels<'_>) -> OwnOfficerLine {
    let officer = &entry.officer;
    let about: Vec<String> = officer.competences.iter().map(|code| labels.competence(code)).collect();
    OwnOfficerLine {
        href: format!("/medewerker/{}/{}", officer.organisation, officer.id),
        own_href: format!("/eigen/{}", officer.id),
        title: officer.function_title.clone(),
        about: first_few(&about, MAX_COMPETENCES, "regelingen"),
        reach: Reachability::of_entry(entry, labels.now),
        freshness: OfficerFacts::of(entry, labels).freshness,
    }
}
