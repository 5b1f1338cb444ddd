//! Conversion of versions, places and shares of searches to and from messages between registers.
//!
//! A received share is validated in full: it may count only officers of organisations for which its register is authoritative.

use std::collections::BTreeMap;

pub use index::PLAN_FORM;
use index::{BestForNeed, Facets, GroupSize, LocalGroup, PageCursor, RankedOfficer, Score, Share, ShareBound, SortKey, Versions};
use jiff::civil::Date;
use proto::v1alpha;
use register::identifier::{OfficerId, OfficerName, OrganisationId};
use register::officer::MandateLevel;
use register::organisation::OrganisationKind;
use register::position::Position;

use crate::received::BadAnswer;

/// Upper bound of counts in a share: no register has more officers, and sums stay far from overflow.
const MAX_COUNT: usize = 100_000_000;
/// Upper bound of the absolute value of a score.
const MAX_SCORE: u64 = 1 << 52;

/// What is wrong with a message of another register. Never contains the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub(crate) &'static str);

impl From<Unreadable> for BadAnswer {
    fn from(Unreadable(what): Unreadable) -> Self {
        Self::new(what)
    }
}

/// Writes the versions of analyser, lexicon and vocabulary.
pub fn versions(versions: &Versions) -> v1alpha::SearchVersions {
    v1alpha::SearchVersions {
        analyser: versions.analyser,
        lexicon: versions.lexicon.clone(),
        vocabulary: versions.vocabulary.clone(),
    }
}

/// Reads the versions of analyser, lexicon and vocabulary.
pub fn read_versions(message: Option<v1alpha::SearchVersions>) -> Versions {
    let message = message.unwrap_or_default();
    Versions {
        analyser: message.analyser,
        lexicon: message.lexicon,
        vocabulary: message.vocabulary,
    }
}

/// Writes a place in the order of results.
pub fn place(place: &PageCursor) -> v1alpha::SearchPlace {
    let mut table = Table::default();
    let key = Some(table.key(&place.key));
    let member = place.member.as_ref().map(|(_, member)| table.key(member));
    v1alpha::SearchPlace {
        key,
        group: place.member.as_ref().map_or(0, |(group, _)| *group),
        member,
        organisations: table.values,
    }
}

/// Reads a place in the order of results.
pub fn read_place(message: &v1alpha::SearchPlace) -> Result<PageCursor, Unreadable> {
    let organisations = read_ids(&message.organisations)?;
    let member = match &message.member {
        Some(member) => Some((message.group, read_key(&organisations, Some(member))?)),
        None => None,
    };
    Ok(PageCursor {
        key: read_key(&organisations, message.key.as_ref())?,
        member,
    })
}

/// Writes a share, with its facets if `with_facets`.
pub fn share(share: &Share, with_facets: bool) -> v1alpha::SearchShare {
    let mut table = Table::default();
    let ranked = share.ranked.iter().map(|officer| v1alpha::RankedOfficer {
        key: Some(table.key(&officer.key)),
        own_score: officer.own_score.0,
    });
    let ranked = ranked.collect();
    let municipal = share.municipal.iter().map(|group| v1alpha::MunicipalGroup {
        group: group.competence_set,
        leader: Some(table.key(&group.leader)),
        size: number(group.size),
        members: group.members.iter().map(|member| table.key(member)).collect(),
    });
    let municipal = municipal.collect();
    let reach = share.bounds.iter().map(|reach| v1alpha::Reach {
        until: Some(match reach {
            ShareBound::Key(key) => v1alpha::reach::Until::Key(table.key(key)),
            ShareBound::Score(score) => v1alpha::reach::Until::Score(score.0),
        }),
    });
    let reach = reach.collect();
    let best_for_needs = share.best_for_needs.iter().map(|best| v1alpha::BestForNeed {
        need: number(best.need),
        key: Some(table.key(&best.key)),
        group: best.competence_set,
    });
    let best_for_needs = best_for_needs.collect();
    let others = share.others.iter().map(|other| v1alpha::GroupSize {
        group: other.competence_set,
        size: number(other.size),
        before: other.is_before,
    });
    v1alpha::SearchShare {
        lenient: share.is_lenient,
        total: number(share.total),
        singles: number(share.singles),
        ranked,
        municipal,
        others: others.collect(),
        reach,
        best_for_needs,
        facets: if with_facets { facets(&share.facets) } else { Vec::new() },
        organisations: table.values,
    }
}

