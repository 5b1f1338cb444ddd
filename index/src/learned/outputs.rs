//! Which scheme and organisation of the vocabulary each prediction of a model is of.

use std::sync::Arc;

use register::identifier::OrganisationId;
use register::vocabulary::Vocabulary;

use super::model::{Model, NO_SCHEME, Prediction, log_sum};
use crate::hash::HashMap;

/// The logarithm of the least probability: what the model excludes may be so.
const LEAST_LOG_PROBABILITY: f64 = -9.2;

/// A model with the places of its predictions.
pub(crate) struct LearnedModel {
    pub(crate) model: Arc<Model>,
    /// The place of each scheme of the vocabulary, if the model knows it.
    schemes: Vec<Option<usize>>,
    no_scheme: Option<usize>,
    organisations: HashMap<OrganisationId, usize>,
}

impl LearnedModel {
    /// Looks up the schemes and executors of `vocabulary` in `model`.
    pub(crate) fn new(model: Arc<Model>, vocabulary: &Vocabulary) -> Self {
        let place = |names: &[String], name: &str| names.iter().position(|known| known == name);
        let schemes = vocabulary.competences().iter();
        let schemes = schemes
            .map(|competence| place(model.schemes(), competence.code.as_str()))
            .collect();
        let executors = vocabulary.executors().iter();
        let organisations = executors.filter_map(|executor| {
            let organisation = executor.organisation.clone()?;
            Some((organisation, place(model.executors(), &executor.key)?))
        });
        Self {
            schemes,
            no_scheme: place(model.schemes(), NO_SCHEME),
            organisations: organisations.collect(),
            model,
        }
    }

    /// Returns the place of the scheme with this number, if the model knows it.
    pub(crate) fn place_of(&self, scheme: usize) -> Option<usize> {
        self.schemes[scheme]
    }

    /// Returns the logarithm of the probability of each scheme of the vocabulary, and last that of none.
    pub(crate) fn log_probabilities(&self, prediction: &Prediction) -> Vec<f64> {
        let sum = log_sum(&prediction.schemes);
        let places = self.schemes.iter().chain([&self.no_scheme]);
        let places = places.map(|place| {
            place.map_or(LEAST_LOG_PROBABILITY, |place| {
                (prediction.schemes[place] - sum).max(LEAST_LOG_PROBABILITY)
            })
        });
        places.collect()
    }

    /// Returns the probability that this organisation decides, if the model knows it.
    pub(crate) fn organisation(&self, prediction: &Prediction, id: &OrganisationId) -> Option<f64> {
        let place = self.organisations.get(id)?;
        Some((prediction.executors[*place] - log_sum(&prediction.executors)).exp())
    }
}
