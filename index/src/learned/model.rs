//! A linear model: each feature of a question adds its weights to the schemes and executors.
//!
//! The sums are whole numbers, so the order of adding does not matter. The file has a name for each output, so a model and a
//! vocabulary of different versions understand each other as far as they overlap. `make train` writes the built-in model.

use std::ops::AddAssign;
use std::sync::{Arc, LazyLock};

use sha2::{Digest as _, Sha256};

use super::features::{BUCKET_BITS, Features};

/// The first bytes of a file, with the version of its form and of the features.
const MAGIC: &[u8; 8] = b"mwr-mod\x01";
/// The name of the output for texts that no scheme is about.
pub const NO_SCHEME: &str = "";

/// A reason why a file is not a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It is no model, or one of another form.
    #[error("the file is not a model that this version can read")]
    NotAModel,
    /// It ends too early or too late.
    #[error("the file of the model is damaged")]
    Damaged,
}

/// The weights of features, in the form in which a file has them.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelWeights {
    /// The codes of the schemes, and [`NO_SCHEME`].
    pub schemes: Vec<String>,
    /// The keys of the executors.
    pub executors: Vec<String>,
    /// The hashes of the words of the training texts, in ascending order.
    pub words: Vec<u32>,
    /// What a weight of 1 adds to the logarithm of the odds.
    pub scale: f32,
    /// A weight of each output, whatever the question: first the schemes, then the executors.
    pub biases: Vec<i32>,
    /// A row of weights for each bucket of features, with one weight for each output.
    pub rows: Vec<i8>,
}

/// A model that predicts what a question is about.
#[derive(Debug)]
pub struct Model {
    weights: ModelWeights,
    version: String,
}

/// What a question is about, in logarithms of odds: differences between them mean something, and their level does not.
#[derive(Clone, Debug, Default)]
pub struct Prediction {
    /// Of each scheme of the model.
    pub(super) schemes: Vec<f64>,
    /// Of each executor, that it decides.
    pub(super) executors: Vec<f64>,
}

/// What the features of a text, or of a part of one, speak for.
#[derive(Clone)]
pub(crate) struct Evidence {
    /// The sum of the weights for each scheme and executor.
    sums: Vec<i32>,
    /// The number of features.
    features: usize,
}

impl AddAssign<&Self> for Evidence {
    /// Adds the evidence of another part of the text.
    fn add_assign(&mut self, other: &Self) {
        self.sums.iter_mut().zip(&other.sums).for_each(|(sum, other)| *sum += other);
        self.features += other.features;
    }
}

impl Model {
    /// Returns the model of this version.
    pub fn builtin() -> Arc<Self> {
        static BUILTIN: LazyLock<Arc<Model>> = LazyLock::new(|| {
            let file = include_bytes!("../../model/schemes.model");
            Arc::new(Model::read(file).expect("the built-in model is whole"))
        });
        Arc::clone(&BUILTIN)
    }

    /// Returns a model that has learned nothing.
    pub fn empty() -> Self {
        Self::new(ModelWeights {
            schemes: Vec::new(),
            executors: Vec::new(),
            words: Vec::new(),
            scale: 1.0,
            biases: Vec::new(),
            rows: Vec::new(),
        })
    }

    /// Makes a model of its weights.
    pub fn new(weights: ModelWeights) -> Self {
        let mut model = Self {
            weights,
            version: String::new(),
        };
        model.version = version(&model.write());
        model
    }

    /// Reads the file of a model.
    pub fn read(file: &[u8]) -> Result<Self, ModelError> {
        let mut rest = file.strip_prefix(MAGIC.as_slice()).ok_or(ModelError::NotAModel)?;
        let schemes = names(&mut rest)?;
        let executors = names(&mut rest)?;
        let outputs = schemes.len() + executors.len();
        let words = u32::from_le_bytes(*take(&mut rest)?);
        let words = (0..words).map(|_| Ok(u32::from_le_bytes(*take(&mut rest)?)));
        let words = words.collect::<Result<Vec<_>, ModelError>>()?;
        let scale = f32::from_le_bytes(*take(&mut rest)?);
        // Words are looked up by halving, and a scale that is no number would make every question unanswerable.
        if !(scale.is_finite() && scale > 0.0 && words.is_sorted()) {
            return Err(ModelError::Damaged);
        }
        let biases = (0..outputs).map(|_| Ok(i32::from_le_bytes(*take(&mut rest)?)));
        let biases = biases.collect::<Result<_, ModelError>>()?;
        if rest.len() != outputs << BUCKET_BITS {
            return Err(ModelError::Damaged);
        }
        let weights = ModelWeights {
            schemes,
            executors,
            words,
            scale,
            biases,
            rows: rest.iter().map(|byte| byte.cast_signed()).collect(),
        };
        let version = version(file);
        Ok(Self { weights, version })
    }

