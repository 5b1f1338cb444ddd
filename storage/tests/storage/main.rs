//! What storage promises, by the facts that every backend must show (`conformance`) and by what is particular to SQLite.
//!
//! To add a backend: a [`fixture::Fixture`] for it and a line of `conforms!`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

#[macro_use]
mod conformance;
mod fixture;
mod sample;

mod sqlite;
