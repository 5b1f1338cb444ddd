//! A deterministic generator of registers and questions, for benchmarks and tests of this and other crates.
//!
//! The same number always gives the same officer, so registers of different sizes share their beginnings. Municipalities
//! are the real ones; titles and descriptions are put together from the vocabulary, so that they are about something.

use std::sync::Arc;

use jiff::civil::Date;
use register::gazetteer::Gazetteer;
use register::identifier::{CompetenceCode, OfficerId, OfficerName, OrganisationId};
use register::officer::{MandateLevel, OfficerKind};
use register::organisation::OrganisationKind;
use register::vocabulary::{Competence, Vocabulary};

use crate::document::{IndexedOfficer, IndexedOrganisation};

/// Officers per municipality, before the next one begins.
const DESKS: usize = 6;
const TITLES: [&str; 6] = [
    "Maatwerkfunctionaris",
    "Senior consulent",
    "Casusregisseur",
    "Adviseur bijzondere zaken",
    "Behandelaar",
    "Coördinator",
];
const OPENINGS: [&str; 5] = [
    "Beoordeelt situaties waarin de regels niet passen",
    "Eerste aanspreekpunt voor hulpverleners",
    "Kijkt mee wanneer een aanvraag vastloopt",
    "Mandaat om af te wijken bij dringende redenen",
    "Zoekt met andere organisaties een oplossing",
];
const FIRST_NAMES: [&str; 8] = ["Noor", "Yusuf", "Willemijn", "Şule", "Farid", "Agnieszka", "Teun", "Xiomara"];
const LAST_NAMES: [&str; 8] = [
    "Voorbeeld",
    "van der Verzonnen",
    "Testmans",
    "Kılıçverzonnen",
    "de Fictie",
    "Haidaritest",
    "Nepveld",
    "Bedenksel",
];

/// Makes officers by number.
pub struct Generator {
    vocabulary: Arc<Vocabulary>,
    municipalities: Vec<Arc<IndexedOrganisation>>,
    nationals: Vec<Arc<IndexedOrganisation>>,
}

impl Default for Generator {
    fn default() -> Self {
        Self::new()
    }
}

impl Generator {
    /// A generator with the built-in vocabulary and gazetteer.
    pub fn new() -> Self {
        let municipalities = Gazetteer::builtin()
            .municipalities()
            .map(|municipality| {
                Arc::new(IndexedOrganisation {
                    id: OrganisationId::parse(&municipality.code.as_str().to_lowercase())
                        .expect("a CBS code in lower case is an id"),
                    name: format!("Gemeente {}", municipality.name),
                    short_name: municipality.name.clone(),
                    aliases: Vec::new(),
                    kind: OrganisationKind::Gemeente,
                    municipality: Some(municipality.code.clone()),
                })
            })
            .collect();
        let nationals = (0..40)
            .map(|number| {
                Arc::new(IndexedOrganisation {
                    id: OrganisationId::parse(&format!("test-{number:02}")).expect("it is made of the letters of an id"),
                    name: format!("Verzonnen Uitvoeringsdienst {number}"),
                    short_name: format!("VUD{number}"),
                    aliases: Vec::new(),
                    kind: OrganisationKind::Uitvoeringsorganisatie,
                    municipality: None,
                })
            })
            .collect();
        Self {
            vocabulary: Vocabulary::builtin(),
            municipalities,
            nationals,
        }
    }

