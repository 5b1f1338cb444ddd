//! Asking: one question to this register, to the copies that it keeps and to the peers that it asks; one answer.
//!
//! The question is understood once, here; each register scores the same plan against its own officers, in one step from the
//! asker, and sends its share (`wire`). What counts for whom is decided before anything is counted (`registers`); shares
//! are merged by the index, whatever the order in which they came (`gather`). How each register has answered is part of
//! the answer (`status`), and what an answer needs is decided as soon as it is out of reach (`policy`).

pub mod contexts;
pub mod gather;
mod policy;
pub mod registers;
mod remote;
mod status;
pub mod tally;
pub mod wire;

pub use policy::{Missing, OnMissing, Policy, Scope};
pub use status::{Completeness, RegisterState, RegisterStatus, ServedFrom};
