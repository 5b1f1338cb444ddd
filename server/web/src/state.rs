//! State that all pages share: the use cases, the sessions, the ways to log in, the limits and the static files.
//!
//! Everything here lies below the handlers: no file that this one imports knows a page, an error page or the router.

use std::net::SocketAddr;
use std::sync::Arc;

use directory::Directory;
use register::clock::Clock;
use register::oin::Oin;
use server_core::config::{self, Faults};

use crate::assets::Assets;
use crate::limits::Limits;
use crate::login::Login;
use crate::session::Sessions;

/// The page for people: a cheap handle on what its handlers share.
#[derive(Clone)]
pub struct Web(Arc<WebState>);

/// The parts that make up the page.
pub struct WebParts {
    /// The use cases.
    pub directory: Arc<Directory>,
    /// The section `web` of the configuration.
    pub settings: config::WebSettings,
    /// The address of the listener.
    pub listens_at: SocketAddr,
    /// The OIN of the node. The log records the writes of logged-in people under it.
    pub node: Oin,
    /// The ways to log in.
    pub login: Login,
}

struct WebState {
    directory: Arc<Directory>,
    node: Oin,
    origin: String,
    sessions: Sessions,
    login: Login,
    limits: Limits,
    assets: Assets,
}

impl Web {
    /// Builds the page. Returns the faults if the theme of the operator cannot be read.
    pub fn new(parts: WebParts) -> Result<Self, Faults> {
        let WebParts {
            directory,
            settings,
            listens_at,
            node,
            login,
        } = parts;
        let clock = directory.clock().clone();
        Ok(Self(Arc::new(WebState {
            node,
            origin: settings.origin(listens_at),
            sessions: Sessions::new(&settings, clock),
            login,
            limits: Limits::new(&settings),
            assets: Assets::load(settings.theme.as_deref())?,
            directory,
        })))
    }

    /// The public origin of the page, such as `https://register.example`.
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// The use cases.
    pub(crate) fn directory(&self) -> &Arc<Directory> {
        &self.0.directory
    }

    /// The clock of the use cases.
    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        self.0.directory.clock()
    }

    /// The OIN under which the log records writes from the page.
    pub(crate) fn node(&self) -> &Oin {
        &self.0.node
    }

    /// All sessions.
    pub(crate) fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    /// The ways to log in.
    pub(crate) fn login(&self) -> &Login {
        &self.0.login
    }

    /// The rate limits.
    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// The static files.
    pub(crate) fn assets(&self) -> &Assets {
        &self.0.assets
    }
}
