//! The questions of the duel.

use generator::RegisterGenerator;
use proto::v1::{Organisation, OrganisationKind, SearchFilter, SearchOfficersRequest};
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;

/// Random questions and filters.
pub(super) struct Questions<'a> {
    pub(super) random: ChaCha8Rng,
    pub(super) generator: RegisterGenerator,
    pub(super) organisations: &'a [Organisation],
}

/// How many different questions and competences of the generator are drawn from.
const QUESTIONS: usize = 10_000;

const TEXTS: [&str; 22] = [
    "",
    "eigen bijdrage CAK te hoog",
    "brief van de SVB",
    "briefadres in Weesp",
    "brieefadres aanvragen",
    "gemeente",
    "studiesch",
    "ver",
    "maatwerkadviseur in Utrecht",
    "Fenna",
    "nepveen",
    "voormalig",
    "coördinator maatwerk",
    "dakloos in Rotterdam",
    "consulent bijstand",
    "schulden Almere",
    "casusregisseur",
    "heette ooit anders",
    "duo-oud",
    "kinderopvangtoeslag en een dwangbevel, mijn man is opgenomen en de huur is te hoog",
    "regels die een huishouden klem zetten",
    "xqzw",
];

impl Questions<'_> {
    fn text(&mut self) -> String {
        let generated = self.generator.question(self.random.random_range(0..QUESTIONS));
        match self.random.random_range(0..5) {
            0 | 1 => generated,
            // A prefix, as while typing.
            2 => generated.chars().take(self.random.random_range(2..14)).collect(),
            _ => (*TEXTS.choose(&mut self.random).expect("there are texts")).to_owned(),
        }
    }

    fn municipality(&mut self) -> String {
        let codes = self.organisations.iter().map(|organisation| &organisation.municipality_code);
        let codes: Vec<&String> = codes.filter(|code| !code.is_empty()).collect();
        (*codes.choose(&mut self.random).expect("there are municipalities")).clone()
    }

    fn filter(&mut self) -> Option<SearchFilter> {
        if self.random.random_bool(0.4) {
            return None;
        }
        let mut filter = SearchFilter::default();
        if self.random.random_bool(0.3) {
            let count = self.random.random_range(1..4);
            let chosen = self.organisations.choose_multiple(&mut self.random, count);
            filter.organisations = chosen.map(|organisation| organisation.name.clone()).collect();
        }
        if self.random.random_bool(0.3) {
            let kinds = [
                OrganisationKind::Gemeente,
                OrganisationKind::Uitvoeringsorganisatie,
                OrganisationKind::Zorg,
            ];
            let kind = kinds.choose(&mut self.random).expect("there are kinds");
            filter.organisation_kinds = vec![(*kind).into()];
        }
        if self.random.random_bool(0.25) {
            let competence = |number| self.generator.competence(number).to_string();
            let numbers = [self.random.random_range(0..QUESTIONS), self.random.random_range(0..QUESTIONS)];
            filter.competences = numbers.map(competence).to_vec();
        }
        if self.random.random_bool(0.2) {
            let domain = ["INK", "SCH", "WON", "OND"]
                .choose(&mut self.random)
                .expect("there are domains");
            filter.domains = vec![(*domain).to_owned()];
        }
        if self.random.random_bool(0.2) {
            filter.municipalities = vec![self.municipality()];
        }
        Some(filter)
    }

    pub(super) fn next(&mut self) -> SearchOfficersRequest {
        SearchOfficersRequest {
            query: self.text(),
            filter: self.filter(),
            municipality: if self.random.random_bool(0.3) {
                self.municipality()
            } else {
                String::new()
            },
            page_size: self.random.random_range(1..30),
            flat: self.random.random_bool(0.3),
            explain: self.random.random_bool(0.5),
            without_facets: self.random.random_bool(0.2),
            ..Default::default()
        }
    }
}
