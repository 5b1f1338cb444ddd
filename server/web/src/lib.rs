//! The page: for professionals, publishers and operators, in a browser.
//!
//! A page is a thin adapter in front of a use case of [`directory`], as a gRPC handler is. Each layer imports only the layers
//! before it: `error`, `fields`, `question`, `assets`, `limits`, `serve` and `login` (the providers), `session`, `state`, `frame`,
//! `error_page`, `middleware`, `pages` and [`router`]. Text that a visitor types never reaches a URL, a log or a metric: forms
//! POST it, and the session keeps a question under an opaque id.
//!
//! To add a page: a file in `pages/` with its handler and template struct, a template, a line in [`router`].

mod assets;
mod error;
mod error_page;
mod fields;
mod frame;
mod limits;
pub mod login;
mod middleware;
mod pages;
mod question;
mod router;
mod serve;
mod session;
mod state;

pub use router::router;
pub use serve::serve;
pub use session::read as session_cookie;
pub use state::{Web, WebParts};
