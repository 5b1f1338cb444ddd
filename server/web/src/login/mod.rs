//! The ways to log in: identity providers by OpenID Connect, and in a demo its invented people.
//!
//! The configuration lists the providers and maps their claims (`mapping`); the register knows no persons. Only the
//! authorization code flow is used, with PKCE, state and nonce, as OpenID NLGov requires; see ADR 0010. The node starts without
//! its providers and contacts one when somebody logs in there. The handlers are in `pages::login`.

mod assertion;
mod cause;
mod demo;
mod flow_state;
mod http;
pub(super) mod mapping;
mod provider;
mod received;
mod token_response;
mod userinfo;

pub(super) use cause::is_error_code;
pub use demo::DemoUser;
pub(super) use flow_state::FlowState;
pub(super) use provider::Provider;

use std::collections::BTreeSet;

use server_core::config::{Faults, LoginFile};

/// The ways to log in.
#[derive(Default)]
pub struct Login {
    demo_users: Vec<DemoUser>,
    providers: Vec<Provider>,
}

impl Login {
    /// Builds the providers of `file`. Returns all faults in the files that it names.
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
            demo_users: Vec::new(),
            providers,
        })
    }

    /// The login of a demo: its invented people and no provider.
    pub fn demo(users: Vec<DemoUser>) -> Self {
        Self {
            demo_users: users,
            providers: Vec::new(),
        }
    }

    /// Whether this is a demo.
    pub(super) fn is_demo(&self) -> bool {
        !self.demo_users.is_empty()
    }

    /// The invented people of a demo.
    pub(super) fn demo_users(&self) -> &[DemoUser] {
        &self.demo_users
    }

    /// The identity providers.
    pub(super) fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// The provider called `id`.
    pub(super) fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id() == id)
    }

    /// The origins to which a form may lead: those of the providers.
    pub(super) fn origins(&self) -> Vec<String> {
        let origins: BTreeSet<String> = self.providers.iter().flat_map(Provider::origins).collect();
        origins.into_iter().collect()
    }
}
