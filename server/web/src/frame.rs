//! What is around the content of every page: title, who visits, where they can go, files.

use std::sync::Arc;

use askama::Template;
use axum::response::{Html, IntoResponse as _, Response};
use register::grant::Role;
use server_core::error::Error;

use crate::assets::Hrefs;
use crate::error::PageError;
use crate::session::Visitor;
use crate::state::Web;

/// What `base.html` needs; a page's template has it as its field `frame`.
pub(super) struct Frame {
    /// The title of the page.
    pub(super) title: String,
    /// Whether the page says that something typed is wrong.
    pub(super) has_problem: bool,
    /// Who visits; nobody on the page of the login.
    pub(super) visitor: Option<VisitorLine>,
    /// Where the visitor can go.
    pub(super) menu: Vec<MenuLink>,
    /// The token that every form sends along.
    pub(super) csrf: String,
    /// What the last write did, to be said once.
    pub(super) notice: Option<String>,
    /// Whether this is a demo.
    pub(super) is_demo: bool,
    /// Style sheet, scripts, icon.
    pub(super) assets: Arc<Hrefs>,
    /// The operator's own style sheet.
    pub(super) theme: Option<String>,
}

/// Who visits, as the header says it.
pub(super) struct VisitorLine {
    /// The name that the login gave.
    pub(super) name: String,
    /// The short name of the organisation.
    pub(super) organisation: String,
}

/// A place to go.
pub(super) struct MenuLink {
    /// Where.
    pub(super) href: &'static str,
    /// What it is called.
    pub(super) text: &'static str,
    /// Whether the visitor is there.
    pub(super) is_here: bool,
}

/// The places of the menu: where, what it is called, and the role that it needs.
const PLACES: [(&str, &str, Role); 3] = [
    ("/", "Zoeken", Role::Lookup),
    ("/eigen", "Uw medewerkers", Role::Publish),
    ("/beheer", "Beheer", Role::Operate),
];

impl Web {
    /// The frame of a page for `visitor` at `place` of the menu. It takes the notice: only make it for a page that is shown.
    pub(super) fn frame(&self, visitor: &Visitor, title: impl Into<String>, place: &str) -> Frame {
        let organisation = visitor.organisation();
        let menu = PLACES
            .iter()
            .filter(|(_, _, role)| visitor.may(*role))
            .map(|(href, text, _)| MenuLink {
                href,
                text,
                is_here: *href == place,
            });
        Frame {
            visitor: Some(VisitorLine {
                name: visitor.name().to_owned(),
                organisation: self
                    .directory()
                    .short_name(organisation)
                    .unwrap_or_else(|| organisation.to_string()),
            }),
            menu: menu.collect(),
            csrf: visitor.csrf_token().to_owned(),
            notice: visitor.take_notice(),
            ..self.bare_frame(title)
        }
    }

    /// The frame of a page for who has not logged in.
    pub(super) fn bare_frame(&self, title: impl Into<String>) -> Frame {
        Frame {
            title: title.into(),
            has_problem: false,
            visitor: None,
            menu: Vec::new(),
            csrf: String::new(),
            notice: None,
            is_demo: self.login().is_demo(),
            assets: self.assets().hrefs(),
            theme: self.assets().theme(),
        }
    }
}

/// The answer that shows `template`.
pub(super) fn show(template: &impl Template) -> Result<Response, PageError> {
    let text = template.render().map_err(Error::internal)?;
    Ok(Html(text).into_response())
}