    /// Returns the file of the model.
    pub fn write(&self) -> Vec<u8> {
        let weights = &self.weights;
        let mut file = MAGIC.to_vec();
        for names in [&weights.schemes, &weights.executors] {
            file.extend(count(names.len()).to_le_bytes());
            for name in names {
                file.push(u8::try_from(name.len()).expect("a code is short"));
                file.extend(name.as_bytes());
            }
        }
        file.extend(count(weights.words.len()).to_le_bytes());
        file.extend(weights.words.iter().flat_map(|word| word.to_le_bytes()));
        file.extend(weights.scale.to_le_bytes());
        file.extend(weights.biases.iter().flat_map(|bias| bias.to_le_bytes()));
        file.extend(weights.rows.iter().map(|weight| weight.cast_unsigned()));
        file
    }

    /// Returns the number of rows of weights of a model.
    pub const fn buckets() -> usize {
        1 << BUCKET_BITS
    }

    /// Returns the beginning of the hash of the file.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Returns the codes of the schemes, in the order of predictions.
    pub fn schemes(&self) -> &[String] {
        &self.weights.schemes
    }

    /// Returns the keys of the executors, in the order of predictions.
    pub fn executors(&self) -> &[String] {
        &self.weights.executors
    }

    /// Predicts what a question with these features is about.
    pub fn predict(&self, features: &Features) -> Prediction {
        self.prediction(&self.evidence(features))
    }

    /// Adds up what features speak for.
    pub(crate) fn evidence(&self, features: &Features) -> Evidence {
        /// So many weights of eight bits have a sum of sixteen, whose lanes are twice as many as those of larger numbers.
        const ROWS_AT_ONCE: usize = 256;
        let mut sums = vec![0_i32; self.weights.biases.len()];
        let mut small = vec![0_i16; sums.len()];
        for rows in features.rows_of_words().chunks(ROWS_AT_ONCE) {
            small.fill(0);
            for (row, _) in rows {
                for (sum, weight) in small.iter_mut().zip(self.row(*row)) {
                    *sum += i16::from(*weight);
                }
            }
            sums.iter_mut().zip(&small).for_each(|(sum, small)| *sum += i32::from(*small));
        }
        Evidence {
            sums,
            features: features.rows().len(),
        }
    }

    /// Returns how strongly evidence speaks for one scheme: the square of what the best one has above the mean of all. Of two
    /// parts about one scheme, the whole is as strong as both together; of parts about two schemes, it is weaker.
    pub(crate) fn strength(&self, evidence: &Evidence) -> f64 {
        let schemes = self.prediction(evidence).schemes;
        let mean = schemes.iter().sum::<f64>() / schemes.len().max(1) as f64;
        let best = schemes.iter().copied().fold(mean, f64::max);
        (best - mean).powi(2)
    }

    /// Predicts what a text with this evidence is about.
    pub(crate) fn prediction(&self, evidence: &Evidence) -> Prediction {
        let weights = &self.weights;
        // A long text has no more certainty for having more features.
        let norm = (evidence.features.max(1) as f64).sqrt();
        let logit = |(sum, bias): (&i32, &i32)| (f64::from(*sum) / norm + f64::from(*bias)) * f64::from(weights.scale);
        let mut schemes: Vec<f64> = evidence.sums.iter().zip(&weights.biases).map(logit).collect();
        let executors = schemes.split_off(weights.schemes.len());
        Prediction { schemes, executors }
    }

    /// Returns the numbers of the words that speak most for a scheme, in the order of the question.
    pub(crate) fn words_for(&self, scheme: usize, features: &Features) -> Vec<usize> {
        /// The least contribution of a word, as a share of the highest.
        const LEAST: f64 = 0.4;
        /// The most words.
        const MOST: usize = 4;
        let words = features.rows_of_words().iter().map(|(_, word)| *word as usize + 1).max();
        let mut sums = vec![0_i32; words.unwrap_or_default()];
        for (row, word) in features.rows_of_words() {
            sums[*word as usize] += i32::from(self.row(*row)[scheme]);
        }
        let highest = sums.iter().copied().max().unwrap_or_default();
        let is_strong = |word: &usize| sums[*word] > 0 && f64::from(sums[*word]) >= LEAST * f64::from(highest);
        let mut strong: Vec<usize> = (0..sums.len()).filter(is_strong).collect();
        strong.sort_by_key(|word| std::cmp::Reverse(sums[*word]));
        strong.truncate(MOST);
        strong.sort_unstable();
        strong
    }

    /// Returns for each of the first `words` words whether the training texts have it, a part or a correction of it.
    pub(crate) fn known_words(&self, features: &Features, words: usize) -> Vec<bool> {
        let mut known = vec![false; words];
        for (hash, word) in features.numbered_words() {
            let known = &mut known[*word as usize];
            *known = *known || self.weights.words.binary_search(hash).is_ok();
        }
        known
    }

