//! A result: one officer with everything a professional needs for a call.

use directory::{HitGroup, SearchHit};
use directory::{MatchReason, TextField};
use register::resolve::Route;
use server_core::error::Error;

use super::contact::ContactLinks;
use super::dutch::{first_few, uncapitalised};
use super::facts::OfficerFacts;
use super::labels::{Labels, parse_reference};
use super::marked::{TextPiece, marked};
use super::reachability::Reachability;
use super::steps::NextSteps;
use register::identifier::{OfficerName, OrganisationId};

/// Maximum number of competences on a card.
const MAX_COMPETENCES: usize = 6;

/// A result as the template shows it.
pub(super) struct Card {
    /// The id of the card in the page.
    pub(super) anchor: String,
    /// The address of the entry; `None` if this node does not hold it.
    pub(super) href: Option<String>,
    /// The other register that holds the officer, if it is not this one.
    pub(super) register: Option<String>,
    /// The function title.
    pub(super) title: Vec<TextPiece>,
    /// The short name of the organisation.
    pub(super) organisation: String,
    /// The address of the organisation; `None` if this node does not hold it.
    pub(super) organisation_href: Option<String>,
    /// The name of the person, if the entry has one.
    pub(super) person: Option<String>,
    /// Whether somebody answers now.
    pub(super) reach: Reachability,
    /// The description.
    pub(super) description: Vec<TextPiece>,
    /// The competences: those that the question matched, and some of the others.
    pub(super) about: Vec<TextPiece>,
    /// Mandates, area and other facts.
    pub(super) facts: OfficerFacts,
    /// The ways to reach the officer.
    pub(super) contact: ContactLinks,
    /// The same desk of other municipalities.
    pub(super) group: Option<CardGroup>,
    /// Where to go next.
    pub(super) next: NextSteps,
}

/// A group of hits: the same desk of many municipalities ("Uw gemeente").
pub(super) struct CardGroup {
    /// Number of municipalities.
    pub(super) size: usize,
    /// The members that are shown.
    pub(super) members: Vec<GroupMember>,
}

/// A member of a group.
pub(super) struct GroupMember {
    /// The address of its entry; `None` if this node does not hold it.
    pub(super) href: Option<String>,
    /// The name of the municipality.
    pub(super) name: String,
}

impl Card {
    /// Builds the card of a hit and its route. `holds` tells whether this node holds an organisation and so can show its pages.
    pub(super) fn of(
        found: &SearchHit,
        route: Result<Route, Error>,
        place: usize,
        holds: &dyn Fn(&OrganisationId) -> bool,
        labels: &Labels<'_>,
    ) -> Self {
        let officer = &found.entry.officer;
        let organisation = &found.organisation;
        let highlights = &found.hit.highlights;
        let is_held = holds(&organisation.id);
        Self {
            anchor: format!("resultaat-{}", place + 1),
            href: is_held.then(|| page(&found.entry.officer_name())),
            register: found.provenance.as_ref().map(|provenance| provenance.register.to_string()),
            title: marked(&officer.function_title, TextField::FunctionTitle, highlights),
            organisation: organisation.short_name.clone(),
            organisation_href: is_held.then(|| format!("/organisatie/{}", organisation.id)),
            person: officer.name.clone(),
            reach: Reachability::of_entry(&found.entry, labels.now),
            description: marked(&officer.description, TextField::Description, highlights),
            about: about(found, labels),
            facts: OfficerFacts::of(&found.entry, labels),
            contact: ContactLinks::of_officer(&officer.contact, &officer.approach),
            group: found.group.as_ref().map(|it| group(it, holds)),
            next: NextSteps::of(route, Some(&found.entry.officer_name()), labels),
        }
    }
}

/// The organisations that a hit refers to.
pub(super) fn references(found: &SearchHit) -> impl Iterator<Item = OrganisationId> + '_ {
    found
        .entry
        .officer
        .not_for
        .iter()
        .filter_map(|not_for| parse_reference(not_for.see.as_deref()?))
}

/// The competences of a hit: those of the question first, and marked.
fn about(found: &SearchHit, labels: &Labels<'_>) -> Vec<TextPiece> {
    let touched = |code| {
        found
            .hit
            .why
            .iter()
            .any(|why| matches!(why, MatchReason::Competence(matched) if matched == code))
    };
    let (asked, others): (Vec<_>, Vec<_>) = found.entry.officer.competences.iter().partition(|code| touched(*code));
    let asked: Vec<String> = asked.into_iter().map(|code| labels.competence(code)).collect();
    let others: Vec<String> = others
        .into_iter()
        .map(|code| uncapitalised(&labels.competence(code)))
        .collect();
    let mut pieces = Vec::new();
    for label in asked {
        if !pieces.is_empty() {
            pieces.push(plain(", "));
        }
        pieces.push(TextPiece {
            text: label,
            is_marked: true,
        });
    }
    let room = MAX_COMPETENCES.saturating_sub(pieces.len()).max(1);
    if !others.is_empty() {
        let join = if pieces.is_empty() { "" } else { "; ook " };
        pieces.push(plain(&format!("{join}{}", first_few(&others, room, "regelingen"))));
    }
    pieces
}

fn plain(text: &str) -> TextPiece {
    TextPiece {
        text: text.to_owned(),
        is_marked: false,
    }
}

fn page(officer: &OfficerName) -> String {
    format!("/medewerker/{}/{}", officer.organisation, officer.officer)
}

fn group(group: &HitGroup, holds: &dyn Fn(&OrganisationId) -> bool) -> CardGroup {
    let members = group.members.iter().map(|member| GroupMember {
        href: holds(&member.officer.organisation).then(|| page(&member.officer)),
        name: member.organisation.clone(),
    });
    CardGroup {
        size: group.size,
        members: members.collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use register::identifier::RegisterId;
    use register::position::Position;

    use super::*;
    use crate::pages::sample;
    use directory::federation::Provenance;
    use server_core::error::Reason;

    #[test]
    fn a_hit_of_another_register_links_to_no_local_page() {
        let entry = sample::entry();
        let organisation = serde_json::json!({"id": "zb000211", "name": "CAK", "short_name": "CAK", "kind": "overig",
            "status": "connected", "desk": {"phone": "088 000 0000"}});
        let found = SearchHit {
            hit: directory::Hit {
                name: entry.officer_name(),
                score: directory::Score::default(),
                own_score: directory::Score::default(),
                highlights: Vec::new(),
                competences: Vec::new(),
                group: None,
                why: Vec::new(),
                explanation: Vec::new(),
            },
            organisation: Arc::new(serde_json::from_value(organisation).unwrap()),
            group: None,
            provenance: Some(Provenance {
                register: RegisterId::parse("regio-noord").unwrap(),
                position: Position::from_cookie(&[1; 25]).unwrap_or_else(|_| panic!("a cookie of 25 bytes")),
                fetched_at: sample::labels().now,
            }),
            entry: Arc::new(entry),
        };
        let card = |is_held: bool| {
            let refusal = Error::new(Reason::FederationIncomplete, "not now");
            Card::of(&found, Err(refusal), 0, &|_| is_held, &sample::labels())
        };
        let (asked, copied) = (card(false), card(true));
        assert_eq!(asked.register.as_deref(), Some("regio-noord"));
        assert_eq!((asked.href, asked.organisation_href), (None, None));
        assert_eq!(copied.href.as_deref(), Some("/medewerker/zb000211/eigen-bijdrage"));
        assert_eq!(copied.organisation_href.as_deref(), Some("/organisatie/zb000211"));
    }
}
