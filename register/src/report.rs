//! Reports: callers tell that an entry is wrong ("Klopt dit niet?"). An overlay with calls of its own.
//!
//! A report has a reason and no free text, so that it cannot contain personal data. Each asker counts once. Two open reports of
//! different askers make an entry doubted, and every answer says so. A change of the content, a verification, a withdrawal or a
//! settlement closes reports; absences and the expiry of a name do not.
//!
//! The asker is stored only as a salted digest: enough to count each asker once, too little to identify anyone.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::identifier::{OfficerName, OrganisationId, ParseIdentifierError};
use crate::personal::{PersonalDigest, Salt};
use crate::position::Revision;

/// The number of open reports, of different askers, from which an entry is doubted.
pub const DOUBTED_FROM: usize = 2;

/// What is wrong with an entry. Public API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportReason {
    /// The number or address is not this officer's.
    WrongNumber,
    /// The officer has left.
    Left,
    /// Nobody answers.
    NoReply,
    /// The officer does not handle this, or may not decide it.
    NotCompetent,
}

impl ReportReason {
    /// All reasons, in the order of the contract.
    pub const ALL: [Self; 4] = [Self::WrongNumber, Self::Left, Self::NoReply, Self::NotCompetent];

    /// The word in files and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WrongNumber => "wrong_number",
            Self::Left => "left",
            Self::NoReply => "no_reply",
            Self::NotCompetent => "not_competent",
        }
    }

    /// The reason of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// The reason as a Dutch sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::WrongNumber => "Het telefoonnummer of mailadres klopt niet.",
            Self::Left => "Deze functionaris werkt hier niet meer.",
            Self::NoReply => "Er komt geen antwoord.",
            Self::NotCompetent => "Deze functionaris gaat hier niet over.",
        }
    }
}

/// The reporting caller, as a digest of its identity. Only for comparison; never stored without a salt.
#[derive(Clone, PartialEq, Eq)]
pub struct Asker([u8; 32]);

impl Asker {
    /// The asker for an organisation. `person`, if given, is any text that distinguishes its members.
    pub fn of(organisation: &OrganisationId, person: Option<&str>) -> Self {
        let mut hash = Sha256::new();
        hash.update(organisation.as_str());
        // A separator that no id contains, so that different askers never share an input.
        hash.update([0]);
        hash.update(person.unwrap_or_default());
        Self(hash.finalize().into())
    }

    /// Digests the asker with `salt`, for storage.
    pub fn seal(&self, salt: Salt) -> SealedAsker {
        SealedAsker {
            digest: PersonalDigest::of(&salt, &hex::encode(self.0)),
            salt,
        }
    }
}

impl std::fmt::Debug for Asker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Asker(***)")
    }
}

/// An asker, digested with the salt of its report. The reports of one asker on two entries therefore differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedAsker {
    /// Random bytes, erased with the report.
    pub salt: Salt,
    /// The digest of the asker.
    pub digest: PersonalDigest,
}

impl SealedAsker {
    /// Whether this is the digest of `asker`.
    pub fn is(&self, asker: &Asker) -> bool {
        asker.seal(self.salt.clone()) == *self
    }
}

/// A report that has not been settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenReport {
    /// The revision that created it, which numbers it among the reports of the entry.
    pub number: Revision,
    /// What is wrong.
    pub reason: ReportReason,
    /// When it was reported.
    pub reported_at: Timestamp,
    /// The asker, to count each one once.
    pub asker: SealedAsker,
}

/// The open reports of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reports {
    open: Vec<OpenReport>,
    is_doubted_elsewhere: bool,
}

impl Reports {
    /// The open reports of an entry of this register.
    pub fn new(mut open: Vec<OpenReport>) -> Self {
        open.sort_by_key(|report| report.number);
        Self {
            open,
            is_doubted_elsewhere: false,
        }
    }

    /// The reports of an entry from another register, which only tells whether the entry is doubted.
    pub fn doubted_elsewhere(doubted: bool) -> Self {
        Self {
            open: Vec::new(),
            is_doubted_elsewhere: doubted,
        }
    }

    /// Whether they make the entry doubted.
    pub fn raise_doubt(&self) -> bool {
        self.is_doubted_elsewhere || self.open.len() >= DOUBTED_FROM
    }

    /// The opposite of [`Reports::raise_doubt`], for serde.
    pub fn raise_no_doubt(&self) -> bool {
        !self.raise_doubt()
    }

