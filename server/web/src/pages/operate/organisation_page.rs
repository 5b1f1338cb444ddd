//! The page of an organisation in `/beheer/organisaties/{id}`: its form, the steps of connecting it, and its grants.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use directory::{ListGrants, ListOfficers};
use register::draft::OrganisationDraft;
use register::grant::{Grant, GrantBasis, Role};
use register::identifier::{OrganisationId, RequestId};
use register::organisation::{Organisation, OrganisationStatus};
use server_core::error::Reason;
use server_core::views::Consistency;

use super::grant_form::{GrantForm, role_words};
use super::organisation_form::{OrganisationForm, version};
use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::pages::difference::Difference;
use crate::pages::dutch::{day, status_words};
use crate::pages::field::{Choice, Group, Input, Problem};
use crate::pages::words::Words;
use crate::session::Visitor;
use crate::state::Web;

#[derive(Template)]
#[template(path = "operate/connect.html")]
struct ConnectPage {
    frame: Frame,
    heading: String,
    action: String,
    problems: Vec<Problem>,
    differences: Vec<Difference>,
    request_id: RequestId,
    /// The version that the form was filled with.
    etag: String,
    groups: Vec<Group>,
    known: Option<Known>,
}

/// What there is besides the form, once the organisation exists.
struct Known {
    id: String,
    steps: Vec<Step>,
    status: &'static str,
    states: Vec<Choice>,
    grants: Vec<GrantLine>,
    grant_groups: Vec<Group>,
    page: String,
}

/// A step of connecting.
struct Step {
    text: &'static str,
    is_done: bool,
}

/// A grant.
struct GrantLine {
    oin: String,
    roles: String,
    period: String,
    basis: &'static str,
    is_ended: bool,
}

/// An organisation on its way to its page.
#[derive(Default)]
pub(super) struct Edit {
    /// As the register holds it; none for a new one.
    pub(super) held: Option<Arc<Organisation>>,
    /// As it was typed; as it is held if nothing was.
    pub(super) form: Option<OrganisationForm>,
    /// What another has changed since.
    pub(super) differences: Vec<Difference>,
    /// A grant that was refused.
    pub(super) grant: GrantForm,
}

/// The organisation, for who may operate.
pub(super) async fn organisation(web: &Web, visitor: &Visitor, id: &str) -> Result<Arc<Organisation>, PageError> {
    let id = OrganisationId::parse(id).map_err(|_| PageError::of(Reason::OrganisationNotFound))?;
    Ok(web
        .directory()
        .get_organisation(visitor.caller(), &id, &Consistency::any())
        .await?
        .value)
}

/// The page of an organisation.
pub(super) fn page_of(id: &OrganisationId) -> String {
    format!("/beheer/organisaties/{id}")
}

impl Edit {
    /// The page.
    pub(super) async fn show(self, web: &Web, visitor: &Visitor) -> Result<Response, PageError> {
        let Self {
            held,
            form,
            differences,
            grant,
        } = self;
        let words = Words::new(web.directory());
        let draft = held.as_ref().map(|held| OrganisationDraft::from(held.as_ref()));
        let etag = draft.as_ref().map(version).unwrap_or_default();
        let form = form.unwrap_or_else(|| OrganisationForm::of(draft.unwrap_or_default(), &words));
        let groups = form.groups(held.is_none(), &words);
        let problems = [form.problems, grant.problems.clone()].concat();
        let known = match &held {
            Some(organisation) => Some(known(web, visitor, organisation, &grant).await?),
            None => None,
        };
        let heading = held
            .as_ref()
            .map_or_else(|| "Organisatie aansluiten".to_owned(), |it| it.name.clone());
        let mut frame = web.frame(visitor, heading.clone(), "/beheer");
        frame.has_problem = !problems.is_empty() || !differences.is_empty();
        frame::show(&ConnectPage {
            frame,
            heading,
            action: held.map_or_else(|| "/beheer/organisaties/nieuw".to_owned(), |it| page_of(&it.id)),
            problems,
            differences,
            request_id: visitor.new_request_id(),
            etag,
            groups,
            known,
        })
    }
}

async fn known(web: &Web, visitor: &Visitor, organisation: &Organisation, grant: &GrantForm) -> Result<Known, PageError> {
    let (directory, caller) = (web.directory(), visitor.caller());
    let today = directory.clock().today();
    let grants = directory
        .list_grants(
            caller,
            ListGrants {
                organisation: Some(organisation.id.clone()),
                page_size: 100,
                page_token: String::new(),
            },
        )
        .await?
        .items;
    let officers = directory
        .list_officers(
            caller,
            ListOfficers {
                organisation: Some(organisation.id.clone()),
                page_size: 1,
                page_token: String::new(),
                consistency: Consistency::any(),
            },
        )
        .await?
        .total;
    let status = organisation.status.as_str();
    Ok(Known {
        id: organisation.id.to_string(),
        steps: vec![
            step("De organisatie staat in het register", true),
            step("Er is een loket met een nummer of adres", organisation.desk.is_reachable()),
            step("Iemand is gemachtigd om te publiceren, of logt in op de pagina", {
                let publishes = |grant: &&Arc<Grant>| grant.allows(Role::Publish) && grant.is_valid_on(today);
                grants.iter().any(|grant| publishes(&grant)) || officers > 0
            }),
            step("Er staat minstens één medewerker in het register", officers > 0),
            step(
                "De organisatie is aangesloten",
                organisation.status == OrganisationStatus::Connected,
            ),
        ],
        status: status_words(organisation.status),
        states: OrganisationStatus::ALL
            .into_iter()
            .filter(|other| *other != organisation.status)
            .map(|other| Choice::new(other.as_str(), status_words(other), status))
            .collect(),
        grants: grants
            .iter()
            .map(|grant| grant_line(grant, !grant.is_valid_on(today)))
            .collect(),
        grant_groups: grant.groups(),
        page: format!("/organisatie/{}", organisation.id),
    })
}

fn step(text: &'static str, is_done: bool) -> Step {
    Step { text, is_done }
}

fn grant_line(grant: &Grant, is_ended: bool) -> GrantLine {
    let roles: Vec<&str> = grant.roles.iter().map(|role| role_words(*role)).collect();
    GrantLine {
        oin: grant.oin.to_string(),
        roles: roles.join(", "),
        period: match (grant.from, grant.until) {
            (None, None) => "zonder einddatum".to_owned(),
            (Some(from), None) => format!("vanaf {}", day(from)),
            (None, Some(until)) => format!("tot en met {}", day(until)),
            (Some(from), Some(until)) => format!("{} tot en met {}", day(from), day(until)),
        },
        basis: match grant.basis {
            GrantBasis::Own => "eigen nummer",
            GrantBasis::Mandate => "namens de organisatie",
        },
        is_ended,
    }
}