/// Reads a share. `may_count` tells whether the sending register is authoritative for an organisation.
pub fn read_share(
    message: &v1alpha::SearchShare,
    position: Position,
    may_count: impl Fn(&OrganisationId) -> bool,
) -> Result<Share, Unreadable> {
    let organisations = read_ids(&message.organisations)?;
    if !organisations.iter().all(&may_count) {
        return Err(Unreadable("it counts officers of another register"));
    }
    let key = |message: Option<&v1alpha::SearchKey>| read_key(&organisations, message);
    let mut ranked = Vec::with_capacity(message.ranked.len());
    for officer in &message.ranked {
        ranked.push(RankedOfficer {
            key: key(officer.key.as_ref())?,
            own_score: read_score(officer.own_score)?,
        });
    }
    let mut municipal = Vec::with_capacity(message.municipal.len());
    for group in &message.municipal {
        municipal.push(LocalGroup {
            competence_set: group.group,
            leader: key(group.leader.as_ref())?,
            size: count(group.size)?,
            members: group
                .members
                .iter()
                .map(|member| key(Some(member)))
                .collect::<Result<_, _>>()?,
        });
    }
    let mut reach = Vec::with_capacity(message.reach.len());
    for until in &message.reach {
        reach.push(match &until.until {
            Some(v1alpha::reach::Until::Key(last)) => ShareBound::Key(key(Some(last))?),
            Some(v1alpha::reach::Until::Score(score)) => ShareBound::Score(read_score(*score)?),
            None => return Err(Unreadable("its share has no bound")),
        });
    }
    let mut best_for_needs = Vec::with_capacity(message.best_for_needs.len());
    for best in &message.best_for_needs {
        best_for_needs.push(BestForNeed {
            need: count(best.need)?,
            key: key(best.key.as_ref())?,
            competence_set: best.group,
        });
    }
    let mut others = Vec::with_capacity(message.others.len());
    for other in &message.others {
        others.push(GroupSize {
            competence_set: other.group,
            size: count(other.size)?,
            is_before: other.before,
        });
    }
    let facets = read_facets(&message.facets)?;
    if !facets.organisations.iter().all(|(id, _)| may_count(id)) {
        return Err(Unreadable("it counts officers of another register"));
    }
    Ok(Share {
        position,
        is_lenient: message.lenient,
        total: count(message.total)?,
        singles: count(message.singles)?,
        facets,
        ranked,
        municipal,
        other_groups: others.len(),
        others,
        best_for_needs,
        bounds: reach,
    })
}

fn facets(facets: &Facets) -> Vec<v1alpha::Counts> {
    fn counts<T>(counts: &[(T, usize)], word: impl Fn(&T) -> String) -> v1alpha::Counts {
        v1alpha::Counts {
            values: counts.iter().map(|(value, _)| word(value)).collect(),
            counts: counts.iter().map(|(_, count)| number(*count)).collect(),
        }
    }
    vec![
        counts(&facets.organisations, ToString::to_string),
        counts(&facets.organisation_kinds, |kind| kind.as_str().to_owned()),
        counts(&facets.domains, ToString::to_string),
        counts(&facets.competences, ToString::to_string),
        counts(&facets.municipalities, ToString::to_string),
    ]
}

fn read_facets(messages: &[v1alpha::Counts]) -> Result<Facets, Unreadable> {
    fn counts<T>(message: &v1alpha::Counts, read: impl Fn(&str) -> Option<T>) -> Result<Vec<(T, usize)>, Unreadable> {
        if message.values.len() != message.counts.len() {
            return Err(Unreadable("its counts do not match their values"));
        }
        let pairs = message.values.iter().zip(&message.counts);
        pairs
            .map(|(value, number)| {
                Ok((
                    read(value).ok_or(Unreadable("it counts a value that is malformed"))?,
                    count(*number)?,
                ))
            })
            .collect()
    }
    match messages {
        [] => Ok(Facets::default()),
        [organisations, kinds, domains, competences, municipalities] => Ok(Facets {
            organisations: counts(organisations, |text| text.parse().ok())?,
            organisation_kinds: counts(kinds, OrganisationKind::parse)?,
            domains: counts(domains, |text| text.parse().ok())?,
            competences: counts(competences, |text| text.parse().ok())?,
            municipalities: counts(municipalities, |text| text.parse().ok())?,
        }),
        _ => Err(Unreadable("it has the wrong number of facets")),
    }
}

/// The distinct organisation ids of a message; its keys refer to them by index.
#[derive(Default)]
struct Table {
    values: Vec<String>,
    numbers: BTreeMap<OrganisationId, u32>,
}

impl Table {
    fn key(&mut self, key: &SortKey) -> v1alpha::SearchKey {
        let id = &key.name.organisation;
        let next = number(self.values.len());
        let organisation = *self.numbers.entry(id.clone()).or_insert_with(|| {
            self.values.push(id.to_string());
            next
        });
        v1alpha::SearchKey {
            score: key.score.0,
            mandate: number(MandateLevel::ALL.iter().position(|level| *level == key.mandate).unwrap_or(0)),
            verified_on: key.verified_on.map_or(0, day_number),
            organisation,
            officer: key.name.officer.to_string(),
        }
    }
}

fn read_ids(texts: &[String]) -> Result<Vec<OrganisationId>, Unreadable> {
    let ids = texts.iter().map(|text| OrganisationId::parse(text));
    ids.collect::<Result<_, _>>()
        .map_err(|_| Unreadable("an organisation has an invalid id"))
}

