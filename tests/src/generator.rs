//! Registers of any size in our own words: the same seed gives the same officers and questions, on every machine.
//!
//! Officers are put together from functions, schemes and sentences of the field, with the spread that a real register has:
//! most have a mailbox and no name, some a mandate, hours, a deputy or a scheme for which one must be elsewhere.

use proto::v1::{Approach, Channel, Contact, Mandate, MandateLevel, NotFor, Officer, OpeningHours};
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::world;

/// A scheme: its code, what it is about, and how someone in trouble says it.
struct Scheme {
    code: &'static str,
    about: &'static str,
    trouble: &'static str,
}

const fn scheme(code: &'static str, about: &'static str, trouble: &'static str) -> Scheme {
    Scheme { code, about, trouble }
}

/// A choice from the vocabulary, wide enough for questions to tell officers apart.
const SCHEMES: [Scheme; 32] = [
    scheme("AOW", "het ouderdomspensioen", "pensioen lager na verhuizing"),
    scheme(
        "AOW-LEEFVORM",
        "de leefvorm bij het ouderdomspensioen",
        "man naar verpleeghuis en minder AOW",
    ),
    scheme(
        "ANW",
        "de uitkering voor nabestaanden",
        "weduwe met jonge kinderen zonder inkomen",
    ),
    scheme("AKW", "de kinderbijslag", "kinderbijslag gestopt na scheiding"),
    scheme("WW", "de werkloosheidsuitkering", "ontslagen en WW afgewezen"),
    scheme(
        "WIA",
        "de uitkering bij arbeidsongeschiktheid",
        "twee jaar ziek en geen uitkering",
    ),
    scheme("WAJONG", "de uitkering voor jonggehandicapten", "wajong gekort door bijbaan"),
    scheme("ZW", "de ziektewet", "ziek uit dienst"),
    scheme("PW", "de bijstand", "bijstand ingetrokken"),
    scheme("PW-BIJZONDER", "de bijzondere bijstand", "geen geld voor een koelkast"),
    scheme(
        "PW-KOSTENDELERS",
        "de kostendelersnorm",
        "zoon inwonend en korting op uitkering",
    ),
    scheme("WSF", "de studiefinanciering", "studieschuld te hoog"),
    scheme("WSF-UITWONEND", "de uitwonendenbeurs", "boete uitwonende beurs"),
    scheme(
        "DUO-ACHTERSTAND",
        "achterstanden bij de studieschuld",
        "terugbetalen lukt niet meer",
    ),
    scheme("HUURTOESLAG", "de huurtoeslag", "huurtoeslag terugbetalen"),
    scheme("ZORGTOESLAG", "de zorgtoeslag", "zorgtoeslag te veel ontvangen"),
    scheme("KOT", "de kinderopvangtoeslag", "kinderopvang niet te betalen"),
    scheme("KGB", "het kindgebonden budget", "kindgebonden budget kwijt"),
    scheme(
        "EB-WLZ",
        "de eigen bijdrage voor langdurige zorg",
        "eigen bijdrage te hoog na opname echtgenoot",
    ),
    scheme(
        "EB-WMO",
        "de eigen bijdrage voor ondersteuning thuis",
        "abonnementstarief dubbel betaald",
    ),
    scheme(
        "WANBETALERS",
        "de regeling voor wanbetalers van de zorgpremie",
        "zorgverzekering achterstand en bestuursrechtelijke premie",
    ),
    scheme("WLZ", "langdurige zorg", "indicatie voor verpleeghuis afgewezen"),
    scheme("WMO", "maatschappelijke ondersteuning", "huishoudelijke hulp gestopt"),
    scheme("JEUGDWET", "jeugdhulp", "wachtlijst jeugdzorg"),
    scheme("LEERPLICHT", "de leerplicht", "kind zit thuis zonder school"),
    scheme("WGS", "schuldhulpverlening", "schulden en geen overzicht"),
    scheme("INVORDERING", "invordering van belastingen", "dwangbevel van de belasting"),
    scheme("KWIJTSCHELD", "kwijtschelding van belastingen", "aanslag niet te betalen"),
    scheme("WAHV", "verkeersboetes", "boete verhoogd en rijbewijs ingenomen"),
    scheme("URGENTIE", "urgentie voor een woning", "dakloos na relatiebreuk"),
    scheme("BRIEFADRES", "het briefadres", "geen adres en geen post"),
    scheme("ENERGIE", "energiearmoede", "afsluiting van gas en licht"),
];

const FUNCTIONS: [&str; 12] = [
    "Maatwerkadviseur",
    "Maatwerkfunctionaris",
    "Specialist bijzondere situaties",
    "Senior beoordelaar",
    "Regisseur multiproblematiek",
    "Coördinator maatwerk",
    "Casusregisseur",
    "Adviseur hardheidsclausule",
    "Contactpersoon schrijnende gevallen",
    "Klantbegeleider maatwerk",
    "Jurist uitvoering",
    "Procesbegeleider doorbraak",
];

const OPENINGS: [&str; 6] = [
    "Beslist in uitzonderlijke gevallen over",
    "Denkt mee wanneer de regels vastlopen bij",
    "Aanspreekpunt voor professionals over",
    "Zoekt een uitweg in zaken rond",
    "Bekijkt het hele huishouden bij vragen over",
    "Toetst of strikt toepassen redelijk is bij",
];

const ENDINGS: [&str; 6] = [
    "Neem contact op voordat er een besluit ligt.",
    "Ook als de bezwaartermijn al voorbij is.",
    "Overlegt zo nodig met andere organisaties in het huishouden.",
    "Kan een invordering tijdelijk stilleggen.",
    "Werkt samen met wijkteams en sociaal raadslieden.",
    "Geen spoedloket: bel bij acute nood de gemeente.",
];

