//! Reproducible registers and questions of any size, for tests and benchmarks.
//!
//! The same seed gives the same organisations, officers and questions on every machine. Officers are numbered and do not
//! depend on how many are asked for, so a small register is the beginning of a large one. The shape follows a real register:
//!
//! - 126 organisations: 100 municipalities, whose sizes fall off exponentially and which together have 78 % of the
//!   officers, and 26 national organisations;
//! - each officer has one to five schemes that its organisation carries out, the common ones far more often;
//! - a description has one to four sentences about these schemes, with names of neighbourhoods that occur nowhere else;
//! - a municipal officer serves its own municipality and sometimes a few others; a national one mostly serves everywhere.
//!
//! Every officer is valid: a register accepts and stores it unchanged. There is no I/O, and no clock: the caller gives the day.
//!
//! ```
//! use generator::RegisterGenerator;
//!
//! let generator = RegisterGenerator::new(2026, jiff::civil::date(2026, 11, 22));
//! let spread: Vec<_> = generator.officers(1_000).collect();
//! // The unusual register in which one organisation has everybody is a case of its own.
//! let cak = register::identifier::OrganisationId::parse("zb000211").unwrap();
//! let concentrated: Vec<_> = generator.officers_of(&cak, 1_000).collect();
//! assert_eq!(spread.len(), concentrated.len());
//! ```

mod officers;
mod organisations;
mod questions;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;
use rand::SeedableRng as _;
use rand::distr::weighted::WeightedIndex;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use register::identifier::{CompetenceCode, OrganisationId};
use register::officer::Officer;
use register::organisation::Organisation;
use register::vocabulary::{Competence, Vocabulary};

/// Generates one register and the questions put to it.
#[derive(Clone, Debug)]
pub struct RegisterGenerator {
    seed: u64,
    today: Date,
    vocabulary: Arc<Vocabulary>,
    organisations: Vec<Organisation>,
    /// The numbers in the vocabulary of the schemes that each organisation carries out.
    schemes: BTreeMap<OrganisationId, Vec<usize>>,
    /// The schemes of an organisation that carries out none, or is none of the 126.
    all_schemes: Vec<usize>,
    /// The organisation of each officer of a round, and the officer's place in that organisation's share of the round.
    round: Vec<(usize, usize)>,
    /// How many officers of a round each organisation has.
    shares: Vec<usize>,
}

impl RegisterGenerator {
    /// Prepares the register of `seed`, in which names of persons end some months after `today`.
    pub fn new(seed: u64, today: Date) -> Self {
        let vocabulary = Vocabulary::builtin();
        let organisations = organisations::all(&vocabulary);
        let schemes = organisations
            .iter()
            .map(|organisation| (organisation.id.clone(), organisations::schemes(organisation, &vocabulary)))
            .collect();
        let shares = organisations::shares(&organisations);
        let mut round: Vec<usize> = shares
            .iter()
            .enumerate()
            .flat_map(|(organisation, share)| std::iter::repeat_n(organisation, *share))
            .collect();
        round.shuffle(&mut random(seed, "round", 0));
        // Numbered after the shuffle: an officer never comes before its deputy.
        let mut seen = vec![0; organisations.len()];
        let round = round.into_iter().map(|organisation| {
            seen[organisation] += 1;
            (organisation, seen[organisation] - 1)
        });
        let round = round.collect();
        Self {
            seed,
            today,
            all_schemes: (0..vocabulary.competences().len()).collect(),
            vocabulary,
            organisations,
            schemes,
            round,
            shares,
        }
    }

    /// The 126 organisations among which [`Self::officers`] are spread, all connected.
    pub fn organisations(&self) -> &[Organisation] {
        &self.organisations
    }

    /// The officer of this number in the register that is spread over all organisations.
    pub fn officer(&self, number: usize) -> Officer {
        let (organisation, place) = self.round[number % self.round.len()];
        let number = number / self.round.len() * self.shares[organisation] + place;
        self.officer_of(&self.organisations[organisation].id, number)
    }

    /// The first `count` officers of the register that is spread over all organisations.
    pub fn officers(&self, count: usize) -> impl Iterator<Item = Officer> {
        (0..count).map(|number| self.officer(number))
    }

    /// The first `count` officers of one organisation, in order of id. Publishing only these gives the register in which
    /// one organisation has everybody; those of two organisations differ.
    pub fn officers_of(&self, organisation: &OrganisationId, count: usize) -> impl Iterator<Item = Officer> {
        (0..count).map(|number| self.officer_of(organisation, number))
    }

    /// A day within the last year on which officer `number` was verified.
    pub fn verified_on(&self, number: usize) -> Date {
        let days = i64::try_from(number % 300).expect("it is below 300");
        self.today.saturating_sub(days.days())
    }

    /// The first `count` questions: one or more words, with a place, with a typing error, cut off, or a whole sentence.
    pub fn questions(&self, count: usize) -> Vec<String> {
        (0..count).map(|number| self.question(number)).collect()
    }

    /// The code of a scheme to resolve for, by number.
    pub fn competence(&self, number: usize) -> CompetenceCode {
        let mut random = self.random("competence", number);
        self.pick_scheme(&self.all_schemes, &mut random).code.clone()
    }

    fn random(&self, purpose: &str, number: usize) -> ChaCha8Rng {
        random(self.seed, purpose, number)
    }

    /// Picks one of `schemes`; the first ones are the common ones.
    fn pick_scheme(&self, schemes: &[usize], random: &mut ChaCha8Rng) -> &Competence {
        let weights = (0..schemes.len()).map(|place| 1.0 / (place as f64 + 3.0).powf(0.8));
        let weights = WeightedIndex::new(weights).expect("there are schemes, and each has a weight");
        let place = rand::distr::Distribution::sample(&weights, random);
        &self.vocabulary.competences()[schemes[place]]
    }

    fn schemes_of(&self, organisation: &OrganisationId) -> &[usize] {
        let schemes = self.schemes.get(organisation).filter(|schemes| !schemes.is_empty());
        schemes.unwrap_or(&self.all_schemes)
    }
}

/// A random source for item `number` of a `purpose`, independent of every other item.
fn random(seed: u64, purpose: &str, number: usize) -> ChaCha8Rng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&(number as u64).to_le_bytes());
    for (place, byte) in purpose.bytes().enumerate() {
        bytes[16 + place % 16] = bytes[16 + place % 16].rotate_left(1) ^ byte;
    }
    ChaCha8Rng::from_seed(bytes)
}
