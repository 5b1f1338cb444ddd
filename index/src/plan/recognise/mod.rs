//! Recognisers: what a question is about, step by step.
//!
//! First the words are rewritten: `english` into Dutch, `compound_joining`, `corrections`. Then names are recognised:
//! `organisations` and `places`. Last come the `schemes` that the words indicate, with those that `co_mentions` and
//! `related_schemes` add.

pub(super) mod co_mentions;
pub(super) mod compound_joining;
pub(super) mod corrections;
pub(super) mod english;
pub(super) mod organisations;
pub(super) mod places;
pub(super) mod related_schemes;
pub(super) mod schemes;
