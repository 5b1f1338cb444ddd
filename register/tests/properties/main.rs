//! Properties of the rules: what holds for every input, whatever it is.
//!
//! One binary for all of them, because each further one costs a link. Small worlds on purpose: few names, so that
//! everything meets everything.

mod diff;
mod generators;
mod resolve;
mod validate;
mod view;
