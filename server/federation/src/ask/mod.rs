//! Federated search and suggestions over this register, its copies and the peers it queries.
//!
//! The asking node compiles a question to a plan. Each register scores the plan against its own officers and returns its
//! share (`wire`, and `suggest_wire` for suggestions); peers never forward a question. `registers` decides whose officers
//! count before anything is scored, `gather` merges the shares in whatever order they arrive, `status` reports how each
//! register answered, and `policy` ends a search early once it cannot be satisfied.

pub mod contexts;
pub mod gather;
pub mod plan;
mod policy;
pub mod registers;
mod remote;
mod status;
pub mod suggest;
pub mod suggest_wire;
pub mod wire;

pub use policy::{OnMissing, Policy, Scope, UnmetRequirement};
pub use status::{Completeness, RegisterState, RegisterStatus, ServedFrom};
