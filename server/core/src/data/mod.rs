//! The data folder of a node: its lock, its store and the ready file.
//!
//! The node and the demo both prepare a folder with this. Each failure is a [`DataError`] that tells the operator what to do.

mod error;
mod folder;
mod ready_file;
pub mod store;

pub use error::DataError;
pub use folder::{DataFolder, FolderError, hand_over};
pub use ready_file::{Addresses, ReadyFile};
