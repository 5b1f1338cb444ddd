//! `GET /beheer/organisaties`: all organisations, by status.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use directory::ListOrganisations;
use register::organisation::{Organisation, OrganisationStatus};
use serde::Deserialize;
use server_core::views::Consistency;

use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::pages::dutch::{kind_of_organisation, status_label};
use crate::session::Visitor;
use crate::state::Web;

/// The query of the list. It holds one of our own words and never typed text.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct StatusQuery {
    #[serde(default)]
    stand: String,
}

#[derive(Template)]
#[template(path = "operate/organisations.html")]
struct OrganisationsPage {
    frame: Frame,
    states: Vec<StatusLink>,
    lines: Vec<OrganisationLine>,
    total: usize,
}

/// A link to the organisations with one status.
struct StatusLink {
    href: String,
    label: &'static str,
    is_here: bool,
}

/// An organisation in the list.
struct OrganisationLine {
    href: String,
    name: String,
    kind: &'static str,
    status: &'static str,
    agreement: bool,
}

/// `GET /beheer/organisaties`
pub(crate) async fn show(
    State(web): State<Web>,
    Query(query): Query<StatusQuery>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let (directory, caller) = (web.directory(), visitor.caller());
    // A visitor who may not operate gets an error, not a page without functions.
    directory.get_node_status(caller).await?;
    let status = OrganisationStatus::parse(&query.stand);
    let mut lines = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = ListOrganisations {
            kinds: Vec::new(),
            statuses: status.into_iter().collect(),
            page_size: 500,
            page_token,
            consistency: Consistency::any(),
            size_of: |_| 0,
        };
        let listing = directory.list_organisations(caller, request).await?;
        lines.extend(listing.items.iter().map(|organisation| line(organisation)));
        page_token = listing.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    lines.sort_by_key(|line| line.name.to_lowercase());
    frame::show(&OrganisationsPage {
        frame: web.frame(&visitor, "Organisaties", "/beheer"),
        states: states(status),
        total: lines.len(),
        lines,
    })
}

fn states(chosen: Option<OrganisationStatus>) -> Vec<StatusLink> {
    let all = StatusLink {
        href: "/beheer/organisaties".to_owned(),
        label: "Alle",
        is_here: chosen.is_none(),
    };
    let each = OrganisationStatus::ALL.into_iter().map(|status| StatusLink {
        href: format!("/beheer/organisaties?stand={}", status.as_str()),
        label: status_label(status),
        is_here: chosen == Some(status),
    });
    std::iter::once(all).chain(each).collect()
}

fn line(organisation: &Organisation) -> OrganisationLine {
    OrganisationLine {
        href: format!("/beheer/organisaties/{}", organisation.id),
        name: organisation.short_name.clone(),
        kind: kind_of_organisation(organisation.kind),
        status: status_label(organisation.status),
        agreement: organisation.agreement,
    }
}
