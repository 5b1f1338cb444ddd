//! Checks what another register sent, by the rules for our own input.
//!
//! A register stores only validated values, in normalised form, so what it sends passes unchanged. Whatever does not pass was
//! not validated there, and is not taken over here. Only codes of another vocabulary pass without being known.

use std::fmt;

use jiff::ToSpan as _;

use super::draft_reader::DraftReader;
use super::officer::officer_in_brief;
use super::organisation::organisation;
use super::{Rules, limits};
use crate::draft::{OfficerDraft, OrganisationDraft};
use crate::entry::Entry;
use crate::organisation::Organisation;
use crate::peer::Sharing;
use crate::presence::Presence;
use crate::verification::Verification;
use crate::violation::{Violation, ViolationCode};

/// The rule that something received breaks. Never contains the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedFault {
    /// The field, as a path.
    pub field: String,
    /// The rule.
    pub code: ViolationCode,
}

impl fmt::Display for ReceivedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in `{}`", self.code.as_str(), self.field)
    }
}

impl ReceivedFault {
    fn new(field: &str, code: ViolationCode) -> Self {
        let field = field.to_owned();
        Self { field, code }
    }

    fn first(violations: Vec<Violation>) -> Self {
        let first = violations.into_iter().next();
        first.map_or_else(
            || Self::new("", ViolationCode::Malformed),
            |Violation { field, code, .. }| Self { field, code },
        )
    }
}

/// Checks an entry of another register.
pub fn received_entry(entry: &Entry, rules: &Rules<'_>) -> Result<(), ReceivedFault> {
    let rules = rules.for_peer();
    let checked = officer_in_brief(&OfficerDraft::from(&entry.officer), &rules).map_err(ReceivedFault::first)?;
    let is_same = if entry.officer.has_ended_name_on(rules.today) {
        let mut ended = entry.officer.clone();
        ended.end_name();
        checked == ended
    } else {
        checked == entry.officer
    };
    if !is_same {
        return Err(ReceivedFault::new("officer", ViolationCode::Malformed));
    }
    check_presence(&entry.presence)?;
    entry
        .verification
        .as_ref()
        .map_or(Ok(()), |found| check_verification(found, &rules))
}

/// Checks an organisation of another register.
pub fn received_organisation(received: &Organisation, rules: &Rules<'_>) -> Result<(), ReceivedFault> {
    let rules = rules.for_peer();
    let checked = organisation(&OrganisationDraft::from(received), &rules).map_err(ReceivedFault::first)?;
    if received.sharing.peers.len() > limits::SHARING_PEERS {
        return Err(ReceivedFault::new("sharing.peers", ViolationCode::TooLong));
    }
    let is_same = if received.sharing.is_default() {
        checked == *received
    } else {
        let sharing = Sharing::default();
        checked
            == Organisation {
                sharing,
                ..received.clone()
            }
    };
    if is_same {
        Ok(())
    } else {
        Err(ReceivedFault::new("organisation", ViolationCode::Malformed))
    }
}

/// Checks a function title of another register.
pub fn received_title(title: &str, rules: &Rules<'_>) -> Result<(), ReceivedFault> {
    let mut reader = DraftReader::without_suggestions(rules);
    let checked = reader.required_line("function_title", title, limits::FUNCTION_TITLE, "");
    let checked = reader.finish(Some(checked)).map_err(ReceivedFault::first)?;
    if checked == title {
        Ok(())
    } else {
        Err(ReceivedFault::new("function_title", ViolationCode::Malformed))
    }
}

fn check_presence(presence: &Presence) -> Result<(), ReceivedFault> {
    let absences = &presence.absences;
    if absences.len() > limits::ABSENCES {
        return Err(ReceivedFault::new("absences", ViolationCode::TooLong));
    }
    let is_sound =
        absences.iter().all(|absence| absence.from < absence.until) && absences.is_sorted_by(|one, other| one.until < other.from);
    if is_sound {
        Ok(())
    } else {
        Err(ReceivedFault::new("absences", ViolationCode::EmptyRange))
    }
}

/// The longest time that a verification is valid, in years: room above what any version gives.
const VERIFICATION_YEARS: i64 = 2;

