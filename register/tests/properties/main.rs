//! Property tests of the rules, which hold for every input.
//!
//! They share one binary to save link time. The generated registers have few names, so that all parts interact.

mod diff;
mod generators;
mod resolve;
mod validate;
mod view;
