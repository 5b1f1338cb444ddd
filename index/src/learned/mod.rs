//! What questions are about, as learned from labelled ones.
//!
//! The vocabulary knows how schemes are called; the model has learned how people tell a case. Both act where a question becomes
//! a plan, and only rounded weights of schemes travel to other registers. So registers with different models understand
//! each other.
//!
//! - `features`: the features of a question
//! - `model`: the weights of features for schemes and executors, and the file that holds them
//! - `outputs`: which scheme and organisation each prediction is of

mod features;
mod model;
mod outputs;

pub use features::Features;
pub(crate) use features::{FeaturePlace, FeatureWord};
pub(crate) use model::{Evidence, log_sum};
pub use model::{Model, ModelError, ModelWeights, NO_SCHEME, Prediction};
pub(crate) use outputs::LearnedModel;
