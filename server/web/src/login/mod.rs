//! Who may come in, and how: identity providers by OpenID Connect, and in a demo its own invented people.
//!
//! The configuration says which providers there are and what their claims mean (`mapping`); the register knows no persons.
//! Only the authorization code flow, with PKCE, state and nonce, as OpenID NLGov has it; see ADR 0010. The node starts without
//! its providers: they are asked when somebody wants to log in.

mod assertion;
mod attempt;
mod demo;
mod http;
mod mapping;
mod provider;
mod round_trip;
mod userinfo;
mod ways;

pub(super) use attempt::Attempt;
pub use demo::DemoUser;
pub(super) use demo::as_demo_user;
pub(super) use round_trip::{begin, finish};
pub(super) use ways::{choose, choose_again, end};

use std::collections::BTreeSet;

use provider::Provider;
use server_core::config::{Faults, LoginFile};

/// Who may log in.
#[derive(Default)]
pub struct Login {
    demo: Vec<DemoUser>,
    providers: Vec<Provider>,
}

impl Login {
    /// The people of the providers of `file`, or what is wrong with the files that it names.
    pub fn from_file(file: &LoginFile) -> Result<Self, Faults> {
        let mut faults = Faults::new();
        let mut providers = Vec::new();
        for settings in &file.providers {
            match Provider::new(settings) {
                Ok(provider) => providers.push(provider),
                Err(wrong) => faults.append(wrong),
            }
        }
        faults.into_result(Self {
            demo: Vec::new(),
            providers,
        })
    }

    /// The invented people of a demo, and nobody else.
    pub fn demo(users: Vec<DemoUser>) -> Self {
        Self {
            demo: users,
            providers: Vec::new(),
        }
    }

    /// Whether this is a demo.
    pub(super) fn is_demo(&self) -> bool {
        !self.demo.is_empty()
    }

    /// The origins of the providers, to which forms may lead.
    pub(super) fn origins(&self) -> Vec<String> {
        let origins: BTreeSet<String> = self.providers.iter().flat_map(Provider::origins).collect();
        origins.into_iter().collect()
    }

    fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id() == id)
    }
}