    /// The officer of this number.
    pub fn officer(&self, number: usize) -> IndexedOfficer {
        let mut dice = Dice::new(number as u64);
        let desks = self.municipalities.len() * DESKS;
        let round = number / (desks + self.nationals.len());
        let place = number % (desks + self.nationals.len());
        let organisation = match place.checked_sub(desks) {
            None => &self.municipalities[place / DESKS],
            Some(national) => &self.nationals[national],
        };
        let competences = self.competences(place, &mut dice);
        let codes: Vec<CompetenceCode> = competences.iter().map(|competence| competence.code.clone()).collect();
        let mut domains: Vec<_> = competences.iter().flat_map(|competence| competence.domains.clone()).collect();
        domains.sort_unstable();
        domains.dedup();
        let about = |at: usize| competences[at % competences.len()];
        let synonym =
            |competence: &Competence, at: usize| competence.synonyms.get(at % competence.synonyms.len().max(1)).cloned();
        let description = format!(
            "{}: {}, {} en {}. Voor {}: zie een andere organisatie.",
            dice.one(&OPENINGS),
            about(0).label.to_lowercase(),
            synonym(about(1), number).unwrap_or_default(),
            about(2).official_title,
            about(3).label.to_lowercase(),
        );
        let id = OfficerId::parse(&format!("functie-{place}-{round}")).expect("it is made of the letters of an id");
        IndexedOfficer {
            name: OfficerName::new(organisation.id.clone(), id),
            person: (dice.roll(3) == 0).then(|| format!("{} {}", dice.one(&FIRST_NAMES), dice.one(&LAST_NAMES))),
            function_title: format!("{} {}", dice.one(&TITLES), about(0).label.to_lowercase()),
            kind: OfficerKind::Maatwerkfunctionaris,
            description,
            domains,
            competences: codes,
            not_for: Vec::new(),
            area: organisation.municipality.clone().into_iter().collect(),
            mandate: MandateLevel::ALL[dice.roll(3)],
            mandate_texts: vec![format!("Tot en met {} euro per besluit.", 500 * (1 + dice.roll(10)))],
            verified_on: Some(Date::constant(2026, 1, 1).saturating_add(jiff::ToSpan::days(dice.roll(300) as i32))),
            organisation: organisation.clone(),
        }
    }

    /// The first `count` officers.
    pub fn officers(&self, count: usize) -> impl Iterator<Item = IndexedOfficer> {
        (0..count).map(|number| self.officer(number))
    }

    /// Questions as people type them: words of the vocabulary, some with a place, some with an error, some long.
    pub fn questions(&self, count: usize) -> Vec<String> {
        (0..count).map(|number| self.question(number)).collect()
    }

    fn question(&self, number: usize) -> String {
        let mut dice = Dice::new(0x5eed ^ number as u64);
        let all = self.vocabulary.competences();
        let mut phrase = || {
            let competence = &all[dice.roll(all.len())];
            let phrases = if competence.phrases.is_empty() {
                &competence.synonyms
            } else {
                &competence.phrases
            };
            phrases
                .get(dice.roll(phrases.len().max(1)))
                .unwrap_or(&competence.label)
                .clone()
        };
        let (first, second) = (phrase(), phrase());
        match number % 5 {
            0 => first,
            1 => format!(
                "{first} {}",
                self.municipalities[dice.roll(self.municipalities.len())].short_name
            ),
            2 => misspelt(&first),
            3 => format!(
                "een vrouw met twee kinderen, {first}, en nu ook nog {second} terwijl zij al maanden wacht op een besluit"
            ),
            _ => format!("{first} {second}"),
        }
    }

    /// Six desks of a municipality share the schemes between them; a national organisation has a few.
    fn competences(&self, place: usize, dice: &mut Dice) -> Vec<&Competence> {
        let all = self.vocabulary.competences();
        let desks = self.municipalities.len() * DESKS;
        if place < desks {
            return all.iter().skip(place % DESKS).step_by(DESKS * 2).collect();
        }
        let first = dice.roll(all.len());
        (0..3).map(|next| &all[(first + next) % all.len()]).collect()
    }
}

/// The same text with two letters of its longest word exchanged.
fn misspelt(text: &str) -> String {
    let Some(longest) = text
        .split(' ')
        .max_by_key(|word| word.len())
        .filter(|word| word.len() > 5 && word.is_ascii())
    else {
        return text.to_owned();
    };
    let (head, tail) = longest.split_at(longest.len() / 2);
    let (before, last) = head.split_at(head.len() - 1);
    let (first, after) = tail.split_at(1);
    text.replacen(longest, &format!("{before}{first}{last}{after}"), 1)
}

/// Repeatable chance (splitmix64).
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize % sides.max(1)
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }
}
