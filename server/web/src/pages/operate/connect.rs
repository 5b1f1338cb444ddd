//! `/beheer/organisaties/{id}`: connects, changes and suspends an organisation.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use directory::PutOrganisations;
use register::draft::OrganisationDraft;
use register::identifier::OrganisationId;
use register::organisation::{Organisation, OrganisationStatus};
use server_core::error::Reason;

use super::organisation_form::{OrganisationForm, field_texts, version};
use super::organisation_page::{OrganisationEdit, organisation, page_of};
use crate::error::PageError;
use crate::fields::Fields;
use crate::pages::difference::differences;
use crate::pages::dutch::status_label;
use crate::pages::field::Problem;
use crate::pages::labels::Labels;
use crate::pages::outcome;
use crate::session::Visitor;
use crate::state::Web;

/// `GET /beheer/organisaties/nieuw`
pub(crate) async fn new(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    web.directory().get_node_status(visitor.caller()).await?;
    OrganisationEdit::default().show(&web, &visitor).await
}

/// `GET /beheer/organisaties/{id}`
pub(crate) async fn show(State(web): State<Web>, Path(id): Path<String>, visitor: Visitor) -> Result<Response, PageError> {
    let held = Some(organisation(&web, &visitor, &id).await?);
    let edit = OrganisationEdit {
        held,
        ..OrganisationEdit::default()
    };
    edit.show(&web, &visitor).await
}

/// `POST /beheer/organisaties/nieuw`
pub(crate) async fn create(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let draft = OrganisationDraft {
        id: fields.get("id").to_lowercase(),
        status: OrganisationStatus::Connecting.as_str().to_owned(),
        ..OrganisationDraft::default()
    };
    let mut form = OrganisationForm::read(&fields, draft, &Labels::new(web.directory()));
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
    let (labels, draft) = (Labels::new(web.directory()), OrganisationDraft::from(held.as_ref()));
    let form = OrganisationForm::read(&fields, draft.clone(), &labels);
    // The contract has no etag for organisations, so the page compares versions itself. A form that is sent twice is no conflict: it
    // asks for the state that the first one wrote.
    let held_version = version(&draft);
    let is_conflict = fields.get("etag") != held_version && version(&form.draft) != held_version;
    if is_conflict {
        let edit = OrganisationEdit {
            differences: differences(field_texts(&draft, &labels), field_texts(&form.draft, &labels)),
            held: Some(held),
            form: Some(form),
            ..OrganisationEdit::default()
        };
        return Ok(outcome::conflicting(edit.show(&web, &visitor).await?));
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
    let notice = format!("{}: {}.", held.short_name, status_label(status).to_lowercase());
    Ok(outcome::done(&visitor, notice, &page_of(&held.id)))
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
        request_id: visitor.request_id(fields),
        // A form with errors must not be written, but the use case should add its own errors at once.
        validate_only: !form.problems.is_empty(),
    };
    let put = web.directory().put_organisations(visitor.caller(), request).await?;
    form.add(put.violations.iter().map(|found| &found.violation));
    if !put.applied {
        let edit = OrganisationEdit {
            held,
            form: Some(form),
            ..OrganisationEdit::default()
        };
        return Ok(outcome::refused(edit.show(web, visitor).await?));
    }
    Ok(outcome::done(
        visitor,
        "Opgeslagen.",
        &format!("/beheer/organisaties/{}", form.draft.id),
    ))
}
