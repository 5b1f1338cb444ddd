//! The layers around all services.

mod context;

pub use context::Context;
