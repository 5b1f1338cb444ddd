//! The invented people of a demo, who log in without a password. Only the demo has them, on loopback.

use register::grant::Role;
use register::identifier::OrganisationId;

/// An invented person.
#[derive(Clone, Debug)]
pub struct DemoUser {
    /// The id in the address of the login.
    pub id: String,
    /// The name on the page.
    pub name: String,
    /// A description under the button.
    pub about: String,
    /// The organisation that the person acts for.
    pub organisation: OrganisationId,
    /// The roles of the person.
    pub roles: Vec<Role>,
}
