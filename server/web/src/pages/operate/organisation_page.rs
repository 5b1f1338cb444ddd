//! The page of an organisation at `/beheer/organisaties/{id}`: its form, the steps of connecting it, and its grants.

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

use super::grant_form::{GrantForm, role_label};
use super::organisation_form::{OrganisationForm, version};
use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::pages::difference::Difference;
use crate::pages::dutch::{day, status_label};
use crate::pages::field::{Choice, FieldGroup, Input, Problem};
use crate::pages::labels::Labels;
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
    /// The version that filled the form.
    etag: String,
    groups: Vec<FieldGroup>,
    details: Option<OrganisationDetails>,
}

/// The parts beside the form, once the organisation exists.
struct OrganisationDetails {
    id: String,
    steps: Vec<ConnectStep>,
    status: &'static str,
    states: Vec<Choice>,
    grants: Vec<GrantLine>,
    grant_groups: Vec<FieldGroup>,
    page: String,
}

/// A step of connecting.
struct ConnectStep {
    text: &'static str,
    is_done: bool,
}

/// A grant in the list.
struct GrantLine {
    oin: String,
    roles: String,
    period: String,
    basis: &'static str,
    is_ended: bool,
}

/// The form of an organisation that is about to be shown.
#[derive(Default)]
pub(super) struct OrganisationEdit {
    /// The organisation in the register; `None` for a new one.
    pub(super) held: Option<Arc<Organisation>>,
    /// The form as typed; `None` shows the organisation as it is.
    pub(super) form: Option<OrganisationForm>,
    /// The differences after a conflict.
    pub(super) differences: Vec<Difference>,
    /// The form of a grant that was refused.
    pub(super) grant: GrantForm,
}

/// The organisation called `id`, if the visitor may see it.
pub(super) async fn organisation(web: &Web, visitor: &Visitor, id: &str) -> Result<Arc<Organisation>, PageError> {
    let id = OrganisationId::parse(id).map_err(|_| PageError::of(Reason::OrganisationNotFound))?;
    Ok(web
        .directory()
        .get_organisation(visitor.caller(), &id, &Consistency::any())
        .await?
        .value)
}

/// The address of the page of an organisation.
pub(super) fn page_of(id: &OrganisationId) -> String {
    format!("/beheer/organisaties/{id}")
}

impl OrganisationEdit {
    /// Renders the page.
    pub(super) async fn show(self, web: &Web, visitor: &Visitor) -> Result<Response, PageError> {
        let Self {
            held,
            form,
            differences,
            grant,
        } = self;
        let labels = Labels::new(web.directory());
        let draft = held.as_ref().map(|held| OrganisationDraft::from(held.as_ref()));
        let etag = draft.as_ref().map(version).unwrap_or_default();
        let form = form.unwrap_or_else(|| OrganisationForm::of(draft.unwrap_or_default(), &labels));
        let groups = form.groups(held.is_none(), &labels);
        let problems = [form.problems, grant.problems.clone()].concat();
        let details = match &held {
            Some(organisation) => Some(details(web, visitor, organisation, &grant).await?),
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
            details,
        })
    }
}

async fn details(
    web: &Web,
    visitor: &Visitor,
    organisation: &Organisation,
    grant: &GrantForm,
) -> Result<OrganisationDetails, PageError> {
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
                size_of: |_| 0,
            },
        )
        .await?
        .total;
    let status = organisation.status.as_str();
    Ok(OrganisationDetails {
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
        status: status_label(organisation.status),
        states: OrganisationStatus::ALL
            .into_iter()
            .filter(|other| *other != organisation.status)
            .map(|other| Choice::new(other.as_str(), status_label(other), status))
            .collect(),
        grants: grants
            .iter()
            .map(|grant| grant_line(grant, !grant.is_valid_on(today)))
            .collect(),
        grant_groups: grant.groups(),
        page: format!("/organisatie/{}", organisation.id),
    })
}

fn step(text: &'static str, is_done: bool) -> ConnectStep {
    ConnectStep { text, is_done }
}

fn grant_line(grant: &Grant, is_ended: bool) -> GrantLine {
    let roles: Vec<&str> = grant.roles.iter().map(|role| role_label(*role)).collect();
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
