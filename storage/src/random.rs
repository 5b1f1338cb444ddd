//! The source of randomness, passed in by the caller.

/// The source of salts, epochs and secrets. Outside tests, a cryptographic generator seeded by the operating system.
pub type Random = Box<dyn rand::RngCore + Send>;
