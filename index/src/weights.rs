//! The weights: the numbers by which a question becomes a plan, and a plan becomes scores.
//!
//! They stand in `weights.toml`, and `make fit` fits them to labelled questions (`docs/search.md`). What only bounds the work,
//! such as the most words of a plan, is a constant where it is used.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::sort_key::UNIT;

/// The number of ranks with a factor of their own.
pub(crate) const RANKS: usize = 6;

const BUILTIN: &str = include_str!("../weights.toml");

/// A reason why a text has no weights.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// It has another form, or lacks a weight.
    #[error(transparent)]
    Form(#[from] toml::de::Error),
    /// A multiplier of scores is negative or above 1.
    #[error("a multiplier in [scoring] is not between 0 and {UNIT}")]
    Multiplier,
    /// A factor for a further officer or competence is higher than one before it.
    #[error("the factors for ranks or competences in [scoring] rise")]
    Order,
}

/// All weights.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    pub(crate) vocabulary: VocabularyWeights,
    pub(crate) blend: BlendWeights,
    pub(crate) certainty: CertaintyWeights,
    pub(crate) names: NameWeights,
    pub(crate) related: RelatedWeights,
    pub(crate) words: WordWeights,
    pub(crate) spelling: SpellingWeights,
    pub(crate) scoring: ScoringWeights,
    pub(crate) saturation: SaturationWeights,
    /// The shortened hash of the text.
    #[serde(skip)]
    pub(crate) version: String,
}

impl Weights {
    /// Returns the built-in weights.
    pub fn builtin() -> Arc<Self> {
        static WEIGHTS: LazyLock<Arc<Weights>> =
            LazyLock::new(|| Arc::new(Weights::parse(BUILTIN).expect("weights.toml has every weight")));
        Arc::clone(&WEIGHTS)
    }

    /// Reads weights in the form of `weights.toml`. Each must be there, and the search for the best scores must be able to rely
    /// on them: no multiplier raises a score, and no further officer of an organisation scores relatively higher.
    pub fn parse(text: &str) -> Result<Self, WeightsError> {
        let mut weights: Self = toml::from_str(text)?;
        weights.version = hex::encode(&Sha256::digest(text)[..8]);
        let scoring = &weights.scoring;
        let multipliers = [
            scoring.not_executor,
            scoring.other_area,
            scoring.other_organisation,
            scoring.supporting_role,
            scoring.leading,
            scoring.prefix,
            scoring.need,
            scoring.last_rank,
        ];
        let lists: [&[i64]; 4] = [&scoring.executors, &scoring.competences, &scoring.errors, &scoring.ranks];
        if !lists
            .into_iter()
            .flatten()
            .chain(&multipliers)
            .all(|factor| (0..=UNIT).contains(factor))
        {
            return Err(WeightsError::Multiplier);
        }
        let by_rank = scoring.ranks.iter().chain([&scoring.last_rank]).rev();
        if !by_rank.is_sorted() || !scoring.competences.iter().rev().is_sorted() {
            return Err(WeightsError::Order);
        }
        Ok(weights)
    }
}

/// How the names and phrases of the vocabulary indicate a scheme.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VocabularyWeights {
    /// The lowest weight of a scheme as a share of the best; below it is noise.
    pub(crate) min_share: f64,
    /// The lowest weight of a scheme.
    pub(crate) min_weight: f64,
    /// The weight of a phrase that the question contains entirely, even if each of its words has little weight.
    pub(crate) entire_phrase: f64,
    /// The coverage from which a phrase counts as entirely contained.
    pub(crate) entire_coverage: f64,
    /// The factor of the matching words in the weight of a scheme.
    pub(crate) words: f64,
    /// The factor of its best phrase.
    pub(crate) best_phrase: f64,
    /// The lowest factor for low coverage of a phrase, for its words.
    pub(crate) min_word_factor: f64,
    /// The same, for the phrase.
    pub(crate) min_phrase_factor: f64,
    /// How much a word that names an organisation counts for schemes, because phrases can mention the name incidentally.
    pub(crate) name_trust: f64,
    /// How much it counts if there are no other words.
    pub(crate) only_name_trust: f64,
    /// The share of a word's weight for a part of it.
    pub(crate) part_of_word: f64,
    /// The share of a correction's weight for a part of it.
    pub(crate) part_of_correction: f64,
    /// The share of the weight of a phrase's word that one of its two parts has.
    pub(crate) part_of_two: f64,
    /// The share that one of more parts has.
    pub(crate) part_of_more: f64,
    /// The highest share that all of its parts have together.
    pub(crate) all_parts: f64,
    /// How strongly a phrase indicates its scheme, beside a label, an abbreviation or a synonym.
    pub(crate) phrase: f64,
    /// The same, for an official title.
    pub(crate) title: f64,
    /// The same, for a description of situations.
    pub(crate) situation: f64,
    /// The weights of everyday words. They are higher than in entries: nearly every entry says `maatwerk`, yet it names a
    /// scheme.
    pub(crate) classes: ClassWeights,
}

