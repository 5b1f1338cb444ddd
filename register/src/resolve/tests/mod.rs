//! Tests of the rules of routes, each with the smallest register that shows it.

mod absence;
mod municipality;
mod need;
mod order;

use jiff::Timestamp;
use jiff::civil::date;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::draft::NeedDraft;
use crate::entry::{Entry, Etag};
use crate::gazetteer::Gazetteer;
use crate::officer::{MandateLevel, Officer};
use crate::organisation::Organisation;
use crate::position::{Epoch, Position, Revision};
use crate::presence::{Absence, Presence};
use crate::verification::Verification;
use crate::violation::ViolationCode;
use crate::vocabulary::Vocabulary;

/// A Monday, eleven in the morning in the Netherlands.
const MONDAY: &str = "2026-11-23T10:00:00Z";

/// A register under test.
#[derive(Clone, Default)]
struct Register {
    organisations: Vec<Organisation>,
    entries: Vec<Entry>,
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "`json!` at the call reads better without a borrow"
)]
impl Register {
    /// Creates a register with an LMM and a LET.
    fn new() -> Self {
        Self::default()
            .with("lmm", "LMM", "loket", json!({"desk": {"email": "loket@lmm.example"}}))
            .with("let", "LET", "escalatieteam", json!({"desk": {"email": "loket@let.example"}}))
    }

    fn with(mut self, id: &str, name: &str, kind: &str, more: Value) -> Self {
        let mut organisation = json!({"id": id, "name": name, "short_name": name, "kind": kind, "status": "connected"});
        organisation
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        self.organisations.push(serde_json::from_value(organisation).unwrap());
        self
    }

    /// Adds an officer `organisation/id`, verified last month.
    fn officer(mut self, name: &str, more: Value) -> Self {
        let (organisation, id) = name.split_once('/').unwrap();
        let mut officer = json!({"organisation": organisation, "id": id, "function_title": "Maatwerkfunctionaris",
            "mandates": [{"level": "decide"}]});
        officer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let officer: Officer = serde_json::from_value(officer).unwrap();
        self.entries.push(Entry {
            reports: Default::default(),
            etag: Etag::of(&officer),
            officer,
            presence: Presence::default(),
            verification: Some(Verification::new(date(2026, 10, 20), None)),
            revision: Revision(1),
            updated_at: Timestamp::UNIX_EPOCH,
        });
        self
    }

    /// Makes the last added officer absent.
    fn absent(mut self, from: &str, until: &str) -> Self {
        let absence = Absence {
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
        };
        self.entries.last_mut().unwrap().presence.absences.push(absence);
        self
    }

    fn stale(mut self) -> Self {
        self.entries.last_mut().unwrap().verification = None;
        self
    }

    fn view(&self) -> View {
        let position = Position::new(Epoch::from_uuid(Uuid::from_u128(1)), Revision(7));
        View::load(position, self.organisations.clone(), [], self.entries.clone())
    }

    fn try_resolve(&self, draft: &NeedDraft) -> Result<Route, ResolveError> {
        let (vocabulary, gazetteer) = (Vocabulary::builtin(), Gazetteer::builtin());
        let rules = Rules::new(&vocabulary, &gazetteer, date(2026, 11, 23));
        let need = crate::validate::need(draft, MONDAY.parse().unwrap(), &rules).unwrap();
        resolve(&self.view(), &rules, &need)
    }

    fn resolve(&self, draft: &NeedDraft) -> Route {
        self.try_resolve(draft).unwrap()
    }
}

fn need(organisation: &str, competences: &[&str], municipality: &str) -> NeedDraft {
    NeedDraft {
        organisation: organisation.into(),
        competences: competences.iter().map(|code| (*code).to_owned()).collect(),
        municipality: municipality.into(),
        ..NeedDraft::default()
    }
}

/// `level organisation/id` for each target.
fn names(route: &Route) -> Vec<String> {
    let name = |target: &Target| match &target.entry {
        Some(entry) => format!("{:?} {}/{}", target.level, entry.officer.organisation, entry.officer.id),
        None => format!("{:?} {}", target.level, target.organisation.id),
    };
    route.targets.iter().map(name).collect()
}

/// The officers of a route, as `organisation/id`.
fn officers(route: &Route) -> Vec<String> {
    let officers = route.targets.iter().filter_map(|target| target.entry.as_ref());
    officers
        .map(|entry| format!("{}/{}", entry.officer.organisation, entry.officer.id))
        .collect()
}

fn dropped(route: &Route) -> Vec<(String, &'static str)> {
    route
        .considered
        .iter()
        .map(|considered| (considered.name.clone(), considered.reason.as_str()))
        .collect()
}

fn cak() -> Register {
    Register::new().with(
        "zb000211",
        "CAK",
        "uitvoeringsorganisatie",
        json!({"desk": {"email": "loket@cak.example"}}),
    )
}
