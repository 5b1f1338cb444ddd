//! The frame of every page: title, visitor, menu, notice and static files.

use std::sync::Arc;

use askama::Template;
use axum::response::{Html, IntoResponse as _, Response};
use register::grant::Role;
use server_core::error::Error;

use crate::assets::Hrefs;
use crate::error::PageError;
use crate::session::Visitor;
use crate::state::Web;

/// The values of `base.html`. The template of a page has it as the field `frame`.
pub(super) struct Frame {
    /// The title of the page.
    pub(super) title: String,
    /// Whether the page shows a form with errors.
    pub(super) has_problem: bool,
    /// The visitor; `None` on the login page.
    pub(super) visitor: Option<VisitorLine>,
    /// The links of the menu.
    pub(super) menu: Vec<MenuLink>,
    /// The token for the field `csrf` of every form.
    pub(super) csrf: String,
    /// The outcome of the last write, shown once.
    pub(super) notice: Option<String>,
    /// Whether this is a demo.
    pub(super) is_demo: bool,
    /// The addresses of style sheet, scripts and icon.
    pub(super) assets: Arc<Hrefs>,
    /// The address of the operator's own style sheet.
    pub(super) theme: Option<String>,
}

/// The visitor in the header.
pub(super) struct VisitorLine {
    /// The name from the login.
    pub(super) name: String,
    /// The short name of the organisation.
    pub(super) organisation: String,
}

/// A link of the menu.
pub(super) struct MenuLink {
    /// Its address.
    pub(super) href: &'static str,
    /// Its text.
    pub(super) text: &'static str,
    /// Whether it leads to the current page.
    pub(super) is_here: bool,
}

/// The menu: address, text and required role of each link.
const MENU: [(&str, &str, Role); 3] = [
    ("/", "Zoeken", Role::Lookup),
    ("/eigen", "Uw medewerkers", Role::Publish),
    ("/beheer", "Beheer", Role::Operate),
];

impl Web {
    /// The frame of a page for `visitor`; `place` is the current link of the menu. Takes the notice of the session, so build it
    /// only for a page that is shown.
    pub(super) fn frame(&self, visitor: &Visitor, title: impl Into<String>, place: &str) -> Frame {
        let organisation = visitor.organisation();
        let menu = MENU
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

    /// The frame of a page for a visitor without a login.
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

/// Renders `template` as a response.
pub(super) fn show(template: &impl Template) -> Result<Response, PageError> {
    let text = template.render().map_err(Error::internal)?;
    Ok(Html(text).into_response())
}
