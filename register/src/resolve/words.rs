//! The sentences of a route: plain Dutch, one sentence each, that says what someone can do here.

use std::collections::BTreeSet;

use super::fit::{Area, Fit, Tier};
use super::passed::Drop;
use super::route::{DropReason, Level};
use super::{Need, Rules};
use crate::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use crate::officer::MandateLevel;
use crate::organisation::{Organisation, ServiceBasis};
use crate::view::View;

/// Where the words come from.
pub(super) struct Words<'a> {
    pub(super) view: &'a View,
    pub(super) rules: &'a Rules<'a>,
    pub(super) need: &'a Need,
}

/// What there is to say of an officer.
pub(super) struct Said<'a> {
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

impl Words<'_> {
    pub(super) fn officer(&self, said: &Said<'_>) -> String {
        let subject = self.subject(said.fit);
        let does = if said.without_mandate {
            format!("kan de zaak aannemen, maar beslist niet zelf over {subject}")
        } else if let Some(body) = said.superseded_by {
            let municipality = &said.organisation.short_name;
            format!("kan verwijzen, want {municipality} heeft de beslissing over {subject} overgedragen aan {body}")
        } else {
            format!("{}, {}", self.does(said, &subject), self.area(said))
        };
        if said.stands_in {
            format!("Vervangt een afwezige collega en {does}.")
        } else {
            format!("{}.", capitalised(&does))
        }
    }

    /// What an officer does, beginning with the verb.
    fn does(&self, said: &Said<'_>, subject: &str) -> String {
        let organisation = &said.organisation.short_name;
        match (said.fit.tier, said.mandate) {
            (Tier::Domain, MandateLevel::Refer) => {
                format!("werkt in het leefgebied {} en kan verwijzen", self.domains(&said.fit.domains))
            }
            (Tier::Generalist, MandateLevel::Decide) => {
                format!("mag bij {organisation} in een bijzonder geval van de regels afwijken")
            }
            (Tier::Generalist, MandateLevel::Advise) => format!("adviseert bij {organisation} over bijzondere gevallen"),
            (Tier::Generalist, MandateLevel::Refer) => {
                format!("weet wie bij {organisation} beslist over bijzondere gevallen")
            }
            (_, MandateLevel::Decide) => format!("beslist zelf over {subject}"),
            (_, MandateLevel::Advise) => format!("adviseert wie beslist over {subject}"),
            (_, MandateLevel::Refer) => format!("weet wie beslist over {subject}"),
        }
    }

    /// What it is about, to follow "over".
    fn subject(&self, fit: &Fit) -> String {
        let competences = if fit.competences.is_empty() {
            &self.need.competences
        } else {
            &fit.competences
        };
        if !competences.is_empty() {
            return and(competences.iter().map(|code| self.competence(code)));
        }
        if !self.need.domains.is_empty() {
            return format!("zaken in het leefgebied {}", self.domains(&fit.domains));
        }
        "zaken waarin de regels knellen".to_owned()
    }

    fn area(&self, said: &Said<'_>) -> String {
        let municipality = and(said.municipalities.iter().map(|code| self.municipality(code)));
        match (said.area, said.power) {
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

    pub(super) fn drop(&self, drop: &Drop) -> String {
        match drop.reason {
            DropReason::MunicipalityNeeded => "De gemeente voert dit uit; noem de gemeente van het huishouden.".to_owned(),
            DropReason::NotFor => {
                let competence = drop
                    .competence
                    .as_ref()
                    .map_or_else(|| "deze zaak".to_owned(), |code| self.competence(code));
                match &drop.see {
                    Some(see) => format!("Is niet bedoeld voor {competence}; zie {}.", self.see(see)),
                    None => format!("Is niet bedoeld voor {competence}."),
                }
            }
            DropReason::Absent => "Is op dat moment afwezig.".to_owned(),
            DropReason::Suspended => "Deze organisatie doet op dit moment niet mee.".to_owned(),
            DropReason::NotValid => match &drop.see {
                Some(see) => format!("Deze organisatie is opgegaan in {}.", self.see(see)),
                None => "Deze organisatie bestaat op die dag niet.".to_owned(),
            },
            DropReason::NotInRegister => "Deze organisatie voert dit uit, maar staat niet in het register.".to_owned(),
            DropReason::NoDesk => "Deze organisatie heeft geen algemeen loket in het register.".to_owned(),
            DropReason::RankedLower => "Past ook, maar anderen passen beter.".to_owned(),
            DropReason::OutOfArea => "Werkt niet voor deze gemeente.".to_owned(),
            DropReason::WrongCompetence => "Gaat over andere regelingen.".to_owned(),
        }
    }

    /// Where to go instead: the name of an organisation of the register, else what was written.
    fn see<'s>(&'s self, see: &'s str) -> &'s str {
        let id = OrganisationId::parse(see.strip_prefix("organisations/").unwrap_or(see)).ok();
        id.and_then(|id| self.view.organisation(&id))
            .map_or_else(|| see.trim_end_matches('.'), |found| &found.short_name)
    }

    fn competence(&self, code: &CompetenceCode) -> String {
        let known = self.rules.vocabulary.competence(code);
        known.map_or_else(|| code.to_string(), |competence| uncapitalised(&competence.label))
    }

    fn domains(&self, codes: &[DomainCode]) -> String {
        and(codes.iter().map(|code| {
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

/// "a", "a en b", "a, b en c".
fn and(words: impl Iterator<Item = String>) -> String {
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

/// With a small first letter, as inside a sentence; abbreviations (AOW, Wlz-zorg is none) keep theirs.
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
    fn labels_lose_their_capital_inside_a_sentence_and_abbreviations_keep_it() {
        assert_eq!(uncapitalised("Eigen bijdrage Wlz"), "eigen bijdrage Wlz");
        assert_eq!(uncapitalised("AOW leefvorm"), "AOW leefvorm");
        assert_eq!(capitalised("beslist"), "Beslist");
        assert_eq!(and(["a", "b", "c"].map(str::to_owned).into_iter()), "a, b en c");
    }
}
