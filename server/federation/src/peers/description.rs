//! What a peer reports about itself, validated and compared with what this node expects.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use index::Language;
use jiff::Timestamp;
use proto::convert::{WireEnum as _, to_timestamp};
use proto::v1alpha::{DescribeResponse, HeldOrganisation as HeldMessage};
use register::identifier::{OrganisationId, RegisterId};
use register::organisation::{Organisation, OrganisationStatus};
use register::peer::SharingLevel;
use register::position::Position;

use super::{PeerProblem, PeerProblemKind};
use crate::received::{BadAnswer, PeerReader};

/// The contract that this version speaks.
pub const CONTRACT: &str = "v1";

/// The capabilities that this version offers to peers.
pub const CAPABILITIES: [&str; 4] = ["fetch-local", "search-local", "suggest-local", "watch-changes"];

/// What a peer reports about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerDescription {
    /// Version of its software.
    pub version: String,
    /// The contracts that it speaks.
    pub contracts: Vec<String>,
    /// Its capabilities.
    pub capabilities: Vec<String>,
    /// Version of its analyser.
    pub analyser_version: String,
    /// Hash of its vocabulary.
    pub vocabulary_hash: String,
    /// Hash of its lexicon.
    pub lexicon_hash: String,
    /// Its position.
    pub position: Position,
    /// The organisations that it holds, without those it only knows.
    pub held: Arc<BTreeMap<OrganisationId, HeldOrganisation>>,
    /// Hash of the organisations it holds.
    pub organisations_hash: String,
    /// Its clock, if it reports one.
    pub time: Option<Timestamp>,
    /// The time from request to response.
    pub round_trip: Duration,
}

/// How a peer holds an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldOrganisation {
    /// Its status in that register.
    pub status: OrganisationStatus,
    /// What this node may do with its officers.
    pub sharing: SharingLevel,
    /// The organisation itself, if the peer shares it.
    pub organisation: Option<Arc<Organisation>>,
}

impl PeerDescription {
    /// Reads the response of a peer whose register id should be `expected`.
    pub(crate) fn read(
        answer: DescribeResponse,
        expected: &RegisterId,
        round_trip: Duration,
        reader: &DescriptionReader,
    ) -> Result<Self, PeerProblem> {
        if answer.register != expected.as_str() {
            // Only a valid id is repeated: anything else in the response is untrusted text.
            let found = RegisterId::parse(&answer.register).map_or_else(|_| "another".to_owned(), |id| format!("`{id}`"));
            let message = format!("it is the register {found} instead of `{expected}`; change its id or its endpoints");
            return Err(PeerProblem::new(PeerProblemKind::WrongRegister, message));
        }
        check_words(&answer)?;
        if !answer.contracts.iter().any(|contract| contract == CONTRACT) {
            let message = format!(
                "it speaks {:?}, but this version speaks `{CONTRACT}`; update one of them",
                answer.contracts
            );
            return Err(PeerProblem::new(PeerProblemKind::Incompatible, message));
        }
        let position = answer.position.as_ref();
        let position = position.and_then(|position| Position::try_from(position).ok());
        let position = position.ok_or(BadAnswer::new("its description has no usable position"))?;
        Ok(Self {
            position,
            held: reader.held(answer.organisations)?,
            version: answer.version,
            contracts: answer.contracts,
            capabilities: answer.capabilities,
            analyser_version: answer.analyser_version,
            vocabulary_hash: answer.vocabulary_hash,
            lexicon_hash: answer.lexicon_hash,
            organisations_hash: answer.organisations_hash,
            time: answer.time.and_then(|time| to_timestamp("time", &time).ok()),
            round_trip,
        })
    }

    /// The problem that the peer lacks capabilities of `needed`, as an older version does.
    pub fn lacks(&self, needed: &[&str]) -> Option<PeerProblem> {
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
            PeerProblem::new(PeerProblemKind::Incompatible, message)
        })
    }

    /// The problem that its versions differ from ours: its scores would not be comparable.
    pub fn differs_from(&self, language: &Language) -> Option<PeerProblem> {
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
        (!differing.is_empty()).then(|| PeerProblem::new(PeerProblemKind::Incompatible, differing.join("; ")))
    }

    /// Its version in characters that are safe to show.
    fn version_shown(&self) -> String {
        let is_plain = |c: &char| c.is_ascii_alphanumeric() || ".-+".contains(*c);
        self.version.chars().filter(is_plain).take(40).collect()
    }

    /// Whether `position` is of the epoch that the peer described.
    pub fn is_at(&self, position: &Position) -> bool {
        position.epoch == self.position.epoch
    }

    /// The status of each organisation that it holds.
    pub fn claims(&self) -> BTreeMap<OrganisationId, OrganisationStatus> {
        self.held.iter().map(|(id, held)| (id.clone(), held.status)).collect()
    }
}

