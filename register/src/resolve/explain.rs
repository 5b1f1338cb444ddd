//! Explains targets and rejections, each in one plain Dutch sentence.

use std::collections::BTreeSet;

use super::fit::{Area, Fit, Tier};
use super::rejected::Rejection;
use super::resolver::Resolver;
use super::route::{Considered, Level, RejectionReason};
use crate::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use crate::need::Need;
use crate::officer::{MandateLevel, Officer};
use crate::organisation::{Organisation, ServiceBasis};
use crate::validate::Rules;
use crate::view::View;

/// The number of an officer's own competences that a sentence names.
const MAX_NAMED_COMPETENCES: usize = 2;

/// Makes the sentences for one need.
pub(super) struct Explainer<'a> {
    view: &'a View,
    rules: &'a Rules<'a>,
    need: &'a Need,
}

/// The facts about an officer that its sentence depends on.
pub(super) struct OfficerFacts<'a> {
    pub(super) officer: &'a Officer,
    pub(super) fit: &'a Fit,
    pub(super) area: Area,
    pub(super) mandate: MandateLevel,
    pub(super) organisation: &'a Organisation,
    pub(super) power: Option<ServiceBasis>,
    pub(super) superseded_by: Option<&'a str>,
    pub(super) stands_in: bool,
    pub(super) without_mandate: bool,
    pub(super) municipalities: &'a BTreeSet<MunicipalityCode>,
}

impl<'a> Resolver<'a> {
    pub(super) fn explainer(&self) -> Explainer<'a> {
        Explainer {
            view: self.view,
            rules: self.rules,
            need: self.need,
        }
    }
}

