//! `GET /medewerker/{organisation}/{id}`: the whole entry, at an address that colleagues can share.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use directory::Directory;
use register::entry::Entry;
use register::grant::Role;
use register::identifier::{OfficerId, OfficerName, OrganisationId, RequestId};
use register::organisation::Organisation;
use register::report::ReportReason;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::contact::ContactLinks;
use super::dutch::{day, hours_lines, kind_of_officer, moment, until_when};
use super::facts::OfficerFacts;
use super::labels::{Labels, parse_reference};
use super::reachability::Reachability;
use super::steps::{NextSteps, need};
use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::session::Visitor;
use crate::state::Web;

#[derive(Template)]
#[template(path = "entry.html")]
struct EntryPage {
    frame: Frame,
    title: String,
    kind: &'static str,
    organisation: String,
    organisation_href: String,
    person: Option<String>,
    reach: Reachability,
    contact: ContactLinks,
    description: String,
    competences: Vec<String>,
    domains: Vec<String>,
    facts: OfficerFacts,
    hours: Vec<String>,
    absences: Vec<String>,
    deputy: Option<Deputy>,
    next: NextSteps,
    name: String,
    changed: String,
    register: String,
    edit_href: Option<String>,
    report_action: String,
    request_id: RequestId,
    reasons: [ReportReason; 4],
}

/// The deputy of an absent officer.
struct Deputy {
    title: String,
    href: String,
}

/// `GET /medewerker/{organisation}/{id}`
pub(crate) async fn show(
    State(web): State<Web>,
    Path((organisation, id)): Path<(String, String)>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let name = name_in_path(&organisation, &id)?;
    let (directory, caller) = (web.directory(), visitor.caller());
    let entry = match directory.get_officer(caller, &name, &Consistency::any()).await {
        Ok(found) => found.value,
        Err(error) => return successor(error, &visitor),
    };
    let organisation = directory
        .get_organisation(caller, &name.organisation, &Consistency::any())
        .await?
        .value;
    let mut labels = Labels::new(directory);
    let references = entry
        .officer
        .not_for
        .iter()
        .filter_map(|not_for| parse_reference(not_for.see.as_deref()?));
    labels.load_organisations(directory, caller, references).await;
    let next = next_steps(directory, caller, &entry, &organisation, &visitor, &labels).await;
    let is_own = visitor.organisation() == &name.organisation && visitor.may(Role::Publish);
    let officer = &entry.officer;
    frame::show(&EntryPage {
        frame: web.frame(
            &visitor,
            format!("{}, {}", officer.function_title, organisation.short_name),
            "",
        ),
        title: officer.function_title.clone(),
        kind: kind_of_officer(officer.kind),
        organisation: organisation.name.clone(),
        organisation_href: format!("/organisatie/{}", organisation.id),
        person: officer.name.clone(),
        reach: Reachability::of_entry(&entry, labels.now),
        contact: ContactLinks::of_officer(&officer.contact, &officer.approach),
        description: officer.description.clone(),
        competences: officer.competences.iter().map(|code| labels.competence(code)).collect(),
        domains: officer.domains.iter().map(|code| labels.domain(code)).collect(),
        facts: OfficerFacts::of(&entry, &labels),
        hours: hours_lines(&officer.hours),
        absences: absences(&entry, &labels),
        deputy: deputy(directory, caller, &entry).await,
        next,
        name: name.to_string(),
        changed: moment(entry.updated_at),
        register: directory.register().to_string(),
        edit_href: is_own.then(|| format!("/eigen/{}", officer.id)),
        report_action: format!("/medewerker/{}/{}/melding", name.organisation, name.officer),
        request_id: visitor.new_request_id(),
        reasons: ReportReason::ALL,
    })
}

/// Parses the name of an officer in a path.
pub(super) fn name_in_path(organisation: &str, id: &str) -> Result<OfficerName, PageError> {
    let parsed = OrganisationId::parse(organisation).ok().zip(OfficerId::parse(id).ok());
    let (organisation, id) = parsed.ok_or_else(|| PageError::of(Reason::OfficerNotFound))?;
    Ok(OfficerName::new(organisation, id))
}

/// Redirects from a withdrawn entry to its successor, if the error names one.
fn successor(error: Error, visitor: &Visitor) -> Result<Response, PageError> {
    let replaced_by = error.metadata().iter().find(|(key, _)| *key == "replaced_by");
    let Some(successor) = replaced_by.and_then(|(_, name)| OfficerName::parse(name).ok()) else {
        return Err(error.into());
    };
    visitor.set_notice("De vermelding die u zocht is ingetrokken. Deze is ervoor in de plaats gekomen.");
    let href = format!("/medewerker/{}/{}", successor.organisation, successor.officer);
    Ok(Redirect::to(&href).into_response())
}

async fn next_steps(
    directory: &Directory,
    caller: &Caller,
    entry: &Arc<Entry>,
    organisation: &Organisation,
    visitor: &Visitor,
    labels: &Labels<'_>,
) -> NextSteps {
    let name = entry.officer_name();
    let competences: Vec<String> = entry.officer.competences.iter().map(ToString::to_string).collect();
    let municipality = organisation.municipality_code.clone().or_else(|| visitor.municipality());
    let municipality = municipality.map(|code| code.to_string()).unwrap_or_default();
    let route = directory
        .resolve(caller, need(&name, &competences, &municipality), &Consistency::any())
        .await;
    NextSteps::of(route, Some(&name), labels)
}

async fn deputy(directory: &Directory, caller: &Caller, entry: &Entry) -> Option<Deputy> {
    let id = entry.officer.deputy.clone()?;
    let name = OfficerName::new(entry.officer.organisation.clone(), id);
    let deputy = directory.get_officer(caller, &name, &Consistency::any()).await.ok()?;
    Some(Deputy {
        title: deputy.value.officer.function_title.clone(),
        href: format!("/medewerker/{}/{}", name.organisation, name.officer),
    })
}

/// The current and future absences.
fn absences(entry: &Entry, labels: &Labels<'_>) -> Vec<String> {
    let ahead = entry.presence.absences.iter().filter(|absence| absence.until > labels.now);
    let texts = ahead.map(|absence| {
        let until = until_when(absence.until, labels.now);
        if absence.from <= labels.now {
            format!("Nu afwezig, {until}")
        } else {
            format!("Afwezig van {} {until}", day(register::clock::dutch_date(absence.from)))
        }
    });
    texts.collect()
}
