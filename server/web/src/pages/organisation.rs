//! `GET /organisatie/{id}`: an organisation, its desk and its officers.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use directory::ListOfficers;
use register::entry::Entry;
use register::identifier::OrganisationId;
use server_core::error::Reason;
use server_core::views::Consistency;

use super::contact::ContactLinks;
use super::dutch::{first_few, hours_lines, kind_of_organisation, status_words};
use super::reach::Reach;
use super::words::Words;
use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::session::Visitor;
use crate::state::Web;

/// Officers that are shown: the most that one call lists.
const MOST: i32 = 500;
/// Competences that a line names.
const COMPETENCES_TOLD: usize = 3;

#[derive(Template)]
#[template(path = "organisation.html")]
struct OrganisationPage {
    frame: Frame,
    name: String,
    kind: &'static str,
    status: &'static str,
    aliases: String,
    serves: String,
    desk: ContactLinks,
    desk_reach: Reach,
    desk_hours: Vec<String>,
    officers: Vec<Line>,
    total: usize,
}

/// One officer.
struct Line {
    href: String,
    title: String,
    about: String,
    reach: Reach,
}

/// `GET /organisatie/{id}`
pub(crate) async fn show(State(web): State<Web>, Path(id): Path<String>, visitor: Visitor) -> Result<Response, PageError> {
    let id = OrganisationId::parse(&id).map_err(|_| PageError::of(Reason::OrganisationNotFound))?;
    let (directory, caller) = (web.directory(), visitor.caller());
    let organisation = directory.get_organisation(caller, &id, &Consistency::any()).await?.value;
    let request = ListOfficers {
        organisation: Some(id),
        page_size: MOST,
        page_token: String::new(),
        consistency: Consistency::any(),
    };
    let listing = directory.list_officers(caller, request).await?;
    let words = Words::new(directory);
    let mut served: Vec<String> = organisation
        .serves
        .iter()
        .map(|service| words.municipality(&service.municipality))
        .collect();
    served.sort();
    served.dedup();
    frame::show(&OrganisationPage {
        frame: web.frame(&visitor, organisation.short_name.clone(), ""),
        name: organisation.name.clone(),
        kind: kind_of_organisation(organisation.kind),
        status: status_words(organisation.status),
        aliases: organisation.aliases.join(", "),
        serves: first_few(&served, 12, "gemeenten"),
        desk: ContactLinks::of_desk(&organisation.desk),
        desk_reach: Reach::of_desk(&organisation.desk.hours, words.now),
        desk_hours: hours_lines(&organisation.desk.hours),
        officers: listing.items.iter().map(|entry| line(entry, &words)).collect(),
        total: listing.total,
    })
}

fn line(entry: &Entry, words: &Words<'_>) -> Line {
    let officer = &entry.officer;
    let about: Vec<String> = if officer.competences.is_empty() {
        officer.domains.iter().map(|code| words.domain(code)).collect()
    } else {
        officer.competences.iter().map(|code| words.competence(code)).collect()
    };
    Line {
        href: format!("/medewerker/{}/{}", officer.organisation, officer.id),
        title: officer.function_title.clone(),
        about: first_few(&about, COMPETENCES_TOLD, "onderwerpen"),
        reach: Reach::of_entry(entry, words.now),
    }
}
