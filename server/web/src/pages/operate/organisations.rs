//! `GET /beheer/organisaties`: all organisations, by how far they are.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use directory::ListOrganisations;
use register::organisation::{Organisation, OrganisationStatus};
use serde::Deserialize;
use server_core::views::Consistency;

use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::pages::dutch::{kind_of_organisation, status_words};
use crate::session::Visitor;
use crate::state::Web;

/// Which organisations: words of ours, never anything that somebody typed.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    stand: String,
}

#[derive(Template)]
#[template(path = "operate/organisations.html")]
struct Organisations {
    frame: Frame,
    states: Vec<Choice>,
    lines: Vec<Line>,
    total: usize,
}

/// A state to choose.
struct Choice {
    href: String,
    label: &'static str,
    is_here: bool,
}

/// One organisation.
struct Line {
    href: String,
    name: String,
    kind: &'static str,
    status: &'static str,
    agreement: bool,
}

/// `GET /beheer/organisaties`
pub(crate) async fn show(State(web): State<Web>, Query(wanted): Query<Wanted>, visitor: Visitor) -> Result<Response, PageError> {
    let (directory, caller) = (web.directory(), visitor.caller());
    // Who may not operate must not get a page that cannot do anything.
    directory.get_node_status(caller).await?;
    let status = OrganisationStatus::parse(&wanted.stand);
    let mut lines = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = ListOrganisations {
            kinds: Vec::new(),
            statuses: status.into_iter().collect(),
            page_size: 500,
            page_token,
            consistency: Consistency::any(),
        };
        let listing = directory.list_organisations(caller, request).await?;
        lines.extend(listing.items.iter().map(|organisation| line(organisation)));
        page_token = listing.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    lines.sort_by_key(|line| line.name.to_lowercase());
    frame::show(&Organisations {
        frame: web.frame(&visitor, "Organisaties", "/beheer"),
        states: states(status),
        total: lines.len(),
        lines,
    })
}

fn states(chosen: Option<OrganisationStatus>) -> Vec<Choice> {
    let all = Choice {
        href: "/beheer/organisaties".to_owned(),
        label: "Alle",
        is_here: chosen.is_none(),
    };
    let each = OrganisationStatus::ALL.into_iter().map(|status| Choice {
        href: format!("/beheer/organisaties?stand={}", status.as_str()),
        label: status_words(status),
        is_here: chosen == Some(status),
    });
    std::iter::once(all).chain(each).collect()
}

fn line(organisation: &Organisation) -> Line {
    Line {
        href: format!("/beheer/organisaties/{}", organisation.id),
        name: organisation.short_name.clone(),
        kind: kind_of_organisation(organisation.kind),
        status: status_words(organisation.status),
        agreement: organisation.agreement,
    }
}