const FIRST_NAMES: [&str; 10] = [
    "Aaltje", "Berend", "Chaima", "Dirkje", "Emre", "Fenna", "Gijsbert", "Hanan", "Ids", "Jorrit",
];
const LAST_NAMES: [&str; 10] = [
    "Voorbeeldsma",
    "Testenaar",
    "van Proefdorp",
    "Verzinsel",
    "de Oefening",
    "Nepveen",
    "Bedachtsma",
    "van der Schets",
    "Modelstra",
    "Probeersel",
];

/// A register that grows by asking.
#[derive(Clone, Debug)]
pub struct Generator(ChaCha8Rng);

impl Generator {
    /// A generator; the same `seed` gives the same answers to the same calls.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// `count` officers of the organisation with this id, in order of id.
    pub fn officers(&mut self, organisation: &str, count: usize) -> Vec<Officer> {
        (0..count).map(|number| self.officer(organisation, number)).collect()
    }

    /// `count` questions as a professional types them.
    pub fn questions(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.question()).collect()
    }

    /// The code of a scheme to resolve for.
    pub fn competence(&mut self) -> String {
        self.pick(&SCHEMES).code.to_owned()
    }

    fn officer(&mut self, organisation: &str, number: usize) -> Officer {
        let first = self.pick(&SCHEMES);
        let second = self.pick(&SCHEMES);
        let (about, also) = (first.about, second.about);
        let opening = self.pick(&OPENINGS);
        let ending = self.pick(&ENDINGS);
        let mut competences = vec![first.code.to_owned()];
        if second.code != first.code && self.one_in(2) {
            competences.push(second.code.to_owned());
        }
        let elsewhere = self.pick(&SCHEMES).code;
        let is_elsewhere = self.one_in(8) && !competences.iter().any(|code| code == elsewhere);
        let person_name = self.person_name();
        Officer {
            person_name_until: if person_name.is_empty() {
                String::new()
            } else {
                crate::pki::date_in(300)
            },
            person_name,
            function_title: format!(
                "{} {}",
                self.pick(&FUNCTIONS),
                about.split(' ').next_back().unwrap_or_default()
            ),
            description: format!("{opening} {about}, en kent de weg bij {also}. {ending}"),
            not_for: is_elsewhere.then(|| not_for(elsewhere)).into_iter().collect(),
            domains: Vec::new(),
            competences,
            mandates: self.mandates(),
            approach: Some(self.approach()),
            contact: Some(self.contact(organisation, number)),
            hours: self.hours(),
            deputy: if number > 0 && number % 4 == 1 {
                officer_id(number - 1)
            } else {
                String::new()
            },
            ..world::officer(organisation, &officer_id(number))
        }
    }

    fn question(&mut self) -> String {
        let trouble = self.pick(&SCHEMES).trouble;
        match self.0.random_range(0..4) {
            0 => trouble.to_owned(),
            1 => format!("{trouble} wie kan helpen"),
            2 => format!("mevrouw van 72, {trouble}"),
            _ => trouble.split(' ').take(3).collect::<Vec<_>>().join(" "),
        }
    }

    fn mandates(&mut self) -> Vec<Mandate> {
        let level = match self.0.random_range(0..4) {
            0 => return Vec::new(),
            1 => MandateLevel::Decide,
            2 => MandateLevel::Advise,
            _ => MandateLevel::Refer,
        };
        let limit = if self.one_in(3) { "tot € 5.000" } else { "" };
        vec![Mandate {
            level: level.into(),
            limit: limit.to_owned(),
            ..Default::default()
        }]
    }

    fn approach(&mut self) -> Approach {
        let channel = if self.one_in(3) { Channel::Phone } else { Channel::Mail };
        Approach {
            prefer: channel.into(),
            consent_required: self.one_in(2),
            bring: "het laatste besluit en een overzicht van inkomsten".to_owned(),
            ..Default::default()
        }
    }

    fn contact(&mut self, organisation: &str, number: usize) -> Contact {
        Contact {
            email: format!("maatwerk-{number}@{organisation}.example"),
            phone: format!("+31 88 000 {:04}", self.0.random_range(0..10_000)),
            ..Default::default()
        }
    }

    fn hours(&mut self) -> Vec<OpeningHours> {
        if self.one_in(2) {
            return Vec::new();
        }
        vec![OpeningHours {
            days: ["ma", "di", "wo", "do"].map(str::to_owned).to_vec(),
            from: "09:00".to_owned(),
            until: "16:30".to_owned(),
        }]
    }

    /// The name of a person for one in ten, as in a register that prefers functions.
    fn person_name(&mut self) -> String {
        let name = format!("{} {}", self.pick(&FIRST_NAMES), self.pick(&LAST_NAMES));
        if self.one_in(10) { name } else { String::new() }
    }

    fn pick<T>(&mut self, choices: &'static [T]) -> &'static T {
        choices.choose(&mut self.0).expect("the lists above are not empty")
    }

    fn one_in(&mut self, number: u32) -> bool {
        self.0.random_range(0..number) == 0
    }
}

fn officer_id(number: usize) -> String {
    format!("mw-{number:06}")
}

fn not_for(code: &str) -> NotFor {
    NotFor {
        competence: code.to_owned(),
        see: "het loket van de eigen gemeente".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_register() {
        let officers = |seed| Generator::new(seed).officers("uitvoerder-001", 50);
        assert_eq!(officers(7), officers(7));
        assert_ne!(officers(7), officers(8));
    }
}