/// Reads the organisations of a description.
pub(crate) struct DescriptionReader {
    /// Reads each of them.
    pub(crate) reader: PeerReader,
    /// The most that a peer may hold.
    pub(crate) most: usize,
    /// What it held before: an equal map is shared, so that what was derived from it stays in use.
    pub(crate) known: Option<Arc<BTreeMap<OrganisationId, HeldOrganisation>>>,
}

impl DescriptionReader {
    fn held(&self, messages: Vec<HeldMessage>) -> Result<Arc<BTreeMap<OrganisationId, HeldOrganisation>>, BadAnswer> {
        if messages.len() > self.most {
            return Err(BadAnswer::new(
                "it holds more organisations than `federation.organisations_per_peer`",
            ));
        }
        let mut held = BTreeMap::new();
        for message in messages {
            let id = OrganisationId::parse_resource_name(&message.organisation);
            let id = id.map_err(|_| BadAnswer::new("its description has an organisation with an invalid name"))?;
            let organisation = message.details.map(|details| self.reader.organisation(details)).transpose()?;
            if organisation.as_ref().is_some_and(|organisation| organisation.id != id) {
                return Err(BadAnswer::new("its description has details of another organisation"));
            }
            // A status that only a newer version knows makes no claim; an unknown level shares nothing.
            let Some(status) = OrganisationStatus::from_number(message.status) else {
                continue;
            };
            let sharing = SharingLevel::from_number(message.sharing).unwrap_or(SharingLevel::None);
            let organisation = HeldOrganisation {
                status,
                sharing,
                organisation,
            };
            if held.insert(id, organisation).is_some() {
                return Err(BadAnswer::new("its description has an organisation more than once"));
            }
        }
        let known = self.known.as_ref().filter(|known| ***known == held);
        Ok(known.map_or_else(|| Arc::new(held), Arc::clone))
    }
}

/// The longest version, capability or hash of a description, and the most of each.
const MAX_WORD: usize = 128;
const MAX_WORDS: usize = 64;

/// Checks the texts of a description that are shown or compared: short, and without characters that could disguise something.
fn check_words(answer: &DescribeResponse) -> Result<(), BadAnswer> {
    let is_word = |text: &String| {
        text.len() <= MAX_WORD
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+'))
    };
    let single = [
        &answer.version,
        &answer.analyser_version,
        &answer.vocabulary_hash,
        &answer.lexicon_hash,
        &answer.organisations_hash,
    ];
    let lists = [&answer.contracts, &answer.capabilities];
    let is_sound = single.into_iter().all(is_word)
        && lists
            .into_iter()
            .all(|list| list.len() <= MAX_WORDS && list.iter().all(is_word));
    if is_sound {
        Ok(())
    } else {
        Err(BadAnswer::new("its description has a version or capability that is none"))
    }
}

/// The first characters of a version, enough to tell versions apart.
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

    fn description_of(language: &Language) -> PeerDescription {
        let versions = language.versions();
        PeerDescription {
            version: String::new(),
            contracts: Vec::new(),
            capabilities: Vec::new(),
            analyser_version: versions.analyser.to_string(),
            vocabulary_hash: versions.vocabulary.clone(),
            lexicon_hash: versions.lexicon.clone(),
            position: Position::new(Epoch::from_uuid(uuid::Uuid::from_u128(1)), Revision(1)),
            held: Arc::default(),
            organisations_hash: String::new(),
            time: None,
            round_trip: Duration::ZERO,
        }
    }

    #[test]
    fn differing_versions_are_named_and_synonyms_ignored() {
        let ours = language("");
        assert_eq!(description_of(&ours).differs_from(&ours), None);
        let with_words = language("[competences]\nEB-WLZ = [\"knisperduiten\"]\n");
        assert_eq!(description_of(&with_words).differs_from(&ours), None);
        let other = PeerDescription {
            vocabulary_hash: "2031.7-0123456789abcdef".to_owned(),
            analyser_version: "99".to_owned(),
            ..description_of(&ours)
        };
        let message = other.differs_from(&ours).unwrap().message;
        let expected = format!("vocabulary is 2031.7-0123456789abcdef, ours {}", ours.versions().vocabulary);
        for expected in ["analyser is 99", &expected] {
            assert!(message.contains(expected), "{message}");
        }
        assert!(!message.contains("lexicon"), "{message}");
    }

    #[test]
    fn missing_capabilities_are_named_with_the_version() {
        let older = PeerDescription {
            version: "0.1.0 <b>".to_owned(),
            capabilities: vec!["fetch-local".to_owned()],
            ..description_of(&language(""))
        };
        assert_eq!(older.lacks(&["fetch-local"]), None);
        let problem = older.lacks(&["fetch-local", "search-local", "suggest-local"]).unwrap();
        assert_eq!(problem.kind, PeerProblemKind::Incompatible);
        assert_eq!(
            problem.message,
            "its version 0.1.0b cannot `search-local` or `suggest-local`; update it"
        );
    }
}
