//! Federated search: each register contributes a share, and the register that was asked merges them.

mod check;
mod merge;
mod share;

pub use merge::{MergedPage, merge};
pub use share::Share;
