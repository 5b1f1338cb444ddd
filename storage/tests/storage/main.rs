//! Tests of the storage contract: facts that every backend must satisfy (`conformance`), and tests specific to SQLite.
//!
//! To add a backend: implement [`fixture::Fixture`] and add a line with `conforms!`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

#[macro_use]
mod conformance;
mod fixture;
mod sample;

mod sqlite;
