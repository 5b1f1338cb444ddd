//! Creates or replaces grants.

use std::collections::BTreeSet;
use std::sync::Arc;

use register::change::Mutation;
use register::draft::GrantDraft;
use register::grant::{Grant, Role};
use register::identifier::RequestId;
use register::position::Position;
use register::validate;
use register::view::View;
use register::violation::{Violation, ViolationCode, Violations};
use serde::{Deserialize, Serialize};
use server_core::authorisation;
use server_core::error::Error;
use server_core::identity::Caller;

use super::limits::check_list_length;
use super::operators::ProposedGrants;
use super::write::{Decision, RetryKey, WriteResponse};
use super::{Directory, Knowledge};

/// Grants to create or replace.
#[derive(Clone, Debug)]
pub struct PutGrants {
    /// 1 to 1,000 grants.
    pub grants: Vec<GrantDraft>,
    /// The caller's id for this write.
    pub request_id: RequestId,
}

/// The response to [`PutGrants`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantsPut {
    /// The number of grants that are new or changed.
    pub changed: usize,
    /// The position after the write.
    pub position: Position,
}

impl WriteResponse for GrantsPut {
    fn set_position(&mut self, position: Position) {
        self.position = position;
    }
}

impl Directory {
    /// Creates grants, or replaces those of the same OIN and organisation: all or nothing.
    pub async fn put_grants(self: &Arc<Self>, caller: &Caller, request: PutGrants) -> Result<GrantsPut, Error> {
        self.may_operate(&self.views.current(), caller)?;
        check_list_length("grants", request.grants.len())?;
        let PutGrants {
            grants: drafts,
            request_id,
        } = request;
        let retry_key = RetryKey::new("admin.PutGrants", &caller.acting, None, &request_id, &drafts);
        let (acting, knowledge, today) = (caller.acting.clone(), self.knowledge.clone(), self.clock.today());
        self.write(Some(retry_key), move |view| {
            let authority = authorisation::for_any_organisation(view, &acting, &[Role::Operate], today)?;
            let grants = validate_all(&drafts, view, &knowledge, today)?;
            let changed: Vec<Grant> = grants
                .into_iter()
                .filter(|grant| view.grant(&grant.oin, &grant.organisation).map(AsRef::as_ref) != Some(grant))
                .collect();
            let mut proposal = ProposedGrants::default();
            for grant in &changed {
                proposal
                    .grants
                    .insert((grant.oin.clone(), grant.organisation.clone()), Some(grant));
            }
            proposal.require_operator(view, today)?;
            Ok(Decision {
                actor: authority.actor(Some(request_id)),
                response: GrantsPut {
                    changed: changed.len(),
                    position: view.position(),
                },
                mutations: changed.into_iter().map(Mutation::PutGrant).collect(),
            })
        })
        .await
    }
}

fn validate_all(
    drafts: &[GrantDraft],
    view: &View,
    knowledge: &Knowledge,
    today: jiff::civil::Date,
) -> Result<Vec<Grant>, Error> {
    let rules = knowledge.rules(today);
    let mut violations = Violations::new();
    let mut seen = BTreeSet::new();
    let mut grants = Vec::with_capacity(drafts.len());
    for (index, draft) in drafts.iter().enumerate() {
        match validate::grant(draft, &rules) {
            Ok(grant) => {
                if view.organisation(&grant.organisation).is_none() {
                    let message = "Deze organisatie staat niet in het register; voeg haar eerst toe.";
                    violations.add(
                        format!("grants[{index}].organisation"),
                        ViolationCode::UnknownReference,
                        message,
                    );
                }
                if !seen.insert((grant.oin.clone(), grant.organisation.clone())) {
                    let message =
                        "Deze machtiging staat al eerder in de lijst; noem elke combinatie van OIN en organisatie één keer.";
                    violations.add(format!("grants[{index}]"), ViolationCode::Duplicate, message);
                }
                grants.push(grant);
            }
            Err(found) => {
                for Violation { field, code, message } in found {
                    violations.add(format!("grants[{index}].{field}"), code, message);
                }
            }
        }
    }
    violations.into_result(Some(grants)).map_err(Error::invalid)
}
