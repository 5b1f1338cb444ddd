//! How many targets and rejections a route lists at most.

/// Officers. A need that matches more is not specific enough.
pub const MOST_OFFICERS: usize = 20;
/// Officers without the competence, of an organisation that has one with it.
pub const MOST_LESSER: usize = 3;
/// Ambassadors.
pub const MOST_AMBASSADORS: usize = 3;
/// Desks of organisations that are involved only through their officers.
pub const MOST_FURTHER_DESKS: usize = 5;
/// Rejected candidates.
pub const MOST_CONSIDERED: usize = 50;
