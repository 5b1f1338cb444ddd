//! Grades officers for a query.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use register::draft::{OfficerDraft, OrganisationDraft};

use super::labels::LabelledQuery;

/// The prefix of a label that asks for one officer by `organisation/id`.
const OFFICER: &str = "officer:";

/// Grades by officer (`organisation/id`); an officer that is absent has no grade.
pub type Grades = HashMap<String, u8>;

/// A register that cannot be judged by.
#[derive(Debug, thiserror::Error)]
#[error("line {line} of the {file}")]
pub struct RelevanceError {
    file: &'static str,
    line: usize,
    source: serde_json::Error,
}

/// Judges officers of one register.
pub struct RelevanceJudge {
    officers: Vec<OfficerDraft>,
    municipal: HashSet<String>,
    /// Short names of organisations, in lower case, by id.
    short_names: HashMap<String, String>,
    /// The set of competences of each officer of a municipality: equal sets are the same desk.
    desks: HashMap<String, String>,
}

impl RelevanceJudge {
    /// Reads a register in the exchange form: the texts of `organisations.jsonl` and `officers.jsonl`.
    pub fn from_json_lines(organisations: &str, officers: &str) -> Result<Self, RelevanceError> {
        let organisations: Vec<OrganisationDraft> = parse_lines("organisations", organisations)?;
        let officers: Vec<OfficerDraft> = parse_lines("officers", officers)?;
        let short_names = organisations
            .iter()
            .map(|organisation| (organisation.id.clone(), organisation.short_name.to_lowercase()))
            .collect();
        let municipal: HashSet<String> = organisations
            .into_iter()
            .filter(|organisation| organisation.kind == "gemeente")
            .map(|organisation| organisation.id)
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

    /// Grades all officers for `query`.
    pub fn grades(&self, query: &LabelledQuery) -> Grades {
        self.officers
            .iter()
            .filter_map(|officer| Some((name(officer), self.grade(query, officer)?)))
            .collect()
    }

    /// The grades of a ranking, best officer first, with equal desks collapsed; 0 for an officer without a grade.
    pub fn ranked_grades(&self, query: &LabelledQuery, ranking: &[String]) -> Vec<u8> {
        let grades = self.grades(query);
        let collapsed = self.collapse(query, ranking.iter().map(String::as_str));
        collapsed
            .into_iter()
            .map(|officer| grades.get(officer).copied().unwrap_or_default())
            .collect()
    }

    /// The grades of the best possible ranking, with equal desks collapsed.
    pub fn ideal_grades(&self, query: &LabelledQuery) -> Vec<u8> {
        let grades = self.grades(query);
        let best_first: BTreeSet<_> = grades
            .iter()
            .map(|(officer, grade)| (Reverse(*grade), officer.as_str()))
            .collect();
        self.collapse(query, best_first.into_iter().map(|(_, officer)| officer))
            .into_iter()
            .map(|officer| grades[officer])
            .collect()
    }

    /// Whether `query` asks for one place or one officer, so that desks of several municipalities are different results.
    fn is_particular(query: &LabelledQuery) -> bool {
        query.municipality.is_some() || query.organisations.iter().any(|wanted| wanted.starts_with(OFFICER))
    }

    fn grade(&self, query: &LabelledQuery, officer: &OfficerDraft) -> Option<u8> {
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

    /// Keeps the first of equal desks where `query` names no municipality.
    fn collapse<'a>(&'a self, query: &LabelledQuery, officers: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let mut seen = HashSet::new();
        officers
            .into_iter()
            .filter(|officer| match self.desks.get(*officer) {
                Some(desk) if !Self::is_particular(query) => seen.insert(desk.as_str()),
                _ => seen.insert(officer),
            })
            .collect()
    }
}

fn name(officer: &OfficerDraft) -> String {
    format!("{}/{}", officer.organisation, officer.id)
}

fn parse_lines<T: serde::de::DeserializeOwned>(file: &'static str, text: &str) -> Result<Vec<T>, RelevanceError> {
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(line, text)| serde_json::from_str(text).map_err(|source| RelevanceError { file, line, source }))
        .collect()
}
