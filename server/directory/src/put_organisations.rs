//! Creates organisations or replaces what is known of them.

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

use super::operators::Proposal;
use super::write::{Answer, Decision, Repeatable};
use super::{Directory, EntryViolation, Knowledge, limits};

/// Organisations to create or replace.
#[derive(Clone, Debug)]
pub struct PutOrganisations {
    /// 1 to 1,000.
    pub organisations: Vec<OrganisationDraft>,
    /// The caller's name for this write.
    pub request_id: RequestId,
    /// Only say what would be done.
    pub validate_only: bool,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationsPut {
    /// Whether it was applied.
    pub applied: bool,
    /// Organisations that were, or would be, new.
    pub created: usize,
    /// Organisations that were, or would be, changed.
    pub updated: usize,
    /// Organisations that are as they were.
    pub unchanged: usize,
    /// Everything that is wrong; the first thousand.
    pub violations: Vec<EntryViolation>,
    /// How many violations there are in all.
    pub violations_total: usize,
    /// The position after it.
    pub position: Position,
}

impl Answer for OrganisationsPut {
    fn settle(&mut self, position: Position) {
        self.position = position;
    }

    fn is_kept(&self) -> bool {
        self.applied
    }
}

impl Directory {
    /// Puts organisations, all or nothing. Grants and officers of one that is replaced stay as they are.
    pub async fn put_organisations(
        self: &Arc<Self>,
        caller: &Caller,
        request: PutOrganisations,
    ) -> Result<OrganisationsPut, Error> {
        self.may_operate(&self.views.current(), caller)?;
        check_number("organisations", request.organisations.len())?;
        let PutOrganisations {
            organisations: drafts,
            request_id,
            validate_only,
        } = request;
        let (caller_acting, name) = (caller.acting.clone(), request_id.clone());
        let (drafts, repeatable) = self
            .tasks
            .blocking(move || {
                let repeatable = Repeatable::new("admin.PutOrganisations", &caller_acting, None, &name, &drafts);
                (drafts, repeatable)
            })
            .await?;
        let (acting, knowledge, today) = (caller.acting.clone(), self.knowledge.clone(), self.clock.today());
        let decide = move |view: &View| {
            let authority = authorisation::for_any_organisation(view, &acting, &[Role::Operate], today)?;
            let (mutations, answer) = plan(&drafts, view, &knowledge, today)?;
            Ok(Decision {
                actor: authority.actor(Some(request_id)),
                mutations,
                answer,
            })
        };
        if validate_only {
            let view = self.views.current();
            let Decision { mut answer, .. } = self.tasks.blocking(move || decide(&view)).await??;
            answer.applied = false;
            return Ok(answer);
        }
        self.write(Some(repeatable), decide).await
    }
}

fn plan(
    drafts: &[OrganisationDraft],
    view: &View,
    knowledge: &Knowledge,
    today: Date,
) -> Result<(Vec<Mutation>, OrganisationsPut), Error> {
    let mut answer = OrganisationsPut {
        applied: false,
        created: 0,
        updated: 0,
        unchanged: 0,
        violations: Vec::new(),
        violations_total: 0,
        position: view.position(),
    };
    let wanted = read(drafts, view, knowledge, today, &mut answer);
    if answer.violations_total > 0 {
        return Ok((Vec::new(), answer));
    }
    let mut proposal = Proposal::default();
    let mut mutations = Vec::new();
    for organisation in wanted.values() {
        match view.organisation(&organisation.id) {
            None => answer.created += 1,
            Some(held) if **held == *organisation => {
                answer.unchanged += 1;
                continue;
            }
            Some(_) => answer.updated += 1,
        }
        proposal.organisations.insert(&organisation.id, organisation);
        mutations.append(&mut put(organisation, view));
    }
    proposal.must_leave_an_operator(view, today)?;
    answer.applied = true;
    Ok((mutations, answer))
}

/// What puts an organisation. One that is no longer suspended, or lets other registers do something else with its officers, has
/// its officers put again: to some who follow the log they were gone, and now they are there.
pub(super) fn put(organisation: &Organisation, view: &View) -> Vec<Mutation> {
    let held = view.organisation(&organisation.id);
    let was_hidden = held.is_some_and(|held| !held.is_visible() || held.sharing != organisation.sharing);
    let mut mutations = vec![Mutation::PutOrganisation(organisation.clone())];
    if was_hidden && organisation.is_visible() {
        let officers = view.entries_of(&organisation.id);
        mutations.extend(officers.map(|entry| Mutation::PutOfficer(entry.officer.clone())));
    }
    mutations
}

fn read(
    drafts: &[OrganisationDraft],
    view: &View,
    knowledge: &Knowledge,
    today: Date,
    answer: &mut OrganisationsPut,
) -> BTreeMap<OrganisationId, Organisation> {
    let rules = knowledge.rules(today);
    let mut wanted: BTreeMap<OrganisationId, Organisation> = BTreeMap::new();
    let mut places: BTreeMap<OrganisationId, usize> = BTreeMap::new();
    let mut refuse = |index: usize, violation: Violation| {
        answer.violations_total += 1;
        if answer.violations.len() < REPORTED_VIOLATIONS {
            let id = drafts[index].id.chars().take(64).collect();
            answer.violations.push(EntryViolation {
                index: Some(index),
                id,
                violation,
            });
        }
    };
    for (index, draft) in drafts.iter().enumerate() {
        match validate::organisation(draft, &rules) {
            Ok(mut organisation) => {
                // What nobody has said of sharing stays as it was.
                if draft.sharing.is_none()
                    && let Some(held) = view.organisation(&organisation.id)
                {
                    organisation.sharing = held.sharing.clone();
                }
                if places.insert(organisation.id.clone(), index).is_some() {
                    let message = "Deze organisatie staat al eerder in de lijst; noem elke organisatie één keer.";
                    refuse(index, violation("id", ViolationCode::Duplicate, message));
                }
                wanted.insert(organisation.id.clone(), organisation);
            }
            Err(violations) => violations.into_iter().for_each(|violation| refuse(index, violation)),
        }
    }
    for organisation in wanted.values() {
        for (place, successor) in organisation.successors.iter().enumerate() {
            if !wanted.contains_key(successor) && view.organisation(successor).is_none() {
                let field = format!("successors[{place}]");
                let message = "Deze opvolger staat niet in het register; voeg hem eerst toe of noem hem in dezelfde lijst.";
                refuse(
                    places[&organisation.id],
                    violation(&field, ViolationCode::UnknownReference, message),
                );
            }
        }
    }
    wanted
}

fn violation(field: &str, code: ViolationCode, message: &str) -> Violation {
    Violation {
        field: field.to_owned(),
        code,
        message: message.to_owned(),
    }
}

/// Refuses a list that is empty or too long.
pub(super) fn check_number(field: &str, number: usize) -> Result<(), Error> {
    if number == 0 {
        return Err(super::violation(
            field,
            ViolationCode::Required,
            "De lijst is leeg; noem er minstens één.",
        ));
    }
    if number > limits::OPERATIONS {
        let message = "De lijst is langer dan 1.000; deel haar op.";
        return Err(super::violation(field, ViolationCode::TooLong, message));
    }
    Ok(())
}
