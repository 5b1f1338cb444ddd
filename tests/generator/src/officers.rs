//! Officers: function, schemes, texts, area, mandate and contact.

use jiff::ToSpan as _;
use jiff::civil::time;
use rand::Rng as _;
use rand::seq::{IndexedRandom as _, IteratorRandom as _};
use rand_chacha::ChaCha8Rng;
use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerId, OrganisationId};
use register::officer::{
    Approach, Channel, Contact, Email, ManagedBy, Mandate, MandateLevel, NotFor, Officer, OfficerKind, OpeningHours, Phone,
    Weekday,
};
use register::vocabulary::Competence;

use crate::RegisterGenerator;
use crate::words::{FIRST_NAMES, FUNCTIONS, LAST_NAMES, SENTENCES, neighbourhood};

const MOST_SCHEMES: usize = 5;
const MOST_SENTENCES: usize = 4;

impl RegisterGenerator {
    /// The officer of this number at one organisation, which need not be one of the 126.
    pub fn officer_of(&self, organisation: &OrganisationId, number: usize) -> Officer {
        let mut random = self.random(organisation.as_str(), number);
        let schemes = schemes(self, organisation, &mut random);
        let name = random.random_ratio(1, 10).then(|| person(&mut random));
        let mut competences: Vec<_> = schemes.iter().map(|scheme| scheme.code.clone()).collect();
        competences.sort_unstable();
        let elsewhere = self.pick_scheme(&self.all_schemes, &mut random).code.clone();
        let is_elsewhere = random.random_ratio(1, 8) && !competences.contains(&elsewhere);
        Officer {
            organisation: organisation.clone(),
            id: id(number),
            name_until: name.as_ref().map(|_| self.today.saturating_add(10.months())),
            name,
            function_title: format!("{} {}", one(&FUNCTIONS, &mut random), schemes[0].label.to_lowercase()),
            kind: OfficerKind::Maatwerkfunctionaris,
            description: description(&schemes, &mut random),
            domains: domains(self, &competences),
            not_for: is_elsewhere.then(|| not_for(elsewhere)).into_iter().collect(),
            area: area(self, organisation, &mut random),
            mandates: mandate(&mut random).into_iter().collect(),
            approach: Approach {
                prefer: if random.random_ratio(1, 3) {
                    Channel::Phone
                } else {
                    Channel::Mail
                },
                consent_required: random.random(),
                bring: Some("het laatste besluit en een overzicht van de inkomsten".to_owned()),
                ..Approach::default()
            },
            contact: Contact {
                email: Email::parse(&format!("maatwerk-{number}@{organisation}.example")).ok(),
                phone: Phone::parse(&format!("+31 88 000 {:04}", random.random_range(0..10_000))).ok(),
                ..Contact::default()
            },
            hours: hours(&mut random).into_iter().collect(),
            deputy: (number % 4 == 1).then(|| id(number - 1)),
            managed_by: ManagedBy::Sync,
            competences,
        }
    }
}

fn id(number: usize) -> OfficerId {
    OfficerId::parse(&format!("mw-{number:06}")).expect("letters, a hyphen and digits make an id")
}

fn one<T>(choices: &'static [T], random: &mut ChaCha8Rng) -> &'static T {
    choices.choose(random).expect("no list of words is empty")
}

/// One to five schemes of the organisation, each once.
fn schemes<'a>(generator: &'a RegisterGenerator, organisation: &OrganisationId, random: &mut ChaCha8Rng) -> Vec<&'a Competence> {
    let of_organisation = generator.schemes_of(organisation);
    let mut schemes: Vec<&Competence> = Vec::new();
    for _ in 0..random.random_range(1..=MOST_SCHEMES) {
        let scheme = generator.pick_scheme(of_organisation, random);
        if schemes.iter().all(|known| known.code != scheme.code) {
            schemes.push(scheme);
        }
    }
    schemes
}

/// The life domains that a register derives from `competences`.
fn domains(generator: &RegisterGenerator, competences: &[CompetenceCode]) -> Vec<DomainCode> {
    let mut domains: Vec<DomainCode> = Vec::new();
    for domain in competences
        .iter()
        .flat_map(|code| generator.vocabulary.domains_of_competence(code))
    {
        if !domains.contains(domain) {
            domains.push(domain.clone());
        }
    }
    domains
}

fn description(schemes: &[&Competence], random: &mut ChaCha8Rng) -> String {
    let mut sentences = Vec::new();
    for _ in 0..random.random_range(1..=MOST_SENTENCES) {
        let (first, second) = (words_of(schemes, random), words_of(schemes, random));
        let sentence = one(&SENTENCES, random);
        let sentence = sentence.replace("{a}", first).replace("{b}", second);
        sentences.push(sentence.replace("{wijk}", &neighbourhood(random)));
    }
    sentences.join(" ")
}

/// A name or synonym of one of `schemes`.
fn words_of<'a>(schemes: &[&'a Competence], random: &mut ChaCha8Rng) -> &'a str {
    let scheme = schemes.choose(random).expect("every officer has a scheme");
    let names = scheme.synonyms.iter().chain([&scheme.label]);
    names.choose(random).expect("every scheme has a label")
}

fn area(generator: &RegisterGenerator, organisation: &OrganisationId, random: &mut ChaCha8Rng) -> Vec<MunicipalityCode> {
    let organisations = generator.organisations();
    let own = organisations.iter().find(|known| known.id == *organisation);
    let own = own.and_then(|known| known.municipality_code.clone());
    let others = match own {
        Some(_) if random.random_ratio(1, 6) => random.random_range(1..=3),
        None if random.random_ratio(1, 8) => random.random_range(3..=12),
        _ => 0,
    };
    let municipalities = organisations.iter().filter_map(|known| known.municipality_code.clone());
    let mut area: Vec<MunicipalityCode> = own
        .into_iter()
        .chain(municipalities.choose_multiple(random, others))
        .collect();
    area.sort_unstable();
    area.dedup();
    area
}

fn mandate(random: &mut ChaCha8Rng) -> Option<Mandate> {
    let level = *[
        None,
        Some(MandateLevel::Decide),
        Some(MandateLevel::Advise),
        Some(MandateLevel::Refer),
    ]
    .choose(random)
    .expect("there are four choices");
    let amount = 500 * random.random_range(1..=10);
    Some(Mandate {
        level: level?,
        competences: Vec::new(),
        limit: random.random_ratio(1, 3).then(|| format!("tot € {amount}")),
        consult: None,
        basis: None,
        until: None,
        text: random
            .random_ratio(1, 3)
            .then(|| format!("Tot en met {amount} euro per besluit.")),
    })
}

fn hours(random: &mut ChaCha8Rng) -> Option<OpeningHours> {
    random.random_ratio(1, 2).then(|| OpeningHours {
        days: vec![Weekday::Ma, Weekday::Di, Weekday::Wo, Weekday::Do],
        from: time(9, 0, 0, 0),
        until: time(16, 30, 0, 0),
    })
}

fn person(random: &mut ChaCha8Rng) -> String {
    format!("{} {}", one(&FIRST_NAMES, random), one(&LAST_NAMES, random))
}

fn not_for(competence: CompetenceCode) -> NotFor {
    NotFor {
        competence,
        see: Some("het loket van de eigen gemeente".to_owned()),
    }
}