impl Explainer<'_> {
    pub(super) fn officer(&self, facts: &OfficerFacts<'_>) -> String {
        let subject = self.subject(facts);
        let does = if facts.without_mandate {
            format!("kan de zaak aannemen, maar beslist niet zelf over {subject}")
        } else if let Some(body) = facts.superseded_by {
            let municipality = &facts.organisation.short_name;
            format!("kan verwijzen, want {municipality} heeft de beslissing over {subject} overgedragen aan {body}")
        } else {
            self.does(facts, &subject)
        };
        if facts.stands_in {
            format!("Vervangt een afwezige collega en {does}.")
        } else {
            format!("{}.", capitalised(&does))
        }
    }

    /// What an officer does and where, starting with the verb.
    fn does(&self, facts: &OfficerFacts<'_>, subject: &str) -> String {
        let area = self.area(facts);
        let organisation = &facts.organisation.short_name;
        let is_for_any_case = match facts.fit.tier {
            Tier::Competence => false,
            Tier::Domain => facts.fit.is_generalist && !self.need.competences.is_empty(),
            Tier::Generalist => true,
            Tier::Organisation => facts.fit.is_generalist,
        };
        match (facts.mandate, is_for_any_case) {
            (MandateLevel::Decide, true) => {
                format!("mag bij {organisation} in een bijzonder geval van de regels afwijken, {area}")
            }
            (MandateLevel::Advise, true) => format!("adviseert bij {organisation} over bijzondere gevallen, {area}"),
            (MandateLevel::Refer, true) => {
                format!("weet wie bij {organisation} beslist over bijzondere gevallen, {area}")
            }
            (MandateLevel::Refer, false) if facts.fit.tier == Tier::Domain => {
                let domain = self.domains(facts.fit.domains.first());
                format!("werkt {area} in het leefgebied {domain} en kan verwijzen")
            }
            (MandateLevel::Decide, false) => format!("beslist zelf over {subject}, {area}"),
            (MandateLevel::Advise, false) => format!("adviseert wie beslist over {subject}, {area}"),
            (MandateLevel::Refer, false) => format!("weet wie beslist over {subject}, {area}"),
        }
    }

    /// The subject, to follow "over".
    fn subject(&self, facts: &OfficerFacts<'_>) -> String {
        let fit = facts.fit;
        let needed = if fit.competences.is_empty() {
            &self.need.competences
        } else {
            &fit.competences
        };
        let own = &facts.officer.competences;
        if !needed.is_empty() {
            join_with_and(needed.iter().map(|code| self.competence(code)))
        } else if !self.need.domains.is_empty() {
            // A generalist works in none of the domains and may still look at the case.
            let domains = if fit.domains.is_empty() {
                &self.need.domains
            } else {
                &fit.domains
            };
            format!(
                "zaken van {} in het leefgebied {}",
                facts.organisation.short_name,
                self.domains(domains)
            )
        } else if own.is_empty() {
            format!("zaken in het leefgebied {}", self.domains(facts.officer.domains.first()))
        } else {
            let more = (own.len() > MAX_NAMED_COMPETENCES).then(|| "meer".to_owned());
            join_with_and(
                own.iter()
                    .take(MAX_NAMED_COMPETENCES)
                    .map(|code| self.competence(code))
                    .chain(more),
            )
        }
    }

    fn area(&self, facts: &OfficerFacts<'_>) -> String {
        let municipality = join_with_and(facts.municipalities.iter().map(|code| self.municipality(code)));
        match (facts.area, facts.power) {
            (Area::Own, Some(ServiceBasis::Delegatie)) => format!("in plaats van de gemeente {municipality}"),
            (Area::Own, Some(ServiceBasis::Mandaat)) => format!("namens de gemeente {municipality}"),
            (Area::Own, None) => format!("voor {municipality}"),
            (Area::Country, _) => "voor heel Nederland".to_owned(),
            (Area::Unknown, _) => "voor een deel van Nederland".to_owned(),
        }
    }

    pub(super) fn desk(&self, organisation: &Organisation, level: Level) -> String {
        let name = &organisation.short_name;
        match level {
            Level::JointBody => format!("Het loket van {name}, dat dit voor de gemeente uitvoert, kan u verder helpen."),
            _ => format!("Het algemene loket van {name} kan u met de juiste collega verbinden."),
        }
    }

    pub(super) fn team(&self, organisation: &Organisation, level: Level) -> String {
        let name = &organisation.short_name;
        match level {
            Level::Lmm => format!("{name} neemt de regie over als de organisaties er samen niet uitkomen."),
            Level::Ambassador => format!("Brengt bij {name} aan de orde wat door de regels misgaat, als het LMM daarom vraagt."),
            _ => format!("{name} is de laatste stap, als ook het LMM er niet uitkomt."),
        }
    }

    /// Explains why the officer or organisation `name` was rejected.
    pub(super) fn considered(&self, name: String, rejection: Rejection) -> Considered {
        Considered {
            name,
            reason: rejection.reason,
            explanation: self.rejection(&rejection),
            see: rejection.see,
        }
    }

    fn rejection(&self, rejection: &Rejection) -> String {
        match rejection.reason {
            RejectionReason::MunicipalityNeeded => "De gemeente voert dit uit; noem de gemeente van het huishouden.".to_owned(),
            RejectionReason::NotFor => {
                let competence = rejection
                    .competence
                    .as_ref()
                    .map_or_else(|| "deze zaak".to_owned(), |code| self.competence(code));
                match &rejection.see {
                    Some(see) => format!("Is niet bedoeld voor {competence}; zie {}.", self.see(see)),
                    None => format!("Is niet bedoeld voor {competence}."),
                }
            }
            RejectionReason::Absent => "Is op dat moment afwezig.".to_owned(),
            RejectionReason::Suspended => "Deze organisatie doet op dit moment niet mee.".to_owned(),
            RejectionReason::NotValid => match &rejection.see {
                Some(see) => format!("Deze organisatie is opgegaan in {}.", self.see(see)),
                None => "Deze organisatie bestaat op die dag niet.".to_owned(),
            },
            RejectionReason::NotInRegister => "Deze organisatie voert dit uit, maar staat niet in het register.".to_owned(),
            RejectionReason::NoDesk => "Deze organisatie heeft geen algemeen loket in het register.".to_owned(),
            RejectionReason::RankedLower => "Past ook, maar anderen passen beter.".to_owned(),
            RejectionReason::OutOfArea => "Werkt niet voor deze gemeente.".to_owned(),
            RejectionReason::WrongCompetence => "Gaat over andere regelingen.".to_owned(),
        }
    }

    /// Where to go instead: the name of an organisation in the register, otherwise the text as written.
    fn see<'s>(&'s self, see: &'s str) -> &'s str {
        let id = OrganisationId::parse(see.strip_prefix("organisations/").unwrap_or(see)).ok();
        id.and_then(|id| self.view.organisation(&id))
            .map_or_else(|| see.trim_end_matches('.'), |found| &found.short_name)
    }

    fn competence(&self, code: &CompetenceCode) -> String {
        let known = self.rules.vocabulary.competence(code);
        known.map_or_else(|| code.to_string(), |competence| uncapitalised(&competence.label))
    }

    fn domains<'d>(&self, codes: impl IntoIterator<Item = &'d DomainCode>) -> String {
        join_with_and(codes.into_iter().map(|code| {
            let known = self.rules.vocabulary.domain(code);
            known.map_or_else(|| code.to_string(), |domain| domain.label.clone())
        }))
    }

    fn municipality(&self, code: &MunicipalityCode) -> String {
        let known = self.rules.gazetteer.municipality(code).map(|known| known.name.clone());
        known
            .or_else(|| {
                self.view
                    .municipality_organisation(code)
                    .map(|known| known.short_name.clone())
            })
            .unwrap_or_else(|| code.to_string())
    }
}

/// Joins words: "a", "a en b", "a, b en c".
fn join_with_and(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} en {last}", rest.join(", ")),
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Lowers the first letter, for use inside a sentence. Abbreviations such as AOW stay as they are; `Wlz-zorg` is not one.
fn uncapitalised(text: &str) -> String {
    let mut chars = text.chars();
    let (first, second) = (chars.next(), chars.clone().next());
    match first {
        Some(first) if second.is_none_or(|second| !second.is_uppercase()) => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_lower_case_and_abbreviations_are_not() {
        assert_eq!(uncapitalised("Eigen bijdrage Wlz"), "eigen bijdrage Wlz");
        assert_eq!(uncapitalised("AOW leefvorm"), "AOW leefvorm");
        assert_eq!(capitalised("beslist"), "Beslist");
        assert_eq!(join_with_and(["a", "b", "c"].map(str::to_owned).into_iter()), "a, b en c");
    }
}