/// How what the vocabulary indicates and what the model has learned are combined.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BlendWeights {
    /// How much the vocabulary counts beside a model that knows all the words, in logarithms of odds. It counts more if the
    /// model knows only some: regional words of an operator, for instance.
    pub(crate) vocabulary: f64,
    /// The least share of words that the model counts as knowing.
    pub(crate) least_known: f64,
    /// A lower highest weight than this is no full indication.
    pub(crate) full_indication: f64,
    /// The exponent of the ratio of two schemes' probabilities in the ratio of their weights.
    pub(crate) flattening: f64,
    /// The lowest weight of the best scheme of a text of known words.
    pub(crate) least_strength: f64,
    /// The lowest weight of a scheme as a share of the best; below it is noise.
    pub(crate) min_share: f64,
    /// The lowest weight of a scheme.
    pub(crate) min_weight: f64,
    /// The logarithm of the weight of what one section of a text is about beside the whole.
    pub(crate) section: f64,
    /// How far what a section is about stays behind what the whole is about, in logarithms.
    pub(crate) behind_the_whole: f64,
    /// How much stronger two sections must be than one (see `plan::compile::sections`).
    pub(crate) another_section: f64,
    /// How much less likely than in its best section a scheme may be in another one that is about it too, in logarithms.
    pub(crate) own_section: f64,
    /// The lowest probability of a need by its section alone.
    pub(crate) need: f64,
}

/// How sure the understanding is. Logistic regressions on folds of the labelled questions.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CertaintyWeights {
    /// Whether a text is about no scheme: the factor of its log-odds by the model.
    pub(crate) no_scheme_by_model: f64,
    /// The factor of the share of words that the model knows.
    pub(crate) no_scheme_by_known_words: f64,
    /// The factor of the highest weight by the vocabulary.
    pub(crate) no_scheme_by_vocabulary: f64,
    /// The intercept of the same regression.
    pub(crate) no_scheme_intercept: f64,
    /// The slope of the calibration of log-odds.
    pub(crate) calibration_slope: f64,
    /// Its intercept.
    pub(crate) calibration_intercept: f64,
    /// The probability of no scheme from which a question is not understood.
    pub(crate) not_understood: f64,
    /// The confidence in its best scheme from which a question is surely understood.
    pub(crate) surely_understood: f64,
    /// The least confidence in a scheme that is shown as understood.
    pub(crate) least_confidence: f64,
}

/// What a question names.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NameWeights {
    /// An organisation.
    pub(crate) organisation: f64,
    /// A kind of organisation.
    pub(crate) organisation_kind: f64,
    /// A kind of officer.
    pub(crate) role: f64,
    /// A municipality.
    pub(crate) municipality: f64,
    /// A life domain.
    pub(crate) domain: f64,
    /// The probability from which an organisation surely decides.
    pub(crate) surely_decides: f64,
    /// The lowest factor for an organisation that does not seem to decide.
    pub(crate) least_deciding: f64,
    /// The confidence in a name of an organisation with other spaces.
    pub(crate) joined_name: f64,
    /// What a typing error takes from the confidence in a name.
    pub(crate) name_error: f64,
    /// The confidence in a name that is an everyday word, written with a capital.
    pub(crate) everyday_name: f64,
    /// The least confidence in a name of one word, which may be the subject of schemes too.
    pub(crate) ambiguous_name: f64,
    /// The rarity among schemes from which the single word of a ministry's name is no subject but a name.
    pub(crate) rarity: f64,
}

/// The schemes that are related to those of a question.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RelatedWeights {
    /// The weight of a related scheme, as a share of the scheme that it is related to.
    pub(crate) scheme: f64,
    /// The weight of the hardship clause at the executors of a case, as a share of the best scheme.
    pub(crate) clause: f64,
    /// The lowest weight of a scheme that is expanded, as a share of the best.
    pub(crate) min_expanded: f64,
}

