//! The next steps ("Als het niet lukt"): presents the targets of a route with their reasons, in the order of the route.

use register::draft::NeedDraft;
use register::identifier::OfficerName;
use register::organisation::Organisation;
use register::resolve::{Level, Route, Target};
use server_core::error::{Error, Reason};

use super::contact::ContactLinks;
use super::dutch::sentence;
use super::labels::Labels;
use super::reachability::Reachability;

/// Maximum number of colleagues before the desk and the LMM. Targets after the LMM are left out: the LMM calls them in itself.
const MAX_PEOPLE: usize = 2;

/// The reason for the LMM when there is no route.
const WHY_LAST_RESORT: &str = "Het LMM helpt professionals verder als niemand anders dat kan.";

/// What everybody who calls the LMM must have at hand.
const BRING_TO_LMM: &str =
    "Houd bij de hand: wie u al hebt gesproken, wat zij antwoordden en of het huishouden toestemming geeft.";

/// The kind of the step to the LMM.
const LMM: &str = "Landelijk maatwerkloket";

/// The next steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NextSteps {
    /// The steps, in order.
    pub(super) steps: Vec<NextStep>,
    /// Why there is only the LMM, or nothing.
    pub(super) problem: Option<&'static str>,
}

/// A next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NextStep {
    /// The kind of step.
    pub(super) kind: &'static str,
    /// The title of the function, or the name of the organisation.
    pub(super) title: String,
    /// The organisation, unless the title names it.
    pub(super) organisation: Option<String>,
    /// The address of the entry or the organisation.
    pub(super) href: String,
    /// The reason for this step.
    pub(super) why: String,
    /// What to have at hand.
    pub(super) bring: Option<String>,
    /// Whether somebody answers now.
    pub(super) reach: Reachability,
    /// The ways to reach it.
    pub(super) contact: ContactLinks,
}

impl NextSteps {
    /// The steps of `route` without the officer `tried`. Without a route, the only step is the LMM.
    pub(super) fn of(route: Result<Route, Error>, tried: Option<&OfficerName>, labels: &Labels<'_>) -> Self {
        let route = match route {
            Ok(route) => route,
            Err(error) => {
                return Self {
                    steps: labels.last_resort().map(|lmm| last_resort(lmm, labels)).into_iter().collect(),
                    problem: Some(problem(&error)),
                };
            }
        };
        let is_new = |target: &&Target| tried.is_none_or(|tried| target.entry.as_ref().is_none_or(|entry| !entry.is(tried)));
        let following: Vec<&Target> = route.targets.iter().filter(is_new).collect();
        // The steps must contain the LMM: nobody leaves empty-handed.
        let lmm = following.iter().position(|target| target.level == Level::Lmm);
        let before_lmm = &following[..lmm.unwrap_or(following.len())];
        let people = before_lmm.iter().filter(|target| target.entry.is_some()).take(MAX_PEOPLE);
        let desks = before_lmm.iter().filter(|target| target.entry.is_none()).take(1);
        let chosen = people.chain(desks).copied().chain(lmm.map(|place| following[place]));
        Self {
            steps: chosen.map(|target| step(target, labels)).collect(),
            problem: None,
        }
    }
}

/// The need for a hit: what the question matched at this officer, for that municipality.
pub(super) fn need(officer: &OfficerName, competences: &[String], municipality: &str) -> NeedDraft {
    NeedDraft {
        organisation: officer.organisation.resource_name(),
        competences: competences.to_vec(),
        municipality: municipality.to_owned(),
        ..NeedDraft::default()
    }
}

fn step(target: &Target, labels: &Labels<'_>) -> NextStep {
    let organisation = &target.organisation;
    match &target.entry {
        Some(entry) => NextStep {
            kind: kind_of(target),
            title: entry.officer.function_title.clone(),
            organisation: Some(organisation.short_name.clone()),
            href: format!("/medewerker/{}/{}", organisation.id, entry.officer.id),
            why: target.explanation.clone(),
            bring: entry
                .officer
                .approach
                .bring
                .as_deref()
                .map(|bring| format!("Houd bij de hand: {}", sentence(bring))),
            reach: Reachability::of_entry(entry, labels.now),
            contact: ContactLinks::of_officer(&entry.officer.contact, &entry.officer.approach),
        },
        None => desk(
            kind_of(target),
            organisation,
            &target.explanation,
            target.level == Level::Lmm,
            labels,
        ),
    }
}

fn last_resort(lmm: &Organisation, labels: &Labels<'_>) -> NextStep {
    desk(LMM, lmm, WHY_LAST_RESORT, true, labels)
}

fn desk(kind: &'static str, organisation: &Organisation, why: &str, is_lmm: bool, labels: &Labels<'_>) -> NextStep {
    NextStep {
        kind,
        title: organisation.name.clone(),
        organisation: None,
        href: format!("/organisatie/{}", organisation.id),
        why: why.to_owned(),
        bring: is_lmm.then(|| BRING_TO_LMM.to_owned()),
        reach: Reachability::of_desk(&organisation.desk.hours, labels.now),
        contact: ContactLinks::of_desk(&organisation.desk),
    }
}

fn kind_of(target: &Target) -> &'static str {
    match (target.level, target.entry.is_some()) {
        (Level::Officer, _) => "Collega",
        (Level::Deputy, _) => "Vervanger",
        (Level::JointBody, true) => "Samenwerkingsverband",
        (Level::JointBody, false) => "Loket van het samenwerkingsverband",
        (Level::Desk, _) => "Algemeen loket",
        (Level::Lmm, _) => LMM,
        (Level::Ambassador, _) => "Ambassadeur",
        (Level::Let, _) => "Landelijk escalatieteam",
    }
}

/// Adds the LMM as the organisation of a need that names nothing, because such a need has no route.
pub(super) fn or_last_resort(need: NeedDraft, labels: &Labels<'_>) -> NeedDraft {
    let is_specific = !need.organisation.is_empty()
        || !need.competences.is_empty()
        || !need.domains.is_empty()
        || !need.municipality.is_empty();
    match labels.last_resort() {
        Some(lmm) if !is_specific => NeedDraft {
            organisation: lmm.id.resource_name(),
            ..need
        },
        _ => need,
    }
}

fn problem(error: &Error) -> &'static str {
    match error.reason() {
        Reason::RoleMissing | Reason::GrantExpired => {
            "Uw organisatie mag in dit register geen doorverwijzing vragen. Vraag de beheerder van het register daarom."
        }
        Reason::NoTarget => "Het register kent hier geen volgende stap. Meld dit bij de beheerder van het register.",
        _ => "De volgende stap kan nu niet worden bepaald. Probeer het over een minuut opnieuw.",
    }
}

#[cfg(test)]
mod tests;
