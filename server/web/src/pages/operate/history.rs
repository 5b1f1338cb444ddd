//! The last commits as text: when, by which organisation, and how many changes of each kind. Never a person.

use register::change::{Actor, Change, Commit};
use register::identifier::OrganisationId;

use crate::pages::dutch::moment;

/// A commit as text.
pub(super) struct HistoryLine {
    /// When it was made.
    pub(super) when: String,
    /// The organisation that it was made for.
    pub(super) actor: String,
    /// What changed.
    pub(super) changes: String,
}

impl HistoryLine {
    /// Describes a commit. `name` returns the name of an organisation.
    pub(super) fn of(commit: &Commit, name: impl Fn(&OrganisationId) -> String) -> Self {
        Self {
            when: moment(commit.time),
            actor: actor(&commit.actor, name),
            changes: changes(&commit.changes),
        }
    }
}

fn actor(actor: &Actor, name: impl Fn(&OrganisationId) -> String) -> String {
    match (&actor.organisation, &actor.oin) {
        (Some(organisation), _) => name(organisation),
        (None, Some(oin)) => oin.to_string(),
        (None, None) => "het register zelf".to_owned(),
    }
}

/// The changes of a commit, counted by kind in the order of first occurrence.
fn changes(changes: &[Change]) -> String {
    let mut kinds: Vec<(&'static str, &'static str, usize)> = Vec::new();
    for change in changes {
        let (one, several) = kind(change);
        match kinds.iter_mut().find(|(known, _, _)| *known == one) {
            Some((_, _, number)) => *number += 1,
            None => kinds.push((one, several, 1)),
        }
    }
    let texts = kinds.into_iter().map(|(one, several, number)| match number {
        1 => one.to_owned(),
        number => format!("{number} {several}"),
    });
    texts.collect::<Vec<_>>().join(", ")
}

fn kind(change: &Change) -> (&'static str, &'static str) {
    match change {
        Change::OrganisationPut { .. } => ("organisatie vastgelegd", "organisaties vastgelegd"),
        Change::GrantPut { .. } => ("machtiging gegeven", "machtigingen gegeven"),
        Change::GrantRevoked { .. } => ("machtiging ingetrokken", "machtigingen ingetrokken"),
        Change::PeerPut { .. } => ("uitwisseling ingesteld", "uitwisselingen ingesteld"),
        Change::PeerRemoved { .. } => ("uitwisseling beëindigd", "uitwisselingen beëindigd"),
        Change::OfficerPut { .. } => ("medewerker vastgelegd", "medewerkers vastgelegd"),
        Change::OfficerWithdrawn { .. } => ("medewerker ingetrokken", "medewerkers ingetrokken"),
        Change::PresenceSet { .. } => ("afwezigheid vastgelegd", "keer afwezigheid vastgelegd"),
        Change::OfficerVerified { .. } => ("vermelding bevestigd", "vermeldingen bevestigd"),
        Change::NameEnded { .. } => ("naam gewist", "namen gewist"),
        Change::OfficerReported { .. } => ("melding ontvangen", "meldingen ontvangen"),
        Change::ReportSettled { .. } => ("melding afgehandeld", "meldingen afgehandeld"),
    }
}

#[cfg(test)]
mod tests {
    use register::identifier::OfficerName;

    use super::*;

    #[test]
    fn a_commit_is_counted_by_kind_and_names_nobody() {
        let withdrawn = |id: &str| Change::OfficerWithdrawn {
            name: OfficerName::parse(&format!("organisations/zb000211/officers/{id}")).unwrap(),
            replaced_by: None,
        };
        assert_eq!(changes(&[withdrawn("a"), withdrawn("b")]), "2 medewerkers ingetrokken");
        assert_eq!(changes(&[withdrawn("a")]), "medewerker ingetrokken");
        assert_eq!(actor(&Actor::node(), ToString::to_string), "het register zelf");
    }
}
