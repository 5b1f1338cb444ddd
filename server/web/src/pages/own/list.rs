//! `GET /eigen`: the organisation's own officers, and what needs its attention.

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
use crate::pages::facts::{Facts, Freshness};
use crate::pages::reach::Reach;
use crate::pages::words::Words;
use crate::session::Visitor;
use crate::state::Web;

/// Competences that a line names.
const COMPETENCES_TOLD: usize = 2;

#[derive(Template)]
#[template(path = "own/list.html")]
struct ListPage {
    frame: Frame,
    organisation: String,
    stale: usize,
    lines: Vec<Line>,
    reports: Vec<ReportLine>,
}

/// One officer.
struct Line {
    href: String,
    own_href: String,
    title: String,
    about: String,
    reach: Reach,
    freshness: Freshness,
}

/// `GET /eigen`
pub(crate) async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let organisation = web
        .directory()
        .get_organisation(visitor.caller(), visitor.organisation(), &Consistency::any())
        .await?
        .value;
    let words = Words::new(web.directory());
    let entries = own_entries(&web, &visitor).await?;
    let title = |id: &str| {
        let found = entries.iter().find(|entry| entry.officer.id.as_str() == id);
        found.map_or_else(|| id.to_owned(), |entry| entry.officer.function_title.clone())
    };
    let reports = own_reports(&web, &visitor, title).await?;
    let lines: Vec<Line> = entries.iter().map(|entry| line(entry, &words)).collect();
    frame::show(&ListPage {
        frame: web.frame(&visitor, "Uw medewerkers", "/eigen"),
        organisation: organisation.short_name.clone(),
        stale: lines.iter().filter(|line| line.freshness.is_stale).count(),
        lines,
        reports,
    })
}

fn line(entry: &Entry, words: &Words<'_>) -> Line {
    let officer = &entry.officer;
    let about: Vec<String> = officer.competences.iter().map(|code| words.competence(code)).collect();
    Line {
        href: format!("/medewerker/{}/{}", officer.organisation, officer.id),
        own_href: format!("/eigen/{}", officer.id),
        title: officer.function_title.clone(),
        about: first_few(&about, COMPETENCES_TOLD, "regelingen"),
        reach: Reach::of_entry(entry, words.now),
        freshness: Facts::of(entry, words).freshness,
    }
}