fn read_key(organisations: &[OrganisationId], message: Option<&v1alpha::SearchKey>) -> Result<SortKey, Unreadable> {
    let message = message.ok_or(Unreadable("a result has no key"))?;
    let organisation = usize::try_from(message.organisation)
        .ok()
        .and_then(|at| organisations.get(at));
    let mandate = usize::try_from(message.mandate).ok().and_then(|at| MandateLevel::ALL.get(at));
    let officer = OfficerId::parse(&message.officer).map_err(|_| Unreadable("an officer has an invalid id"))?;
    Ok(SortKey {
        score: read_score(message.score)?,
        mandate: *mandate.ok_or(Unreadable("a mandate has an unknown level"))?,
        verified_on: read_day(message.verified_on)?,
        name: OfficerName::new(
            organisation.ok_or(Unreadable("a result has no organisation"))?.clone(),
            officer,
        ),
    })
}

fn read_score(score: i64) -> Result<Score, Unreadable> {
    if score.unsigned_abs() > MAX_SCORE {
        return Err(Unreadable("a score is out of bounds"));
    }
    Ok(Score(score))
}

fn day_number(day: Date) -> u32 {
    let (year, month, day) = (i64::from(day.year()), i64::from(day.month()), i64::from(day.day()));
    u32::try_from(year * 10_000 + month * 100 + day).unwrap_or(0)
}

fn read_day(number: u32) -> Result<Option<Date>, Unreadable> {
    if number == 0 {
        return Ok(None);
    }
    let read = || {
        let year = i16::try_from(number / 10_000).ok()?;
        let month = i8::try_from(number / 100 % 100).ok()?;
        Date::new(year, month, i8::try_from(number % 100).ok()?).ok()
    };
    read().map(Some).ok_or(Unreadable("a date is invalid"))
}

pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

pub(super) fn count(number: u32) -> Result<usize, Unreadable> {
    let count = usize::try_from(number).ok().filter(|count| *count <= MAX_COUNT);
    count.ok_or(Unreadable("a number is out of bounds"))
}

#[cfg(test)]
mod tests {
    use register::position::{Epoch, Revision};
    use uuid::Uuid;

    use super::*;

    fn key(score: i64, name: &str) -> SortKey {
        SortKey {
            score: Score(score),
            mandate: MandateLevel::Advise,
            verified_on: Some(Date::constant(2026, 5, 9)),
            name: OfficerName::parse(name).unwrap(),
        }
    }

    fn some_share() -> Share {
        let (cak, utrecht) = ("organisations/zb000211/officers/a", "organisations/gm0344/officers/b.1");
        Share {
            position: Position::new(Epoch::from_uuid(Uuid::from_u128(1)), Revision(7)),
            is_lenient: true,
            total: 9,
            singles: 4,
            facets: Facets {
                organisations: vec![(OrganisationId::parse("zb000211").unwrap(), 9)],
                organisation_kinds: vec![(OrganisationKind::Gemeente, 2)],
                ..Facets::default()
            },
            ranked: vec![RankedOfficer {
                key: key(1 << 20, cak),
                own_score: Score(1024),
            }],
            municipal: vec![LocalGroup {
                competence_set: u64::MAX,
                leader: key(900, utrecht),
                size: 3,
                members: vec![
                    key(900, utrecht),
                    SortKey {
                        verified_on: None,
                        ..key(800, utrecht)
                    },
                ],
            }],
            other_groups: 1,
            others: vec![GroupSize {
                competence_set: 5,
                size: 2,
                is_before: true,
            }],
            best_for_needs: vec![BestForNeed {
                need: 1,
                key: key(900, utrecht),
                competence_set: u64::MAX,
            }],
            bounds: vec![ShareBound::Key(key(-3, cak)), ShareBound::Score(Score(77))],
        }
    }

    #[test]
    fn share_survives_a_round_trip() {
        let sent = share(&some_share(), true);
        assert_eq!(read_share(&sent, some_share().position, |_| true), Ok(some_share()));
    }

    #[test]
    fn share_with_officers_of_another_register_is_refused() {
        let sent = share(&some_share(), true);
        let refused = read_share(&sent, some_share().position, |id| id.as_str() != "gm0344");
        assert!(refused.is_err());
    }

    #[test]
    fn place_survives_a_round_trip() {
        let name = "organisations/gm0344/officers/b";
        for member in [None, Some((9, key(4, name)))] {
            let sent = PageCursor {
                key: key(1, name),
                member,
            };
            assert_eq!(read_place(&place(&sent)), Ok(sent));
        }
    }

    #[test]
    fn malformed_shares_are_refused() {
        let sound = share(&some_share(), true);
        let broken: [fn(&mut v1alpha::SearchShare); 9] = [
            |share| share.ranked[0].own_score = i64::MIN,
            |share| share.ranked[0].key.as_mut().unwrap().score = i64::MIN,
            |share| share.total = u32::MAX,
            |share| share.organisations.clear(),
            |share| share.ranked[0].key = None,
            |share| share.municipal[0].members[0].verified_on = 99,
            |share| share.best_for_needs[0].key = None,
            |share| share.reach[0].until = None,
            |share| share.facets[0].counts.clear(),
        ];
        for break_it in broken {
            let mut message = sound.clone();
            break_it(&mut message);
            assert!(read_share(&message, some_share().position, |_| true).is_err());
        }
    }
}
