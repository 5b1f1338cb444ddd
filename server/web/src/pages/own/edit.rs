//! `/eigen/nieuw` and `/eigen/{id}`: the form of an officer.
//!
//! The form carries the etag of the entry that filled it. If the entry has changed since, nothing is written: the page shows both
//! versions and keeps the typed text in the form.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use directory::{ApplyChanges, Expected, Operation, VerifyOfficers};
use register::draft::OfficerDraft;
use register::entry::Entry;
use register::identifier::{OfficerName, RequestId};
use register::officer::ManagedBy;
use server_core::error::Reason;

use super::difference::field_texts;
use super::form::OfficerForm;
use super::groups::groups;
use super::new_id::new_id;
use super::{others, own_entries, own_entry};
use crate::error::PageError;
use crate::fields::Fields;
use crate::frame::{self, Frame};
use crate::pages::difference::{Difference, differences};
use crate::pages::field::{FieldGroup, Input, Problem};
use crate::pages::labels::Labels;
use crate::pages::outcome;
use crate::session::Visitor;
use crate::state::Web;

#[derive(Template)]
#[template(path = "own/edit.html")]
struct EditPage {
    frame: Frame,
    heading: String,
    action: String,
    problems: Vec<Problem>,
    differences: Vec<Difference>,
    is_of_a_list: bool,
    request_id: RequestId,
    etag: String,
    groups: Vec<FieldGroup>,
}

/// A form that is about to be shown.
struct OfficerEdit {
    /// The entry that is changed; `None` for a new one.
    held: Option<Arc<Entry>>,
    form: OfficerForm,
    differences: Vec<Difference>,
}

/// `GET /eigen/nieuw`
pub(crate) async fn new(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let edit = OfficerEdit {
        held: None,
        form: OfficerForm::default(),
        differences: Vec::new(),
    };
    edit.show(&web, &visitor).await
}

/// `GET /eigen/{id}`
pub(crate) async fn show(State(web): State<Web>, Path(id): Path<String>, visitor: Visitor) -> Result<Response, PageError> {
    let entry = own_entry(&web, &visitor, &id).await?;
    let edit = OfficerEdit {
        form: OfficerForm::of(OfficerDraft::from(&entry.officer), &Labels::new(web.directory())),
        held: Some(entry),
        differences: Vec::new(),
    };
    edit.show(&web, &visitor).await
}

/// `POST /eigen/nieuw`
pub(crate) async fn create(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let mut form = OfficerForm::read(&fields, &Labels::new(web.directory()));
    let entries = own_entries(&web, &visitor).await?;
    let taken = entries.iter().map(|entry| entry.officer.id.as_str()).collect();
    form.draft.id = new_id(&form.draft.function_title, &taken);
    save(&web, &visitor, &fields, None, form).await
}

/// `POST /eigen/{id}`
pub(crate) async fn change(
    State(web): State<Web>,
    Path(id): Path<String>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, PageError> {
    let entry = own_entry(&web, &visitor, &id).await?;
    let mut form = OfficerForm::read(&fields, &Labels::new(web.directory()));
    form.draft.id = entry.officer.id.to_string();
    save(&web, &visitor, &fields, Some(entry), form).await
}

async fn save(
    web: &Web,
    visitor: &Visitor,
    fields: &Fields,
    held: Option<Arc<Entry>>,
    mut form: OfficerForm,
) -> Result<Response, PageError> {
    let expected = match &held {
        None => Expected::Absent,
        Some(_) => Expected::parse(fields.get("etag")).unwrap_or(Expected::Absent),
    };
    let request = ApplyChanges {
        organisation: visitor.organisation().clone(),
        operations: vec![Operation::Upsert {
            officer: Box::new(form.draft.clone()),
            expected,
        }],
        request_id: visitor.request_id(fields),
        // A form with errors must not be written, but the use case should add its own errors at once.
        validate_only: !form.problems.is_empty(),
        confirm_withdrawals: None,
        managed_by: held.as_ref().map_or(ManagedBy::Page, |entry| entry.officer.managed_by),
    };
    let report = match web.directory().apply_changes(visitor.caller(), request).await {
        Ok(report) => report,
        Err(error) if matches!(error.reason(), Reason::EtagMismatch | Reason::AlreadyExists) => {
            return both_versions(web, visitor, form).await;
        }
        Err(error) => return Err(error.into()),
    };
    form.add(report.violations.iter().map(|found| &found.violation));
    if !report.applied {
        let edit = OfficerEdit {
            held,
            form,
            differences: Vec::new(),
        };
        return edit.refused(web, visitor).await;
    }
    let id = form.draft.id.clone();
    if fields.has("klopt") {
        confirm(web, visitor, &id).await?;
    }
    let page = format!("/medewerker/{}/{id}", visitor.organisation());
    Ok(outcome::done(
        visitor,
        "Opgeslagen. Zo zien professionals deze vermelding.",
        &page,
    ))
}

/// Shows both versions after a conflict: the one in the register and the one as typed.
async fn both_versions(web: &Web, visitor: &Visitor, form: OfficerForm) -> Result<Response, PageError> {
    let held = own_entry(web, visitor, &form.draft.id).await?;
    let labels = Labels::new(web.directory());
    let theirs = OfficerDraft::from(&held.officer);
    let edit = OfficerEdit {
        differences: differences(field_texts(&theirs, &labels), field_texts(&form.draft, &labels)),
        held: Some(held),
        form,
    };
    edit.refused(web, visitor).await
}

/// Confirms the entry together with the change, because the visitor has just reviewed it.
async fn confirm(web: &Web, visitor: &Visitor, id: &str) -> Result<(), PageError> {
    let request = VerifyOfficers {
        organisation: visitor.organisation().clone(),
        officers: vec![format!("organisations/{}/officers/{id}", visitor.organisation())],
        verify_by: String::new(),
        request_id: visitor.new_request_id(),
    };
    web.directory().verify_officers(visitor.caller(), request).await?;
    Ok(())
}

impl OfficerEdit {
    async fn refused(self, web: &Web, visitor: &Visitor) -> Result<Response, PageError> {
        let is_conflict = !self.differences.is_empty();
        let page = self.show(web, visitor).await?;
        Ok(if is_conflict {
            outcome::conflicting(page)
        } else {
            outcome::refused(page)
        })
    }

    async fn show(self, web: &Web, visitor: &Visitor) -> Result<Response, PageError> {
        let Self { held, form, differences } = self;
        let entries = own_entries(web, visitor).await?;
        let own: Option<OfficerName> = held.as_ref().map(|entry| entry.officer_name());
        let heading = match &held {
            Some(entry) => format!("Wijzigen: {}", entry.officer.function_title),
            None => "Medewerker toevoegen".to_owned(),
        };
        let deputies = others(&entries, own.as_ref().map(|name| &name.officer));
        let groups = groups(&form, &deputies, &Labels::new(web.directory()));
        let mut frame = web.frame(visitor, heading.clone(), "/eigen");
        frame.has_problem = !form.problems.is_empty() || !differences.is_empty();
        frame::show(&EditPage {
            frame,
            heading,
            action: own.map_or_else(|| "/eigen/nieuw".to_owned(), |name| format!("/eigen/{}", name.officer)),
            problems: form.problems,
            differences,
            is_of_a_list: held.as_ref().is_some_and(|entry| entry.officer.managed_by == ManagedBy::Sync),
            request_id: visitor.new_request_id(),
            etag: held.map_or_else(String::new, |entry| entry.etag.as_str().to_owned()),
            groups,
        })
    }
}
