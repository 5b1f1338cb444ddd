//! The page: for professionals, publishers and operators, in a browser.
//!
//! A page is a thin adapter in front of a use case of [`directory`], as a call of gRPC is. What every request goes
//! through stands here once: the table of pages (`router`), who visits (`session`, `login`), the answers' headers and limits
//! (`security`), the line in the log and the page of an error (`record`, `error_page`). What somebody types stands in no
//! URL, log or metric: forms POST, and a question is kept in the session under an opaque id.
//!
//! To add a page: a file in `pages/` with its handler and template struct, a template, a line in [`router`].

mod assets;
mod error_page;
mod fields;
mod frame;
pub mod login;
mod pages;
mod record;
mod router;
mod security;
mod serve;
mod session;

use std::net::SocketAddr;
use std::sync::Arc;

use directory::Directory;
use register::clock::Clock;
use register::oin::Oin;
use server_core::config::{self, Faults};

pub use router::router;
pub use serve::serve;

use assets::Assets;
use login::Login;
use security::Limits;
use session::Sessions;

/// What all pages share. A cheap handle.
#[derive(Clone)]
pub struct Web(Arc<Shared>);

/// What a page is made of.
pub struct WebParts {
    /// The use cases.
    pub directory: Arc<Directory>,
    /// The section of the configuration.
    pub settings: config::WebSettings,
    /// Where it listens.
    pub listens_at: SocketAddr,
    /// The OIN of the node, under which the writes of logged-in people stand in the log.
    pub node: Oin,
    /// Who may log in, and how.
    pub login: Login,
}

struct Shared {
    directory: Arc<Directory>,
    node: Oin,
    origin: String,
    sessions: Sessions,
    login: Login,
    limits: Limits,
    assets: Assets,
}

impl Web {
    /// The page, or what is wrong with its files.
    pub fn new(parts: WebParts) -> Result<Self, Faults> {
        let WebParts {
            directory,
            settings,
            listens_at,
            node,
            login,
        } = parts;
        let clock = directory.clock().clone();
        Ok(Self(Arc::new(Shared {
            node,
            origin: settings.origin(listens_at),
            sessions: Sessions::new(&settings, clock),
            login,
            limits: Limits::new(&settings),
            assets: Assets::load(settings.theme.as_deref())?,
            directory,
        })))
    }

    /// Its address as people know it.
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// The use cases.
    pub(crate) fn directory(&self) -> &Arc<Directory> {
        &self.0.directory
    }

    fn clock(&self) -> &Arc<dyn Clock> {
        self.0.directory.clock()
    }
}
