//! Why there is no route.

use crate::identifier::OrganisationId;

/// Why there is no route.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// The need names an organisation that is not in the register.
    #[error("organisation `{0}` is not in the register")]
    UnknownOrganisation(OrganisationId),
    /// Nobody fits, and no LMM is known.
    #[error("nobody fits, and no LMM is known")]
    NoTarget,
}
