//! `/beheer/organisaties/{id}`: an organisation, and the steps by which it is connected: what is known of it, who may act for
//! it, its first officers, and its state.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use directory::{ListGrants, ListOfficers, PutOrganisations};
use register::draft::OrganisationDraft;
use register::grant::{Grant, GrantBasis, Role};
use register::identifier::{OrganisationId, RequestId};
use register::organisation::{Organisation, OrganisationStatus};
use server_core::error::Reason;
use server_core::views::Consistency;

use super::grants::{self, GrantForm};
use super::organisation_form::{OrganisationForm, told, version};
use crate::Web;
use crate::error_page::PageError;
use crate::fields::Fields;
use crate::frame::{self, Frame};
use crate::pages::difference::{Difference, differences};
use crate::pages::dutch::{day, status_words};
use crate::pages::field::{Choice, Group, Input, Problem};
use crate::pages::sent;
use crate::pages::words::Words;
use crate::session::Visitor;

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

/// `GET /beheer/organisaties/nieuw`
pub(crate) async fn new(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    web.directory().get_node_status(visitor.caller()).await?;
    Edit::default().show(&web, &visitor).await
}

/// `GET /beheer/organisaties/{id}`
pub(crate) async fn show(State(web): State<Web>, Path(id): Path<String>, visitor: Visitor) -> Result<Response, PageError> {
    let held = Some(organisation(&web, &visitor, &id).await?);
    let edit = Edit { held, ..Edit::default() };
    edit.show(&web, &visitor).await
}

/// `POST /beheer/organisaties/nieuw`
pub(crate) async fn create(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let draft = OrganisationDraft {
        id: fields.get("id").to_lowercase(),
        status: OrganisationStatus::Connecting.as_str().to_owned(),
        ..OrganisationDraft::default()
    };
    let mut form = OrganisationForm::read(&fields, draft, &Words::new(web.directory()));
    let is_taken = OrganisationId::parse(&form.draft.id)
        .ok()
        .is_some_and(|id| web.directory().short_name(&id).is_some());
    if is_taken {
        let message = "Deze organisatie staat al in het register; open haar in de lijst.";
        form.problems.push(Problem::new("id", message));
    }
    save(&web, &visitor, &fields, None, form).await
}

/// `POST /beheer/organisaties/{id}`
pub(crate) async fn change(
    State(web): State<Web>,
    Path(id): Path<String>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, PageError> {
    let held = organisation(&web, &visitor, &id).await?;
    let (words, draft) = (Words::new(web.directory()), OrganisationDraft::from(held.as_ref()));
    let form = OrganisationForm::read(&fields, draft.clone(), &words);
    // The contract knows no version of an organisation: what operators do at the same time is told apart here. A form that is
    // sent twice asks for what is there already.
    let held_version = version(&draft);
    let is_conflict = fields.get("etag") != held_version && version(&form.draft) != held_version;
    if is_conflict {
        let edit = Edit {
            differences: differences(told(&draft, &words), told(&form.draft, &words)),
            held: Some(held),
            form: Some(form),
            ..Edit::default()
        };
        return Ok(sent::conflicting(edit.show(&web, &visitor).await?));
    }
    save(&web, &visitor, &fields, Some(held), form).await
}

/// `POST /beheer/organisaties/{id}/stand`
pub(crate) async fn set_status(
    State(web): State<Web>,
    Path(id): Path<String>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, PageError> {
    let held = organisation(&web, &visitor, &id).await?;
    let status = OrganisationStatus::parse(fields.get("stand")).ok_or_else(|| PageError::of(Reason::InvalidRequest))?;
    web.directory()
        .set_organisation_status(visitor.caller(), held.id.clone(), status)
        .await?;
    let notice = format!("{}: {}.", held.short_name, status_words(status).to_lowercase());
    Ok(sent::done(&visitor, notice, &page_of(&held.id)))
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

async fn save(
    web: &Web,
    visitor: &Visitor,
    fields: &Fields,
    held: Option<Arc<Organisation>>,
    mut form: OrganisationForm,
) -> Result<Response, PageError> {
    let request = PutOrganisations {
        organisations: vec![form.draft.clone()],
        request_id: visitor.request_id(web, fields),
        // What was read wrong here must not be written, but what else is wrong should be said at once.
        validate_only: !form.problems.is_empty(),
    };
    let put = web.directory().put_organisations(visitor.caller(), request).await?;
    form.add(put.violations.iter().map(|found| &found.violation));
    if !put.applied {
        let edit = Edit {
            held,
            form: Some(form),
            ..Edit::default()
        };
        return Ok(sent::refused(edit.show(web, visitor).await?));
    }
    Ok(sent::done(
        visitor,
        "Opgeslagen.",
        &format!("/beheer/organisaties/{}", form.draft.id),
    ))
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
            request_id: visitor.new_request_id(web),
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
    let roles: Vec<&str> = grant.roles.iter().map(|role| grants::role_words(*role)).collect();
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
