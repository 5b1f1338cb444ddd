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
use super::dutch::{first_few, hours_lines, kind_of_organisation, status_label};
use super::labels::Labels;
use super::reachability::Reachability;
use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::session::Visitor;
use crate::state::Web;

/// Maximum number of officers on the page: the largest page of a list call.
const MAX_OFFICERS: i32 = 500;
/// Maximum number of competences on a line.
const MAX_COMPETENCES: usize = 3;

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
    desk_reach: Reachability,
    desk_hours: Vec<String>,
    officers: Vec<OfficerLine>,
    total: usize,
}

/// An officer in the list.
struct OfficerLine {
    href: String,
    title: String,
    about: String,
    reach: Reachability,
}

/// `GET /organisatie/{id}`
pub(crate) async fn show(State(web): State<Web>, Path(id): Path<String>, visitor: Visitor) -> Result<Response, PageError> {
    let id = OrganisationId::parse(&id).map_err(|_| PageError::of(Reason::OrganisationNotFound))?;
    let (directory, caller) = (web.directory(), visitor.caller());
    let organisation = directory.get_organisation(caller, &id, &Consistency::any()).await?.value;
    let request = ListOfficers {
        organisation: Some(id),
        page_size: MAX_OFFICERS,
        page_token: String::new(),
        consistency: Consistency::any(),
        size_of: |_| 0,
    };
    let listing = directory.list_officers(caller, request).await?;
    let labels = Labels::new(directory);
    let mut served: Vec<String> = organisation
        .serves
        .iter()
        .map(|service| labels.municipality(&service.municipality))
        .collect();
    served.sort();
    served.dedup();
    frame::show(&OrganisationPage {
        frame: web.frame(&visitor, organisation.short_name.clone(), ""),
        name: organisation.name.clone(),
        kind: kind_of_organisation(organisation.kind),
        status: status_label(organisation.status),
        aliases: organisation.aliases.join(", "),
        serves: first_few(&served, 12, "gemeenten"),
        desk: ContactLinks::of_desk(&organisation.desk),
        desk_reach: Reachability::of_desk(&organisation.desk.hours, labels.now),
        desk_hours: hours_lines(&organisation.desk.hours),
        officers: listing.items.iter().map(|entry| line(entry, &labels)).collect(),
        total: listing.total,
    })
}

fn line(entry: &Entry, labels: &Labels<'_>) -> OfficerLine {
    let officer = &entry.officer;
    let about: Vec<String> = if officer.competences.is_empty() {
        officer.domains.iter().map(|code| labels.domain(code)).collect()
    } else {
        officer.competences.iter().map(|code| labels.competence(code)).collect()
    };
    OfficerLine {
        href: format!("/medewerker/{}/{}", officer.organisation, officer.id),
        title: officer.function_title.clone(),
        about: first_few(&about, MAX_COMPETENCES, "onderwerpen"),
        reach: Reachability::of_entry(entry, labels.now),
    }
}
