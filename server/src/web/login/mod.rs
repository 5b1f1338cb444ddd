//! Who may come in, and how: identity providers by OpenID Connect, and in a demo its own invented people.
//!
//! The configuration says which providers there are and what their claims mean; the register says nothing of persons.

mod demo;
mod ways;

pub use demo::DemoUser;
pub(super) use demo::as_demo_user;
pub(super) use ways::{choose, end};

/// Who may log in.
#[derive(Debug, Default)]
pub struct Login {
    demo: Vec<DemoUser>,
}

/// Somebody on their way to a provider and back.
pub(super) struct Attempt {}

impl Login {
    /// The invented people of a demo, and nobody else.
    pub fn demo(users: Vec<DemoUser>) -> Self {
        Self { demo: users }
    }

    /// Whether this is a demo.
    pub(super) fn is_demo(&self) -> bool {
        !self.demo.is_empty()
    }

    /// The origins of the providers, to which forms may lead.
    pub(super) fn origins(&self) -> Vec<String> {
        Vec::new()
    }
}
