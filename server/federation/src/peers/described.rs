//! What a peer says of itself, read and compared with what was expected.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use index::Language;
use jiff::Timestamp;
use proto::convert::{WireEnum as _, to_timestamp};
use proto::v1alpha::DescribeResponse;
use register::identifier::{OrganisationId, RegisterId};
use register::organisation::{Organisation, OrganisationStatus};
use register::peer::SharingLevel;
use register::position::Position;

use super::{Trouble, TroubleKind};

/// The contract that this version speaks.
pub const CONTRACT: &str = "v1";

/// What this version can do for a peer.
pub const CAPABILITIES: [&str; 4] = ["fetch-local", "search-local", "suggest-local", "watch-changes"];

/// What a peer says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// Version of its software.
    pub version: String,
    /// The contracts that it speaks.
    pub contracts: Vec<String>,
    /// What it can do.
    pub capabilities: Vec<String>,
    /// Version of its analyser.
    pub analyser_version: String,
    /// Hash of its vocabulary.
    pub vocabulary_hash: String,
    /// Hash of its lexicon.
    pub lexicon_hash: String,
    /// Where it stands.
    pub position: Position,
    /// What it holds, other than what it merely knows.
    pub held: BTreeMap<OrganisationId, Held>,
    /// A hash over that.
    pub organisations_hash: String,
    /// Its clock, if it says.
    pub time: Option<Timestamp>,
    /// From the question to the answer.
    pub round_trip: Duration,
}

/// How a peer holds an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// How far it is with joining there.
    pub status: OrganisationStatus,
    /// What we may do with its officers.
    pub sharing: SharingLevel,
    /// What it is called and where it lies, if the peer says so.
    pub organisation: Option<Arc<Organisation>>,
}

impl Described {
    /// Reads an answer of the peer that should be `expected`.
    pub(crate) fn read(answer: DescribeResponse, expected: &RegisterId, round_trip: Duration) -> Result<Self, Trouble> {
        if answer.register != expected.as_str() {
            // Whatever it says of itself is not repeated unless it is an id.
            let found = RegisterId::parse(&answer.register).map_or_else(|_| "another".to_owned(), |id| format!("`{id}`"));
            let message = format!("it is the register {found}, and `{expected}` was meant; change its id or its endpoints");
            return Err(Trouble::new(TroubleKind::WrongRegister, message));
        }
        if !answer.contracts.iter().any(|contract| contract == CONTRACT) {
            let message = format!(
                "it speaks {:?}, and this version `{CONTRACT}`; update one of them",
                answer.contracts
            );
            return Err(Trouble::new(TroubleKind::Incompatible, message));
        }
        let bad = |what: &str| Trouble::new(TroubleKind::BadAnswer, format!("its description has no usable {what}"));
        let position = answer
            .position
            .as_ref()
            .and_then(|position| Position::try_from(position).ok());
        let mut held = BTreeMap::new();
        for organisation in answer.organisations {
            let id = OrganisationId::parse_resource_name(&organisation.organisation).map_err(|_| bad("organisations"))?;
            // What only a newer version knows is no claim, and shares nothing.
            let Some(status) = OrganisationStatus::from_number(organisation.status) else {
                continue;
            };
            let sharing = SharingLevel::from_number(organisation.sharing).unwrap_or(SharingLevel::None);
            let details = organisation.details.map(Organisation::try_from).transpose();
            let details = details.map_err(|_| bad("organisations"))?.filter(|details| details.id == id);
            held.insert(
                id,
                Held {
                    status,
                    sharing,
                    organisation: details.map(Arc::new),
                },
            );
        }
        Ok(Self {
            position: position.ok_or_else(|| bad("position"))?,
            version: answer.version,
            contracts: answer.contracts,
            capabilities: answer.capabilities,
            analyser_version: answer.analyser_version,
            vocabulary_hash: answer.vocabulary_hash,
            lexicon_hash: answer.lexicon_hash,
            held,
            organisations_hash: answer.organisations_hash,
            time: answer.time.and_then(|time| to_timestamp("time", &time).ok()),
            round_trip,
        })
    }

    /// What of `needed` it cannot do, as an older version that was never taught it.
    pub fn lacks(&self, needed: &[&str]) -> Option<Trouble> {
        let can = |capability: &&&str| self.capabilities.iter().any(|own| own == **capability);
        let missing: Vec<String> = needed
            .iter()
            .filter(|capability| !can(capability))
            .map(|capability| format!("`{capability}`"))
            .collect();
        (!missing.is_empty()).then(|| {
            let message = format!(
                "its version {} cannot {}; update it",
                self.version_shown(),
                missing.join(" or ")
            );
            Trouble::new(TroubleKind::Incompatible, message)
        })
    }