fn check_verification(found: &Verification, rules: &Rules<'_>) -> Result<(), ReceivedFault> {
    let latest = found.verified_on.saturating_add(VERIFICATION_YEARS.years());
    if found.verified_on > rules.latest_past_day() || found.verify_by > latest {
        return Err(ReceivedFault::new("verification", ViolationCode::TooLong));
    }
    if found.verify_by < found.verified_on {
        return Err(ReceivedFault::new("verification", ViolationCode::EmptyRange));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::Date;

    use super::*;
    use crate::entry::Etag;
    use crate::gazetteer::Gazetteer;
    use crate::identifier::CompetenceCode;
    use crate::position::Revision;
    use crate::presence::Absence;
    use crate::report::Reports;
    use crate::validate::officer;
    use crate::vocabulary::Vocabulary;

    const TODAY: Date = Date::constant(2026, 5, 9);

    fn with_rules<T>(check: impl FnOnce(&Rules<'_>) -> T) -> T {
        check(&Rules::new(&Vocabulary::builtin(), &Gazetteer::builtin(), TODAY))
    }

    fn entry(rules: &Rules<'_>) -> Entry {
        let draft = OfficerDraft {
            organisation: "cak".to_owned(),
            id: "loket".to_owned(),
            name: Some("Noor Voorbeeld".to_owned()),
            name_until: Some("2027-01-31".to_owned()),
            function_title: "Maatwerkfunctionaris".to_owned(),
            competences: vec!["EB-WLZ".to_owned()],
            contact: crate::draft::ContactDraft {
                email: Some("maatwerk@cak.example".to_owned()),
                url: Some("https://cak.example/maatwerk".to_owned()),
                ..Default::default()
            },
            ..OfficerDraft::default()
        };
        let officer = officer(&draft, rules).unwrap();
        Entry {
            etag: Etag::of(&officer),
            officer,
            presence: Presence::default(),
            verification: Some(Verification::new(TODAY, None)),
            reports: Reports::default(),
            revision: Revision(1),
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_validated_entry_passes_and_so_do_codes_of_a_newer_vocabulary() {
        with_rules(|rules| {
            let mut sound = entry(rules);
            assert_eq!(received_entry(&sound, rules), Ok(()));
            sound.officer.competences = vec![CompetenceCode::parse("NIEUW-2031").unwrap()];
            assert_eq!(received_entry(&sound, rules), Ok(()));
            let tomorrow = Date::constant(2028, 5, 10);
            sound.officer.name_until = Some(tomorrow);
            assert_eq!(received_entry(&sound, rules), Ok(()), "its clock may be ahead");
        });
    }

    #[test]
    fn an_entry_that_our_own_rules_refuse_is_refused() {
        type Fault = fn(&mut Entry);
        let changes: [(&str, Fault); 10] = [
            ("TOO_LONG in `function_title`", |e| {
                e.officer.function_title = "x".repeat(9_008)
            }),
            ("REQUIRED in `function_title`", |e| e.officer.function_title.clear()),
            ("MALFORMED in `function_title`", |e| {
                e.officer.function_title = "a\nb".to_owned()
            }),
            ("MALFORMED in `officer`", |e| e.officer.function_title = " a ".to_owned()),
            ("TOO_LONG in `name_until`", |e| {
                e.officer.name_until = Some(Date::constant(2199, 1, 1))
            }),
            ("REQUIRED in `name_until`", |e| e.officer.name_until = None),
            ("MALFORMED in `contact.url`", |e| {
                e.officer.contact.url = serde_json::from_str("\"javascript:alert(1)\"").ok();
            }),
            ("MALFORMED in `contact.email`", |e| {
                e.officer.contact.email = serde_json::from_str("\"a%0abcc@b.example\"").ok();
            }),
            ("EMPTY_RANGE in `absences`", |e| {
                let moment = Timestamp::UNIX_EPOCH;
                e.presence.absences = vec![Absence {
                    from: moment,
                    until: moment,
                }];
            }),
            ("TOO_LONG in `verification`", |e| {
                e.verification = Some(Verification::new(Date::constant(2099, 1, 1), None));
            }),
        ];
        with_rules(|rules| {
            for (fault, change) in changes {
                let mut broken = entry(rules);
                change(&mut broken);
                assert_eq!(received_entry(&broken, rules).unwrap_err().to_string(), fault);
            }
        });
    }
}
