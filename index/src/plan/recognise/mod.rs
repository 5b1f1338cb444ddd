//! Recognisers: what a question is about, step by step.
//!
//! First the words are rewritten: `foreign` ones into Dutch, `compound_joining`, `corrections`. Then names are recognised:
//! `organisations` and `places`. Last come the `schemes` that the words indicate, with those that `related_schemes` adds.

pub(super) mod compound_joining;
pub(super) mod corrections;
pub(super) mod foreign;
pub(super) mod organisations;
pub(super) mod places;
pub(super) mod related_schemes;
pub(super) mod schemes;
