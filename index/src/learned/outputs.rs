//! Which scheme and organisation of the vocabulary each prediction of a model is of.

use std::sync::Arc;

use register::identifier::OrganisationId;
use register::organisation::OrganisationKind;
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
    /// The executors that are any organisation of a kind.
    kinds: HashMap<OrganisationKind, Vec<usize>>,
}

impl LearnedModel {
    /// Looks up the schemes and executors of `vocabulary` in `model`.
    pub(crate) fn new(model: Arc<Model>, vocabulary: &Vocabulary) -> Self {
        let place = |names: &[String], name: &str| names.iter().position(|known| known == name);
        let schemes = vocabulary.competences().iter();
        let schemes = schemes
            .map(|competence| place(model.schemes(), competence.code.as_str()))
            .collect();
        let (mut organisations, mut kinds) = (HashMap::default(), HashMap::<_, Vec<usize>>::default());
        for executor in vocabulary.executors() {
            let Some(place) = place(model.executors(), &executor.key) else {
                continue;
            };
            if let Some(organisation) = &executor.organisation {
                organisations.insert(organisation.clone(), place);
            } else if let Some(kind) = executor.kind {
                kinds.entry(kind).or_default().push(place);
            }
        }
        Self {
            schemes,
            no_scheme: place(model.schemes(), NO_SCHEME),
            organisations,
            kinds,
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

    /// Returns the probability that this organisation decides, or any of its kind, if the model knows either.
    pub(crate) fn organisation(
        &self,
        prediction: &Prediction,
        id: &OrganisationId,
        kind: Option<OrganisationKind>,
    ) -> Option<f64> {
        let places = match self.organisations.get(id) {
            Some(place) => std::slice::from_ref(place),
            None => self.kinds.get(&kind?)?,
        };
        let sum = log_sum(&prediction.executors);
        Some(places.iter().map(|place| (prediction.executors[*place] - sum).exp()).sum())
    }
}
