//! Reports: callers who found that an entry is not right ("Klopt dit niet?"). An overlay with calls of its own.
//!
//! A report has a reason and no free text, so that nothing about people comes in by it. One asker counts once. Two open
//! reports of different askers make an entry doubted, and every answer says so. A change of the content, a verification, a
//! withdrawal or a settlement ends reports; absences and the end of a name do not.
//!
//! Who asked is kept only as a salted digest: enough to count an asker once, too little to tell who it was.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::identifier::{OfficerName, OrganisationId, ParseIdentifierError};
use crate::personal::{PersonalDigest, Salt};
use crate::position::Revision;

/// So many open reports of different askers make an entry doubted.
pub const DOUBTED_FROM: usize = 2;

/// What a caller found. Public API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportReason {
    /// The number or address is not this officer's.
    WrongNumber,
    /// Whoever did this has left.
    Left,
    /// Nobody answers.
    NoReply,
    /// It is not about this, or may not decide it.
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

    /// What it says, as a Dutch sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::WrongNumber => "Het telefoonnummer of mailadres klopt niet.",
            Self::Left => "Deze functionaris werkt hier niet meer.",
            Self::NoReply => "Er komt geen antwoord.",
            Self::NotCompetent => "Deze functionaris gaat hier niet over.",
        }
    }
}

/// Who reports, as a digest of what identifies it. Only for comparing; never stored as it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Asker([u8; 32]);

impl Asker {
    /// The asker of an organisation; with `person`, anything that tells its people apart, one of them.
    pub fn of(organisation: &OrganisationId, person: Option<&str>) -> Self {
        let mut hash = Sha256::new();
        hash.update(organisation.as_str());
        // No id holds this character, so two askers never look alike.
        hash.update([0]);
        hash.update(person.unwrap_or_default());
        Self(hash.finalize().into())
    }

    /// The asker under `salt`, as it is kept.
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

/// An asker under a salt of its report's own: the reports of one asker on two entries look unlike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedAsker {
    /// Random bytes, erased with the report.
    pub salt: Salt,
    /// What stands for the asker.
    pub digest: PersonalDigest,
}

impl SealedAsker {
    /// Whether it is `asker`.
    pub fn is(&self, asker: &Asker) -> bool {
        asker.seal(self.salt.clone()) == *self
    }
}

/// A report that has not been settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenReport {
    /// The revision that made it: its number among those of the entry.
    pub number: Revision,
    /// What was found.
    pub reason: ReportReason,
    /// When.
    pub reported_at: Timestamp,
    /// By whom, for counting.
    pub asker: SealedAsker,
}

/// What is reported of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reports {
    open: Vec<OpenReport>,
    is_doubted_elsewhere: bool,
}

impl Reports {
    /// Those of this register's own entry.
    pub fn new(mut open: Vec<OpenReport>) -> Self {
        open.sort_by_key(|report| report.number);
        Self {
            open,
            is_doubted_elsewhere: false,
        }
    }

    /// Of an entry as it arrived in a message: the reports stay with its register, which tells no more than this.
    pub fn doubted_elsewhere(doubted: bool) -> Self {
        Self {
            open: Vec::new(),
            is_doubted_elsewhere: doubted,
        }
    }

    /// Whether the entry is doubted.
    pub fn raise_doubt(&self) -> bool {
        self.is_doubted_elsewhere || self.open.len() >= DOUBTED_FROM
    }

    /// Whether the entry is not doubted.
    pub fn raise_no_doubt(&self) -> bool {
        !self.raise_doubt()
    }

    /// Those that are open, oldest first.
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

    /// The open report of this number.
    pub fn get(&self, number: Revision) -> Option<&OpenReport> {
        self.open.iter().find(|report| report.number == number)
    }

    /// Adds a report. The caller has seen to it that it is another asker's.
    pub fn add(&mut self, report: OpenReport) {
        self.open.push(report);
        self.open.sort_by_key(|report| report.number);
    }

    /// Takes the report of this number away. Gives whether it was there.
    pub fn settle(&mut self, number: Revision) -> bool {
        let before = self.open.len();
        self.open.retain(|report| report.number != number);
        self.open.len() < before
    }
}

/// Outside the register that holds them, reports are a doubt or none.
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
    /// Of which entry.
    pub officer: OfficerName,
    /// Its number.
    pub number: Revision,
}

impl ReportName {
    /// Takes a name that was handed out back in.
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
    fn two_askers_make_a_doubt_and_one_settled_ends_it() {
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
    fn an_asker_is_known_again_and_no_other_is_taken_for_it() {
        let one = asker("gm0363", Some("ab"));
        let reports = Reports::new(vec![report(4, &one)]);
        assert_eq!(reports.of(&one).map(|report| report.number), Some(Revision(4)));
        for other in [asker("gm0363", None), asker("gm0363", Some("a")), asker("gm0363a", Some("b"))] {
            assert_eq!(reports.of(&other), None);
        }
        assert_ne!(
            report(1, &one).asker,
            report(2, &one).asker,
            "two reports of one asker look unlike"
        );
    }

    #[test]
    fn what_another_register_tells_counts() {
        assert!(Reports::doubted_elsewhere(true).raise_doubt() && !Reports::doubted_elsewhere(true).is_empty());
        assert!(Reports::doubted_elsewhere(false).is_empty());
    }

    #[test]
    fn a_name_comes_back_as_it_was() {
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
    fn words_are_read_back() {
        for reason in ReportReason::ALL {
            assert_eq!(ReportReason::parse(reason.as_str()), Some(reason));
        }
    }
}