    /// The open reports, oldest first.
    pub fn open(&self) -> &[OpenReport] {
        &self.open
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The open report of this asker, if there is one.
    pub fn of(&self, asker: &Asker) -> Option<&OpenReport> {
        self.open.iter().find(|report| report.asker.is(asker))
    }

    /// The open report with this number.
    pub fn get(&self, number: Revision) -> Option<&OpenReport> {
        self.open.iter().find(|report| report.number == number)
    }

    /// Adds a report. The caller ensures that the asker has no other open report.
    pub fn add(&mut self, report: OpenReport) {
        self.open.push(report);
        self.open.sort_by_key(|report| report.number);
    }

    /// Removes the report with this number. Returns whether it existed.
    pub fn settle(&mut self, number: Revision) -> bool {
        let before = self.open.len();
        self.open.retain(|report| report.number != number);
        self.open.len() < before
    }
}

// Other registers and files only see whether the entry is doubted.
impl Serialize for Reports {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raise_doubt().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Reports {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bool::deserialize(deserializer).map(Self::doubted_elsewhere)
    }
}

/// The name of a report: `organisations/{organisation}/officers/{officer}/reports/{number}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReportName {
    /// The reported entry.
    pub officer: OfficerName,
    /// Its number.
    pub number: Revision,
}

impl ReportName {
    /// Parses a name.
    pub fn parse(text: &str) -> Result<Self, ParseIdentifierError> {
        let problem = ParseIdentifierError {
            what: "report",
            problem: "it is organisations/{organisation}/officers/{officer}/reports/{number}",
        };
        let parsed = text.rsplit_once("/reports/").and_then(|(officer, number)| {
            Some(Self {
                officer: OfficerName::parse(officer).ok()?,
                number: Revision(number.parse().ok()?),
            })
        });
        parsed.ok_or(problem)
    }
}

impl std::fmt::Display for ReportName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/reports/{}", self.officer, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asker(organisation: &str, person: Option<&str>) -> Asker {
        Asker::of(&OrganisationId::parse(organisation).unwrap(), person)
    }

    fn report(number: u64, by: &Asker) -> OpenReport {
        OpenReport {
            number: Revision(number),
            reason: ReportReason::Left,
            reported_at: Timestamp::UNIX_EPOCH,
            asker: by.seal(Salt([number as u8; 16])),
        }
    }

    #[test]
    fn two_askers_raise_doubt_until_one_is_settled() {
        let mut reports = Reports::default();
        assert!(!reports.raise_doubt());
        reports.add(report(5, &asker("gm0363", None)));
        assert!(!reports.raise_doubt());
        reports.add(report(4, &asker("gm0518", None)));
        assert!(reports.raise_doubt());
        assert_eq!(reports.open()[0].number, Revision(4));
        assert!(reports.settle(Revision(5)) && !reports.settle(Revision(5)));
        assert!(!reports.raise_doubt());
    }

    #[test]
    fn an_asker_is_recognised_and_not_confused_with_others() {
        let one = asker("gm0363", Some("ab"));
        let reports = Reports::new(vec![report(4, &one)]);
        assert_eq!(reports.of(&one).map(|report| report.number), Some(Revision(4)));
        for other in [asker("gm0363", None), asker("gm0363", Some("a")), asker("gm0363a", Some("b"))] {
            assert_eq!(reports.of(&other), None);
        }
        assert_ne!(
            report(1, &one).asker,
            report(2, &one).asker,
            "two reports of one asker must differ"
        );
    }

    #[test]
    fn doubt_of_another_register_counts() {
        assert!(Reports::doubted_elsewhere(true).raise_doubt() && !Reports::doubted_elsewhere(true).is_empty());
        assert!(Reports::doubted_elsewhere(false).is_empty());
    }

    #[test]
    fn a_report_name_round_trips() {
        let text = "organisations/gm0363/officers/wmo/reports/17";
        assert_eq!(ReportName::parse(text).unwrap().to_string(), text);
        for wrong in [
            "",
            "organisations/gm0363/officers/wmo",
            "organisations/gm0363/officers/wmo/reports/x",
        ] {
            assert!(ReportName::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn reasons_round_trip() {
        for reason in ReportReason::ALL {
            assert_eq!(ReportReason::parse(reason.as_str()), Some(reason));
        }
    }
}
