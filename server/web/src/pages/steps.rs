//! "Als het niet lukt": where to go next, and why. The order and the reasons are those of a route; this only tells it.

use register::draft::NeedDraft;
use register::identifier::OfficerName;
use register::organisation::Organisation;
use register::resolve::{Level, Route, Target};
use server_core::error::{Error, Reason};

use super::contact::ContactLinks;
use super::dutch::sentence;
use super::reach::Reach;
use super::words::Words;

/// Colleagues that are shown before the desk and the LMM. Behind the LMM stand ambassadors and the LET, whom it calls in itself.
const MOST_PEOPLE: usize = 2;

/// Why the LMM comes next when no route is known.
const WHY_LAST_RESORT: &str = "Het LMM helpt professionals verder als niemand anders dat kan.";

/// What the LMM asks of everybody who calls it.
const BRING_TO_LMM: &str =
    "Houd bij de hand: wie u al hebt gesproken, wat zij antwoordden en of het huishouden toestemming geeft.";

/// What sort of step the LMM is.
const LMM: &str = "Landelijk maatwerkloket";

/// Where to go next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NextSteps {
    /// In order.
    pub(super) steps: Vec<Step>,
    /// Why there is no more than the last resort, or nothing at all.
    pub(super) problem: Option<&'static str>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// What sort of step it is.
    pub(super) sort: &'static str,
    /// Who or which desk.
    pub(super) title: String,
    /// Of which organisation, unless the title says it.
    pub(super) organisation: Option<String>,
    /// The page of the entry or of the organisation.
    pub(super) href: String,
    /// Why.
    pub(super) why: String,
    /// What to have at hand.
    pub(super) bring: Option<String>,
    /// Whether someone answers.
    pub(super) reach: Reach,
    /// How.
    pub(super) contact: ContactLinks,
}

impl NextSteps {
    /// The steps of `route` behind the officer `tried`, or all of them. Without a route there is still the LMM.
    pub(super) fn of(route: Result<Route, Error>, tried: Option<&OfficerName>, words: &Words<'_>) -> Self {
        let route = match route {
            Ok(route) => route,
            Err(error) => {
                return Self {
                    steps: words.last_resort().map(|lmm| last_resort(lmm, words)).into_iter().collect(),
                    problem: Some(problem(&error)),
                };
            }
        };
        let is_new = |target: &&Target| tried.is_none_or(|tried| target.entry.as_ref().is_none_or(|entry| !entry.is(tried)));
        let following: Vec<&Target> = route.targets.iter().filter(is_new).collect();
        // What comes next must hold the LMM: nobody leaves empty-handed.
        let lmm = following.iter().position(|target| target.level == Level::Lmm);
        let before_lmm = &following[..lmm.unwrap_or(following.len())];
        let people = before_lmm.iter().filter(|target| target.entry.is_some()).take(MOST_PEOPLE);
        let desks = before_lmm.iter().filter(|target| target.entry.is_none()).take(1);
        let chosen = people.chain(desks).copied().chain(lmm.map(|place| following[place]));
        Self {
            steps: chosen.map(|target| step(target, words)).collect(),
            problem: None,
        }
    }
}

/// The need that a hit answers: what the question touched at this officer, there and for that municipality.
pub(super) fn need(officer: &OfficerName, competences: &[String], municipality: &str) -> NeedDraft {
    NeedDraft {
        organisation: officer.organisation.resource_name(),
        competences: competences.to_vec(),
        municipality: municipality.to_owned(),
        ..NeedDraft::default()
    }
}

fn step(target: &Target, words: &Words<'_>) -> Step {
    let organisation = &target.organisation;
    match &target.entry {
        Some(entry) => Step {
            sort: sort(target),
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
            reach: Reach::of_entry(entry, words.now),
            contact: ContactLinks::of_officer(&entry.officer.contact, &entry.officer.approach),
        },
        None => desk(
            sort(target),
            organisation,
            &target.explanation,
            target.level == Level::Lmm,
            words,
        ),
    }
}

fn last_resort(lmm: &Organisation, words: &Words<'_>) -> Step {
    desk(LMM, lmm, WHY_LAST_RESORT, true, words)
}

fn desk(sort: &'static str, organisation: &Organisation, why: &str, is_lmm: bool, words: &Words<'_>) -> Step {
    Step {
        sort,
        title: organisation.name.clone(),
        organisation: None,
        href: format!("/organisatie/{}", organisation.id),
        why: why.to_owned(),
        bring: is_lmm.then(|| BRING_TO_LMM.to_owned()),
        reach: Reach::of_desk(&organisation.desk.hours, words.now),
        contact: ContactLinks::of_desk(&organisation.desk),
    }
}

fn sort(target: &Target) -> &'static str {
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

/// What is needed as it can be asked for: who needs nothing in particular is led to the LMM by name.
pub(super) fn or_last_resort(need: NeedDraft, words: &Words<'_>) -> NeedDraft {
    let says_something = !need.organisation.is_empty()
        || !need.competences.is_empty()
        || !need.domains.is_empty()
        || !need.municipality.is_empty();
    match words.last_resort() {
        Some(lmm) if !says_something => NeedDraft {
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
