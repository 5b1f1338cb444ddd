//! Records that an organisation has confirmed its entries today.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{ToSpan, civil::Date};
use register::change::Mutation;
use register::grant::Role;
use register::identifier::{OfficerName, OrganisationId, RequestId};
use register::position::Position;
use register::verification::Verification;
use register::view::View;
use register::violation::{ViolationCode, Violations};
use serde::{Deserialize, Serialize};
use server_core::authorisation;
use server_core::error::Error;
use server_core::identity::Caller;

use super::write::{Decision, RetryKey, WriteResponse};
use super::{Directory, limits};

/// Entries to confirm.
#[derive(Clone, Debug)]
pub struct VerifyOfficers {
    /// The organisation of the officers.
    pub organisation: OrganisationId,
    /// The resource names of the officers; empty for all officers of the organisation.
    pub officers: Vec<String>,
    /// The last day on which the verification counts (`yyyy-mm-dd`); empty for half a year from today.
    pub verify_by: String,
    /// The caller's id for this write.
    pub request_id: RequestId,
}

/// The response to [`VerifyOfficers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// The number of verified entries.
    pub verified: usize,
    /// The position after the write.
    pub position: Position,
}

impl WriteResponse for Verified {
    fn set_position(&mut self, position: Position) {
        self.position = position;
    }
}

impl Directory {
    /// Verifies entries as of today, which also settles the open reports on them.
    pub async fn verify_officers(self: &Arc<Self>, caller: &Caller, request: VerifyOfficers) -> Result<Verified, Error> {
        self.may_publish(caller, &request.organisation)?;
        let today = self.clock.today();
        let (names, verify_by) = parse(&request, today)?;
        let body = (&request.officers, &request.verify_by);
        let (method, organisation) = ("sync.VerifyOfficers", Some(&request.organisation));
        let retry_key = RetryKey::new(method, &caller.acting, organisation, &request.request_id, &body);
        let acting = caller.acting.clone();
        self.write(Some(retry_key), move |view| {
            let authority = authorisation::for_organisation(view, &acting, Role::Publish, &request.organisation, today)?;
            let mut verification = Verification::new(today, Some(acting.oin().clone()));
            verification.verify_by = verify_by.unwrap_or(verification.verify_by);
            let names = existing(view, &request.organisation, names)?;
            let verified = names.len();
            // A second verification on the same day changes nothing, unless there are reports to settle.
            let is_change = |name: &OfficerName| {
                view.entry(name)
                    .is_some_and(|entry| entry.verification.as_ref() != Some(&verification) || !entry.reports.open().is_empty())
            };
            let changed = names.into_iter().filter(is_change).map(|name| Mutation::VerifyOfficer {
                name,
                verification: verification.clone(),
            });
            Ok(Decision {
                actor: authority.actor(Some(request.request_id)),
                mutations: changed.collect(),
                response: Verified {
                    verified,
                    position: view.position(),
                },
            })
        })
        .await
    }
}

fn parse(request: &VerifyOfficers, today: Date) -> Result<(Vec<OfficerName>, Option<Date>), Error> {
    let mut violations = Violations::new();
    if request.officers.len() > limits::VERIFIED_OFFICERS {
        let message = "De lijst is langer dan 10.000; deel haar op, of noem niemand om iedereen te bevestigen.";
        violations.add("officers", ViolationCode::TooLong, message);
    }
    let mut names = BTreeSet::new();
    for (index, text) in request.officers.iter().take(limits::VERIFIED_OFFICERS).enumerate() {
        let field = format!("officers[{index}]");
        match OfficerName::parse(text) {
            Ok(name) if name.organisation != request.organisation => {
                let message =
                    "Deze functionaris hoort bij een andere organisatie; een organisatie bevestigt alleen eigen functionarissen.";
                violations.add(field, ViolationCode::ForeignEntry, message);
            }
            Ok(name) => {
                names.insert(name);
            }
            Err(_) => {
                let message = "Dit is geen kenmerk van een functionaris; schrijf organisations/{organisatie}/officers/{kenmerk}.";
                violations.add(field, ViolationCode::Malformed, message);
            }
        }
    }
    let mut verify_by = None;
    if !request.verify_by.is_empty() {
        match request.verify_by.parse::<Date>() {
            Err(_) => violations.add(
                "verify_by",
                ViolationCode::Malformed,
                "Dit is geen datum; schrijf jjjj-mm-dd.",
            ),
            Ok(day) if day < today => {
                violations.add(
                    "verify_by",
                    ViolationCode::EmptyRange,
                    "Deze dag is al voorbij; kies een latere.",
                );
            }
            Ok(day) if day > today.saturating_add(1.year()) => {
                let message = "Een bevestiging geldt hooguit een jaar; kies een eerdere dag.";
                violations.add("verify_by", ViolationCode::TooLong, message);
            }
            Ok(day) => verify_by = Some(day),
        }
    }
    violations
        .into_result(Some((names.into_iter().collect(), verify_by)))
        .map_err(Error::invalid)
}

/// Requires that all named entries exist. Without names, returns all entries of the organisation.
fn existing(view: &View, organisation: &OrganisationId, names: Vec<OfficerName>) -> Result<Vec<OfficerName>, Error> {
    if names.is_empty() {
        return Ok(view.entries_of(organisation).map(|entry| entry.officer_name()).collect());
    }
    let mut violations = Violations::new();
    for name in names.iter().filter(|name| view.entry(name).is_none()) {
        let message = format!(
            "Er is geen functionaris met kenmerk ‘{}’; misschien is hij ingetrokken.",
            name.officer
        );
        violations.add("officers", ViolationCode::UnknownReference, message);
    }
    violations.into_result(Some(names)).map_err(Error::invalid)
}