    /// In what its versions differ from ours, so that its scores would mean something else.
    pub fn differs_from(&self, language: &Language) -> Option<Trouble> {
        let ours = language.versions();
        let analyser = ours.analyser.to_string();
        let differing: Vec<String> = [
            ("analyser", analyser.as_str(), self.analyser_version.as_str()),
            ("lexicon", &ours.lexicon, &self.lexicon_hash),
            ("vocabulary", &ours.vocabulary, &self.vocabulary_hash),
        ]
        .into_iter()
        .filter(|(_, ours, theirs)| ours != theirs)
        .map(|(what, ours, theirs)| format!("its {what} is {}, ours {}", short(theirs), short(ours)))
        .collect();
        (!differing.is_empty()).then(|| Trouble::new(TroubleKind::Incompatible, differing.join("; ")))
    }

    /// Its version, as far as that can be repeated.
    fn version_shown(&self) -> String {
        let is_plain = |c: &char| c.is_ascii_alphanumeric() || ".-+".contains(*c);
        self.version.chars().filter(is_plain).take(40).collect()
    }

    /// Whether an answer from `position` is of this register since it was made or restored.
    pub fn is_at(&self, position: &Position) -> bool {
        position.epoch == self.position.epoch
    }

    /// The organisations that it holds, with their states.
    pub fn claims(&self) -> BTreeMap<OrganisationId, OrganisationStatus> {
        self.held.iter().map(|(id, held)| (id.clone(), held.status)).collect()
    }
}

/// As much of a version as tells it from another.
fn short(version: &str) -> &str {
    version.get(..24).unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use register::gazetteer::Gazetteer;
    use register::position::{Epoch, Revision};
    use register::vocabulary::{SourceFile, Synonyms, Vocabulary};

    use super::*;

    fn language(words: &str) -> Language {
        let builtin = Vocabulary::builtin();
        let file = SourceFile {
            name: "words",
            text: words,
        };
        let synonyms = Synonyms::parse(file, &builtin).unwrap();
        Language::new(&builtin.with_synonyms(&synonyms), Gazetteer::builtin())
    }

    fn described(language: &Language) -> Described {
        let versions = language.versions();
        Described {
            version: String::new(),
            contracts: Vec::new(),
            capabilities: Vec::new(),
            analyser_version: versions.analyser.to_string(),
            vocabulary_hash: versions.vocabulary.clone(),
            lexicon_hash: versions.lexicon.clone(),
            position: Position::new(Epoch::from_uuid(uuid::Uuid::from_u128(1)), Revision(1)),
            held: BTreeMap::new(),
            organisations_hash: String::new(),
            time: None,
            round_trip: Duration::ZERO,
        }
    }

    #[test]
    fn a_peer_of_another_version_is_told_apart_by_name_and_one_with_other_words_is_not() {
        let ours = language("");
        assert_eq!(described(&ours).differs_from(&ours), None);
        let with_words = language("[competences]\nEB-WLZ = [\"knisperduiten\"]\n");
        assert_eq!(described(&with_words).differs_from(&ours), None);
        let other = Described {
            vocabulary_hash: "2031.7-0123456789abcdef".to_owned(),
            analyser_version: "99".to_owned(),
            ..described(&ours)
        };
        let said = other.differs_from(&ours).unwrap().message;
        for expected in ["analyser is 99", "vocabulary is 2031.7-0123456789abcdef", "ours 2026.1-"] {
            assert!(said.contains(expected), "{said}");
        }
        assert!(!said.contains("lexicon"), "{said}");
    }
    #[test]
    fn what_an_older_version_cannot_do_is_named_with_its_version() {
        let older = Described {
            version: "0.1.0 <b>".to_owned(),
            capabilities: vec!["fetch-local".to_owned()],
            ..described(&language(""))
        };
        assert_eq!(older.lacks(&["fetch-local"]), None);
        let trouble = older.lacks(&["fetch-local", "search-local", "suggest-local"]).unwrap();
        assert_eq!(trouble.kind, TroubleKind::Incompatible);
        assert_eq!(
            trouble.message,
            "its version 0.1.0b cannot `search-local` or `suggest-local`; update it"
        );
    }
}