    fn row(&self, row: u32) -> &[i8] {
        let outputs = self.weights.biases.len();
        &self.weights.rows[row as usize * outputs..][..outputs]
    }
}

fn version(file: &[u8]) -> String {
    hex::encode(&Sha256::digest(file)[..8])
}

/// Returns the logarithm of the sum of the odds. Subtracted from a logarithm of odds, it gives that of a probability.
pub(crate) fn log_sum(logits: &[f64]) -> f64 {
    let highest = logits.iter().copied().fold(f64::MIN, f64::max);
    let sum: f64 = logits.iter().map(|logit| (logit - highest).exp()).sum();
    highest + sum.ln()
}

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("a model has few names and words")
}

fn names(rest: &mut &[u8]) -> Result<Vec<String>, ModelError> {
    let count = u32::from_le_bytes(*take(rest)?);
    let name = |_| {
        let [length] = *take(rest)?;
        let (name, after) = rest.split_at_checked(length.into()).ok_or(ModelError::Damaged)?;
        *rest = after;
        String::from_utf8(name.to_vec()).map_err(|_| ModelError::Damaged)
    };
    (0..count).map(name).collect()
}

fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> Result<&'a [u8; N], ModelError> {
    let (taken, after) = rest.split_first_chunk().ok_or(ModelError::Damaged)?;
    *rest = after;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learned::FeatureWord;

    fn features(words: &[&str]) -> Features {
        let words = words.iter().map(|word| FeatureWord {
            surface: word,
            stem: word,
            parts: &[],
            corrected: None,
            place: None,
            is_stopword: false,
        });
        Features::of(&words.collect::<Vec<_>>())
    }

    /// A model that has learned that one word is of the first scheme.
    fn model(word: &str) -> Model {
        let (schemes, executors) = (
            vec!["A".to_owned(), "B".to_owned(), NO_SCHEME.to_owned()],
            vec!["X".to_owned()],
        );
        let outputs = schemes.len() + executors.len();
        let mut rows = vec![0; Model::buckets() * outputs];
        let known = features(&[word]);
        known.rows().for_each(|row| rows[row as usize * outputs] = 20);
        Model::new(ModelWeights {
            schemes,
            executors,
            words: known.words().collect(),
            scale: 0.1,
            biases: vec![0; outputs],
            rows,
        })
    }

    #[test]
    fn a_model_survives_its_file() {
        let model = model("huur");
        let read = Model::read(&model.write()).unwrap();
        assert_eq!(read.weights, model.weights);
        assert_eq!(read.version(), model.version());
    }

    #[test]
    fn damaged_files_are_refused() {
        let file = model("huur").write();
        for length in [0, 7, 8, 9, 20, 60, file.len() - 1] {
            assert!(Model::read(&file[..length]).is_err(), "{length} bytes");
        }
        let mut longer = file.clone();
        longer.push(0);
        assert_eq!(Model::read(&longer).unwrap_err(), ModelError::Damaged);
        for scale in [f32::NAN, f32::INFINITY, 0.0, -1.0] {
            let weights = ModelWeights {
                scale,
                ..model("huur").weights
            };
            assert_eq!(
                Model::read(&Model::new(weights).write()).unwrap_err(),
                ModelError::Damaged,
                "{scale}"
            );
        }
        let unsorted = ModelWeights {
            words: vec![2, 1],
            ..model("huur").weights
        };
        assert_eq!(Model::read(&Model::new(unsorted).write()).unwrap_err(), ModelError::Damaged);
        let mut other_form = file;
        other_form[7] += 1;
        assert_eq!(Model::read(&other_form).unwrap_err(), ModelError::NotAModel);
    }

    #[test]
    fn what_was_learned_is_predicted_and_explained() {
        let model = model("huur");
        let question = features(&["te", "hoge", "huur"]);
        let prediction = model.predict(&question);
        assert!(prediction.schemes[0] > prediction.schemes[1] + 1.0, "{prediction:?}");
        assert_eq!(model.words_for(0, &question), [2]);
        assert!(model.words_for(1, &question).is_empty());
        assert_eq!(model.known_words(&question, 3), [false, false, true]);
        let misspelt = model.predict(&features(&["huurr"]));
        assert!(misspelt.schemes[0] > misspelt.schemes[1]);
    }

    #[test]
    fn the_builtin_model_knows_the_schemes_of_the_vocabulary() {
        let vocabulary = register::vocabulary::Vocabulary::builtin();
        for competence in vocabulary.competences() {
            assert!(
                Model::builtin().schemes().iter().any(|code| code == competence.code.as_str()),
                "{}",
                competence.code
            );
        }
    }
}
