//! Creates or replaces organisations.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use register::change::Mutation;
use register::draft::OrganisationDraft;
use register::grant::Role;
use register::identifier::{OrganisationId, RequestId};
use register::organisation::Organisation;
use register::position::Position;
use register::validate::{self, limits::REPORTED_VIOLATIONS};
use register::view::View;
use register::violation::{Violation, ViolationCode};
use serde::{Deserialize, Serialize};
use server_core::authorisation;
use server_core::error::Error;
use server_core::identity::Caller;

use super::limits::check_list_length;
use super::operators::ProposedGrants;
use super::write::{Decision, RetryKey, WriteResponse};
use super::{Directory, EntryViolation, Knowledge};

/// Organisations to create or replace.
#[derive(Clone, Debug)]
pub struct PutOrganisations {
    /// 1 to 1,000 organisations.
    pub organisations: Vec<OrganisationDraft>,
    /// The caller's id for this write.
    pub request_id: RequestId,
    /// Report what would be done, without doing it.
    pub validate_only: bool,
}

/// The response to [`PutOrganisations`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationsPut {
    /// Whether it was applied.
    pub applied: bool,
    /// The number of organisations that were, or would be, new.
    pub created: usize,
    /// The number of organisations that were, or would be, changed.
    pub updated: usize,
    /// The number of organisations that stay the same.
    pub unchanged: usize,
    /// The first 1,000 violations.
    pub violations: Vec<EntryViolation>,
    /// The number of all violations.
    pub violations_total: usize,
    /// The position after the write.
    pub position: Position,
}

impl WriteResponse for OrganisationsPut {
    fn set_position(&mut self, position: Position) {
        self.position = position;
    }

    fn is_stored(&self) -> bool {
        self.applied
    }
}

impl Directory {
    /// Puts organisations, all or nothing. The grants and officers of a replaced organisation stay.
    pub async fn put_organisations(
        self: &Arc<Self>,
        caller: &Caller,
        request: PutOrganisations,
    ) -> Result<OrganisationsPut, Error> {
        self.may_operate(&self.views.current(), caller)?;
        check_list_length("organisations", request.organisations.len())?;
        let PutOrganisations {
            organisations: drafts,
            request_id,
            validate_only,
        } = request;
        let (caller_acting, id) = (caller.acting.clone(), request_id.clone());
        let (drafts, retry_key) = self
            .tasks
            .blocking(move || {
                let retry_key = RetryKey::new("admin.PutOrganisations", &caller_acting, None, &id, &drafts);
                (drafts, retry_key)
            })
            .await?;
        let (acting, knowledge, today) = (caller.acting.clone(), self.knowledge.clone(), self.clock.today());
        let decide = move |view: &View| {
            let authority = authorisation::for_any_organisation(view, &acting, &[Role::Operate], today)?;
            let (mutations, response) = plan(&drafts, view, &knowledge, today)?;
            Ok(Decision {
                actor: authority.actor(Some(request_id)),
                mutations,
                response,
            })
        };
        if validate_only {
            let view = self.views.current();
            let Decision { mut response, .. } = self.tasks.blocking(move || decide(&view)).await??;
            response.applied = false;
            return Ok(response);
        }
        self.write(Some(retry_key), decide).await
    }
}

fn plan(
    drafts: &[OrganisationDraft],
    view: &View,
    knowledge: &Knowledge,
    today: Date,
) -> Result<(Vec<Mutation>, OrganisationsPut), Error> {
    let mut response = OrganisationsPut {
        applied: false,
        created: 0,
        updated: 0,
        unchanged: 0,
        violations: Vec::new(),
        violations_total: 0,
        position: view.position(),
    };
    let organisations = validate_all(drafts, view, knowledge, today, &mut response);
    if response.violations_total > 0 {
        return Ok((Vec::new(), response));
    }
    let mut proposal = ProposedGrants::default();
    let mut mutations = Vec::new();
    for organisation in organisations.values() {
        match view.organisation(&organisation.id) {
            None => response.created += 1,
            Some(held) if **held == *organisation => {
                response.unchanged += 1;
                continue;
            }
            Some(_) => response.updated += 1,
        }
        proposal.organisations.insert(&organisation.id, organisation);
        mutations.append(&mut put_mutations(organisation, view));
    }
    proposal.require_operator(view, today)?;
    response.applied = true;
    Ok((mutations, response))
}

/// Returns the mutations that put an organisation. If it is no longer suspended, or changes its sharing, its officers are put
/// again: watchers of the log for which the officers had disappeared must see them again.
pub(super) fn put_mutations(organisation: &Organisation, view: &View) -> Vec<Mutation> {
    let held = view.organisation(&organisation.id);
    let was_hidden = held.is_some_and(|held| !held.is_visible() || held.sharing != organisation.sharing);
    let mut mutations = vec![Mutation::PutOrganisation(organisation.clone())];
    if was_hidden && organisation.is_visible() {
        let officers = view.entries_of(&organisation.id);
        mutations.extend(officers.map(|entry| Mutation::PutOfficer(entry.officer.clone())));
    }
    mutations
}

fn validate_all(
    drafts: &[OrganisationDraft],
    view: &View,
    knowledge: &Knowledge,
    today: Date,
    response: &mut OrganisationsPut,
) -> BTreeMap<OrganisationId, Organisation> {
    let rules = knowledge.rules(today);
    let mut organisations: BTreeMap<OrganisationId, Organisation> = BTreeMap::new();
    let mut places: BTreeMap<OrganisationId, usize> = BTreeMap::new();
    let mut refuse = |index: usize, violation: Violation| {
        response.violations_total += 1;
        if response.violations.len() < REPORTED_VIOLATIONS {
            let id = drafts[index].id.chars().take(64).collect();
            response.violations.push(EntryViolation {
                index: Some(index),
                id,
                violation,
            });
        }
    };
    for (index, draft) in drafts.iter().enumerate() {
        match validate::organisation(draft, &rules) {
            Ok(mut organisation) => {
                // A draft without sharing settings leaves them as they are.
                if draft.sharing.is_none()
                    && let Some(held) = view.organisation(&organisation.id)
                {
                    organisation.sharing = held.sharing.clone();
                }
                if places.insert(organisation.id.clone(), index).is_some() {
                    let message = "Deze organisatie staat al eerder in de lijst; noem elke organisatie één keer.";
                    refuse(index, violation("id", ViolationCode::Duplicate, message));
                }
                organisations.insert(organisation.id.clone(), organisation);
            }
            Err(violations) => violations.into_iter().for_each(|violation| refuse(index, violation)),
        }
    }
    for organisation in organisations.values() {
        for (place, successor) in organisation.successors.iter().enumerate() {
            if !organisations.contains_key(successor) && view.organisation(successor).is_none() {
                let field = format!("successors[{place}]");
                let message = "Deze opvolger staat niet in het register; voeg hem eerst toe of noem hem in dezelfde lijst.";
                refuse(
                    places[&organisation.id],
                    violation(&field, ViolationCode::UnknownReference, message),
                );
            }
        }
    }
    organisations
}

fn violation(field: &str, code: ViolationCode, message: &str) -> Violation {
    Violation {
        field: field.to_owned(),
        code,
        message: message.to_owned(),
    }
}
