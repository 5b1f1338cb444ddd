//! What each officer is worth for a query.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::Context as _;
use register::draft::{OfficerDraft, OrganisationDraft};

use super::Query;

/// Before the `organisation/id` of one officer that a query asks for by name.
const OFFICER: &str = "officer:";

/// Grades by officer (`organisation/id`); what is not in it is worth nothing.
pub type Grades = HashMap<String, u8>;

/// A register to judge by.
pub struct Judge {
    officers: Vec<OfficerDraft>,
    municipal: HashSet<String>,
    /// Short names of organisations, in lower case, by id.
    short_names: HashMap<String, String>,
    /// The desk that an officer of a municipality is, by its set of competences.
    desks: HashMap<String, String>,
}

impl Judge {
    /// Reads a register in the exchange form: `organisations.jsonl` and `officers.jsonl`.
    pub fn new(organisations: &str, officers: &str) -> anyhow::Result<Self> {
        let organisations: Vec<OrganisationDraft> = lines(organisations).context("cannot read the organisations")?;
        let officers: Vec<OfficerDraft> = lines(officers).context("cannot read the officers")?;
        let short_names = organisations
            .iter()
            .map(|organisation| (organisation.id.clone(), organisation.short_name.to_lowercase()))
            .collect();
        let municipal: HashSet<String> = organisations
            .into_iter()
            .filter(|organisation| organisation.kind == "gemeente")
            .map(|o| o.id)
            .collect();
        let desks = officers
            .iter()
            .filter(|officer| municipal.contains(&officer.organisation))
            .map(|officer| {
                let mut competences = officer.competences.clone();
                competences.sort();
                (name(officer), competences.join(" "))
            })
            .collect();
        Ok(Self {
            officers,
            municipal,
            short_names,
            desks,
        })
    }

    /// The grades of all officers that are worth something for `query`.
    pub fn grades(&self, query: &Query) -> Grades {
        self.officers
            .iter()
            .filter_map(|officer| Some((name(officer), self.grade(query, officer)?)))
            .collect()
    }

    /// Whether `query` is about one place or one officer, so that desks of several municipalities are not the same result.
    fn is_particular(query: &Query) -> bool {
        query.municipality.is_some() || query.organisations.iter().any(|wanted| wanted.starts_with(OFFICER))
    }

    fn grade(&self, query: &Query, officer: &OfficerDraft) -> Option<u8> {
        let can_decide = query.organisations.iter().any(|wanted| match wanted.as_str() {
            "ANY" => true,
            exact if exact.starts_with(OFFICER) => exact[OFFICER.len()..] == name(officer),
            "GEMEENTE" => self.municipal.contains(&officer.organisation),
            id if officer.organisation == id => true,
            name => {
                let short_name = self.short_names.get(&officer.organisation);
                short_name.is_some_and(|known| *known == name.to_lowercase())
            }
        });
        let serves = query
            .municipality
            .as_ref()
            .is_none_or(|code| officer.area.is_empty() || officer.area.contains(code));
        if !can_decide || !serves {
            return None;
        }
        let main = query.competences.first()?;
        if main == "*" || officer.competences.contains(main) {
            return Some(3);
        }
        query
            .competences
            .iter()
            .any(|code| officer.competences.contains(code))
            .then_some(2)
    }

    /// `officers` with the same desk of many municipalities once, where `query` names no municipality.
    pub fn collapse<'a>(&'a self, query: &Query, officers: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let mut seen = HashSet::new();
        officers
            .into_iter()
            .filter(|officer| match self.desks.get(*officer) {
                Some(desk) if !Self::is_particular(query) => seen.insert(desk.as_str()),
                _ => seen.insert(officer),
            })
            .collect()
    }

    /// The best that a ranking of `grades` could be, collapsed.
    pub fn ideal(&self, query: &Query, grades: &Grades) -> Vec<u8> {
        let mut by_grade: BTreeMap<(std::cmp::Reverse<u8>, &str), ()> = BTreeMap::new();
        for (officer, grade) in grades {
            by_grade.insert((std::cmp::Reverse(*grade), officer), ());
        }
        self.collapse(query, by_grade.keys().map(|(_, officer)| *officer))
            .into_iter()
            .map(|officer| grades[officer])
            .collect()
    }
}

fn name(officer: &OfficerDraft) -> String {
    format!("{}/{}", officer.organisation, officer.id)
}

fn lines<T: serde::de::DeserializeOwned>(text: &str) -> anyhow::Result<Vec<T>> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| serde_json::from_str(line).with_context(|| format!("line {}", number + 1)))
        .collect()
}