/// The words that are looked for in texts and names.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WordWeights {
    /// The highest sum of the weights of all words, so that long questions do not drown the other signals.
    pub(crate) most: f64,
    /// The share of a word's weight for a compound part.
    pub(crate) part: f64,
    /// The share for a known part of an unknown word.
    pub(crate) fragment: f64,
    /// The factor of the shares of corrections in texts, where the typed word may be right after all.
    pub(crate) corrected_text: f64,
    /// The share for the name of a person that is an everyday word.
    pub(crate) everyday_name: f64,
    /// The share for one that is another known word.
    pub(crate) known_name: f64,
    /// The weight from which a word is shown as understood.
    pub(crate) shown: f64,
    /// The lowest score of a result if the question indicates a scheme.
    pub(crate) min_score: f64,
    /// The weights of everyday words.
    pub(crate) classes: ClassWeights,
}

/// The errors that people make when they type. One without a cost of its own costs 1.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SpellingWeights {
    /// The cost of a letter twice instead of once, or the other way round.
    pub(crate) doubled: f64,
    /// The cost of two neighbours that are exchanged.
    pub(crate) exchanged: f64,
    /// The cost of a letter for one that sounds alike, and of a word that is spelled by ear.
    pub(crate) alike: f64,
    /// The cost of a vowel for another.
    pub(crate) vowels: f64,
    /// The cost of a letter for its neighbour on the keyboard.
    pub(crate) neighbours: f64,
    /// What an error in the first letter costs more.
    pub(crate) first_letter: f64,
    /// What a word gains by the logarithm of its frequency in the vocabulary.
    pub(crate) frequency: f64,
    /// How much less likely than the best a word may be that is also meant.
    pub(crate) margin: f64,
    /// What the cost of errors takes from the share of a correction.
    pub(crate) loss: f64,
}

impl SpellingWeights {
    /// Returns the share of a word's weight for a correction with errors of this cost.
    pub(crate) fn share(&self, cost: f64) -> f64 {
        (1.0 - self.loss * cost).max(0.0)
    }
}

/// The weights of everyday words by class, beside 1 for other words.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClassWeights {
    pub(crate) stopword: f64,
    pub(crate) boilerplate: f64,
    pub(crate) common: f64,
    pub(crate) family: f64,
    pub(crate) ordinary: f64,
}

/// The scores of entries, in multiples of 1/[`UNIT`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScoringWeights {
    /// The factors of a competence at its first, second and further executors.
    pub(crate) executors: [i64; 3],
    /// The factor at other organisations.
    pub(crate) not_executor: i64,
    /// The factor of a score outside the named area.
    pub(crate) other_area: i64,
    /// The factor at another organisation than the named one.
    pub(crate) other_organisation: i64,
    /// The factor for ambassadors and members of the escalation team, who support other officers.
    pub(crate) supporting_role: i64,
    /// The weight of a word by its field, in the order of [`TextField`](crate::TextField).
    pub(crate) fields: [i64; 5],
    /// The factors for the first, second, third and fourth matching competence of an officer.
    pub(crate) competences: [i64; 4],
    /// The lowest weight of a competence that the question is mainly about, as a share of the best.
    pub(crate) leading: i64,
    /// The factors for no, one and two typing errors.
    pub(crate) errors: [i64; 3],
    /// The factor for a prefix.
    pub(crate) prefix: i64,
    /// The lowest score of the best officer for a need, as a share of the need's weight.
    pub(crate) need: i64,
    /// The factors for the first, second, … officer of one organisation.
    pub(crate) ranks: [i64; RANKS],
    /// The factor for all further ranks.
    pub(crate) last_rank: i64,
}

/// The saturation of term frequencies: BM25 with static lengths. By field in the order of [`TextField`](crate::TextField).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaturationWeights {
    /// Half the average length of each field in words.
    pub(crate) typical_lengths: [i64; 5],
    /// BM25's k1, in thousandths.
    pub(crate) frequency: i64,
    /// BM25's b of each field, in thousandths.
    pub(crate) length: [i64; 5],
}

impl SaturationWeights {
    /// No factor of saturation is higher: frequency alone cannot raise a word further. In multiples of 1/[`UNIT`].
    pub(crate) fn highest(&self) -> i64 {
        UNIT * (1000 + self.frequency) / 1000 + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_that_scoring_cannot_rely_on_are_refused() {
        let with = |from: &str, to: &str| {
            assert!(BUILTIN.contains(from), "{from}");
            Weights::parse(&BUILTIN.replace(from, to))
        };
        assert!(Weights::parse(BUILTIN).is_ok());
        assert!(matches!(with("last_rank = ", "last_rank = 1"), Err(WeightsError::Multiplier)));
        assert!(matches!(with("prefix = ", "prefix = -"), Err(WeightsError::Multiplier)));
        assert!(matches!(
            with("ranks = [1024, 1000", "ranks = [1000, 1024"),
            Err(WeightsError::Order)
        ));
        assert!(matches!(with("prefix = ", "prefixes = "), Err(WeightsError::Form(_))));
    }
}
