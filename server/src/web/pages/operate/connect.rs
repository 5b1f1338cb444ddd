//! `/beheer/organisaties/{id}`: an organisation, and the steps by which it is connected: what is known of it, who may act for
//! it, its first officers, and its state.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use register::draft::OrganisationDraft;
use register::grant::{Grant, GrantBasis, Role};
use register::identifier::{OrganisationId, RequestId};
use register::organisation::{Organisation, OrganisationKind, OrganisationStatus};

use crate::directory::{ListGrants, ListOfficers, PutOrganisations};
use crate::error::Reason;
use crate::views::Consistency;
use crate::web::Web;
use crate::web::error_page::PageError;
use crate::web::fields::Fields;
use crate::web::frame::{self, Frame};
use crate::web::pages::dutch::{day, kind_of_organisation, status_words};
use crate::web::pages::field::{Choice, Field, Group, Input, Problem, problem_of};
use crate::web::session::Visitor;

#[derive(Template)]
#[template(path = "operate/connect.html")]
struct ConnectPage {
    frame: Frame,
    heading: String,
    action: String,
    problems: Vec<Problem>,
    request_id: RequestId,
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

/// `GET /beheer/organisaties/nieuw`
pub(in crate::web) async fn new(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    web.directory().get_node_status(visitor.caller()).await?;
    let draft = OrganisationDraft {
        status: OrganisationStatus::Connecting.as_str().to_owned(),
        ..OrganisationDraft::default()
    };
    page(&web, &visitor, None, &draft, Vec::new(), Vec::new()).await
}

/// `GET /beheer/organisaties/{id}`
pub(in crate::web) async fn show(
    State(web): State<Web>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let organisation = organisation(&web, &visitor, &id).await?;
    let draft = OrganisationDraft::from(organisation.as_ref());
    page(&web, &visitor, Some(organisation), &draft, Vec::new(), Vec::new()).await
}

/// `POST /beheer/organisaties/nieuw`
pub(in crate::web) async fn create(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let draft = OrganisationDraft {
        id: fields.get("id").to_lowercase(),
        status: OrganisationStatus::Connecting.as_str().to_owned(),
        ..read(&fields, OrganisationDraft::default())
    };
    let is_taken = OrganisationId::parse(&draft.id)
        .ok()
        .is_some_and(|id| web.directory().short_name(&id).is_some());
    if is_taken {
        let problem = Problem {
            field: "id".to_owned(),
            message: "Deze organisatie staat al in het register; open haar in de lijst.".to_owned(),
        };
        return refused(&web, &visitor, None, &draft, vec![problem]).await;
    }
    save(&web, &visitor, &fields, None, draft).await
}

/// `POST /beheer/organisaties/{id}`
pub(in crate::web) async fn change(
    State(web): State<Web>,
    Path(id): Path<String>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, PageError> {
    let held = organisation(&web, &visitor, &id).await?;
    let draft = read(&fields, OrganisationDraft::from(held.as_ref()));
    save(&web, &visitor, &fields, Some(held), draft).await
}

/// `POST /beheer/organisaties/{id}/stand`
pub(in crate::web) async fn set_status(
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
    visitor.tell(format!("{}: {}.", held.short_name, status_words(status).to_lowercase()));
    Ok(Redirect::to(&format!("/beheer/organisaties/{id}")).into_response())
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

/// The page again, with what is wrong with a grant.
pub(super) async fn refused_grant(
    web: &Web,
    visitor: &Visitor,
    organisation: Arc<Organisation>,
    problems: Vec<Problem>,
    grant_groups: Vec<Group>,
) -> Result<Response, PageError> {
    let draft = OrganisationDraft::from(organisation.as_ref());
    let page = page(web, visitor, Some(organisation), &draft, problems, grant_groups).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// What the form changes; what it does not show stays.
fn read(fields: &Fields, held: OrganisationDraft) -> OrganisationDraft {
    let some = |name: &str| Some(fields.get(name).to_owned()).filter(|text| !text.is_empty());
    let names = |name: &str| {
        fields
            .get(name)
            .split([',', ';', '\n'])
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
            .collect()
    };
    let mut draft = held;
    draft.name = fields.get("name").to_owned();
    draft.short_name = fields.get("short_name").to_owned();
    draft.kind = fields.get("kind").to_owned();
    draft.aliases = names("aliases");
    draft.desk.email = some("desk.email");
    draft.desk.phone = some("desk.phone");
    draft.desk.url = some("desk.url");
    draft.agreement = fields.has("agreement");
    draft
}

async fn save(
    web: &Web,
    visitor: &Visitor,
    fields: &Fields,
    held: Option<Arc<Organisation>>,
    draft: OrganisationDraft,
) -> Result<Response, PageError> {
    let request = PutOrganisations {
        organisations: vec![draft.clone()],
        request_id: visitor.request_id(web, fields),
        validate_only: false,
    };
    let put = web.directory().put_organisations(visitor.caller(), request).await?;
    if !put.applied {
        let problems = put.violations.into_iter().map(|found| Problem {
            field: found.violation.field,
            message: found.violation.message,
        });
        return refused(web, visitor, held, &draft, problems.collect()).await;
    }
    visitor.tell("Opgeslagen.");
    Ok(Redirect::to(&format!("/beheer/organisaties/{}", draft.id)).into_response())
}

async fn refused(
    web: &Web,
    visitor: &Visitor,
    held: Option<Arc<Organisation>>,
    draft: &OrganisationDraft,
    problems: Vec<Problem>,
) -> Result<Response, PageError> {
    let page = page(web, visitor, held, draft, problems, Vec::new()).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn page(
    web: &Web,
    visitor: &Visitor,
    held: Option<Arc<Organisation>>,
    draft: &OrganisationDraft,
    problems: Vec<Problem>,
    grant_groups: Vec<Group>,
) -> Result<Response, PageError> {
    let groups = groups(draft, held.is_none(), &problems);
    let known = match &held {
        Some(organisation) => Some(known(web, visitor, organisation, grant_groups).await?),
        None => None,
    };
    let heading = held
        .as_ref()
        .map_or_else(|| "Organisatie aansluiten".to_owned(), |it| it.name.clone());
    let mut frame = web.frame(visitor, heading.clone(), "/beheer");
    frame.has_problem = !problems.is_empty();
    frame::show(&ConnectPage {
        frame,
        heading,
        action: held.map_or_else(
            || "/beheer/organisaties/nieuw".to_owned(),
            |it| format!("/beheer/organisaties/{}", it.id),
        ),
        problems,
        request_id: visitor.new_request_id(web),
        groups,
        known,
    })
}

async fn known(web: &Web, visitor: &Visitor, organisation: &Organisation, grant_groups: Vec<Group>) -> Result<Known, PageError> {
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
        grant_groups: if grant_groups.is_empty() {
            super::grants::groups(&register::draft::GrantDraft::default(), &[])
        } else {
            grant_groups
        },
        page: format!("/organisatie/{}", organisation.id),
    })
}

fn step(text: &'static str, is_done: bool) -> Step {
    Step { text, is_done }
}

fn grant_line(grant: &Grant, is_ended: bool) -> GrantLine {
    let roles: Vec<&str> = grant.roles.iter().map(|role| super::grants::role_words(*role)).collect();
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

fn groups(draft: &OrganisationDraft, is_new: bool, problems: &[Problem]) -> Vec<Group> {
    let with = |field: Field| {
        let problem = problem_of(problems, &field.name).map(str::to_owned);
        field.problem(problem.as_deref())
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let kinds = OrganisationKind::ALL.map(|kind| Choice::new(kind.as_str(), kind_of_organisation(kind), &draft.kind));
    let mut about = Vec::new();
    if is_new {
        about.push(
            with(Field::line("id", "Kenmerk", &draft.id))
                .hint("De TOOI-code als die er is, zoals gm0363 of zb000211; anders een korte naam."),
        );
    }
    about.extend([
        with(Field::line("name", "Officiële naam", &draft.name)),
        with(Field::line("short_name", "Korte naam", &draft.short_name)).hint("Zoals men haar in een zin noemt: CAK, Den Haag."),
        with(Field::select("kind", "Soort organisatie", kinds.to_vec())),
        with(Field::line("aliases", "Andere namen", draft.aliases.join(", ")))
            .hint("Met een komma ertussen: ook oude namen waarop men zoekt."),
        with(Field::tick("agreement", "Bestuurlijk aangesloten", draft.agreement)),
    ]);
    let desk = vec![
        with(Field::of_kind("tel", "desk.phone", "Telefoon", text(&draft.desk.phone))),
        with(Field::of_kind("email", "desk.email", "Mailadres", text(&draft.desk.email))),
        with(Field::of_kind("url", "desk.url", "Webadres", text(&draft.desk.url))),
    ];
    vec![
        Group::new("De organisatie", about),
        Group::new("Het algemene loket", desk).hint("Hier komt men uit als er niemand anders is."),
    ]
}
