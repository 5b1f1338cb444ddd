//! A result: one officer, with all that is needed to call.

use directory::{HitGroup, SearchHit};
use directory::{MatchReason, TextField};
use register::resolve::Route;
use server_core::error::Error;

use super::contact::ContactLinks;
use super::dutch::{first_few, uncapitalised};
use super::facts::Facts;
use super::marked::{Piece, marked};
use super::reach::Reach;
use super::steps::NextSteps;
use super::words::{Words, referred};
use register::identifier::{OfficerName, OrganisationId};

/// Competences that a card names.
const COMPETENCES_TOLD: usize = 6;

/// A result as it is shown.
pub(super) struct Card {
    /// What its parts are called in the page.
    pub(super) anchor: String,
    /// The page of the entry; none if this node does not hold it.
    pub(super) href: Option<String>,
    /// The other register that it is of.
    pub(super) register: Option<String>,
    /// The title of the function.
    pub(super) title: Vec<Piece>,
    /// The organisation.
    pub(super) organisation: String,
    /// Its page; none if this node does not hold it.
    pub(super) organisation_href: Option<String>,
    /// The person, if one is named.
    pub(super) person: Option<String>,
    /// Whether someone answers now.
    pub(super) reach: Reach,
    /// What it does.
    pub(super) description: Vec<Piece>,
    /// In what it can do something: those that the question touched, and the rest in a few words.
    pub(super) about: Vec<Piece>,
    /// The rest.
    pub(super) facts: Facts,
    /// How to reach it.
    pub(super) contact: ContactLinks,
    /// The same desk of other municipalities.
    pub(super) group: Option<Group>,
    /// Where to go next.
    pub(super) next: NextSteps,
}

/// "Uw gemeente": the same desk of many municipalities.
pub(super) struct Group {
    /// How many there are.
    pub(super) size: usize,
    /// Those that are offered.
    pub(super) members: Vec<GroupMember>,
}

/// One of them.
pub(super) struct GroupMember {
    /// The page of its entry; none if this node does not hold it.
    pub(super) href: Option<String>,
    /// The municipality.
    pub(super) name: String,
}

impl Card {
    /// Of a hit, with the route behind it. `holds` says of which organisations this node can show the pages.
    pub(super) fn of(
        found: &SearchHit,
        route: Result<Route, Error>,
        place: usize,
        holds: &dyn Fn(&OrganisationId) -> bool,
        words: &Words<'_>,
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
            reach: Reach::of_entry(&found.entry, words.now),
            description: marked(&officer.description, TextField::Description, highlights),
            about: about(found, words),
            facts: Facts::of(&found.entry, words),
            contact: ContactLinks::of_officer(&officer.contact, &officer.approach),
            group: found.group.as_ref().map(|it| group(it, holds)),
            next: NextSteps::of(route, Some(&found.entry.officer_name()), words),
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
        .filter_map(|not_for| referred(not_for.see.as_deref()?))
}

/// Its competences: those of the question first and marked.
fn about(found: &SearchHit, words: &Words<'_>) -> Vec<Piece> {
    let touched = |code| {
        found
            .hit
            .why
            .iter()
            .any(|why| matches!(why, MatchReason::Competence(matched) if matched == code))
    };
    let (asked, others): (Vec<_>, Vec<_>) = found.entry.officer.competences.iter().partition(|code| touched(*code));
    let asked: Vec<String> = asked.into_iter().map(|code| words.competence(code)).collect();
    let others: Vec<String> = others
        .into_iter()
        .map(|code| uncapitalised(&words.competence(code)))
        .collect();
    let mut pieces = Vec::new();
    for label in asked {
        if !pieces.is_empty() {
            pieces.push(plain(", "));
        }
        pieces.push(Piece {
            text: label,
            is_marked: true,
        });
    }
    let room = COMPETENCES_TOLD.saturating_sub(pieces.len()).max(1);
    if !others.is_empty() {
        let join = if pieces.is_empty() { "" } else { "; ook " };
        pieces.push(plain(&format!("{join}{}", first_few(&others, room, "regelingen"))));
    }
    pieces
}

fn plain(text: &str) -> Piece {
    Piece {
        text: text.to_owned(),
        is_marked: false,
    }
}

fn page(officer: &OfficerName) -> String {
    format!("/medewerker/{}/{}", officer.organisation, officer.officer)
}

fn group(group: &HitGroup, holds: &dyn Fn(&OrganisationId) -> bool) -> Group {
    let members = group.members.iter().map(|member| GroupMember {
        href: holds(&member.officer.organisation).then(|| page(&member.officer)),
        name: member.organisation.clone(),
    });
    Group {
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
    fn what_another_register_holds_is_named_and_links_to_no_page_of_ours() {
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
                fetched_at: sample::words().now,
            }),
            entry: Arc::new(entry),
        };
        let card = |is_held: bool| {
            let refusal = Error::new(Reason::FederationIncomplete, "not now");
            Card::of(&found, Err(refusal), 0, &|_| is_held, &sample::words())
        };
        let (asked, copied) = (card(false), card(true));
        assert_eq!(asked.register.as_deref(), Some("regio-noord"));
        assert_eq!((asked.href, asked.organisation_href), (None, None));
        assert_eq!(copied.href.as_deref(), Some("/medewerker/zb000211/eigen-bijdrage"));
        assert_eq!(copied.organisation_href.as_deref(), Some("/organisatie/zb000211"));
    }
}
