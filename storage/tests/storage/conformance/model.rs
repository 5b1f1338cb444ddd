//! Compares storage with a simple model, on random histories.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use register::change::{Actor, Mutation};
use register::entry::{Entry, Etag};
use register::grant::Grant;
use register::identifier::{OfficerName, OrganisationId, RegisterId};
use register::officer::Officer;
use register::oin::Oin;
use register::organisation::Organisation;
use register::peer::Peer;
use register::position::Revision;
use register::presence::Presence;
use register::report::{Asker, ReportName, ReportReason, Reports};
use register::verification::Verification;
use serde_json::{Value, json};
use storage::{Snapshot, StorageError, StoredAnswer, Tombstone};

use crate::fixture::Fixture;
use crate::sample::{absent, answer, day, grant, moment, name, officer_with, oin, organisation, organisation_id, peer, request};

/// One step of a history.
#[derive(Clone, Debug)]
enum Step {
    Commit(Vec<Mutation>),
    Abandon(Vec<Mutation>),
    Remember(u8),
    Compact(i64),
    Reopen,
}

pub(crate) fn storage_matches_the_model<F: Fixture>() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let config = Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&vec(step(), 1..30), |steps| {
            runtime.block_on(follow::<F>(steps));
            Ok(())
        })
        .unwrap();
}

async fn follow<F: Fixture>(steps: Vec<Step>) {
    let mut register = F::create().await;
    let mut model = Model::default();
    for (second, step) in (1..).zip(steps) {
        match step {
            Step::Commit(mutations) => {
                let mut transaction = register.storage().begin().await.unwrap();
                let expected = model.after(second, &mutations);
                match transaction.append(moment(second), Actor::node(), mutations).await {
                    Ok(applied) => {
                        model = expected.unwrap();
                        assert_eq!(applied.position.revision, model.revision());
                        model.assert_is(&mut *transaction).await;
                        let read = transaction
                            .commits(Revision(applied.position.revision.0 - 1), 1)
                            .await
                            .unwrap();
                        assert_eq!(read, [applied.commit]);
                        for entry in applied.entries {
                            model.assert_entry(&entry);
                        }
                    }
                    Err(error) => {
                        assert!(matches!(error, StorageError::Conflict { .. }), "{error}");
                        assert!(expected.is_none());
                    }
                }
                transaction.commit().await.unwrap();
            }
            Step::Abandon(mutations) => {
                let mut transaction = register.storage().begin().await.unwrap();
                let _ = transaction.append(moment(second), Actor::node(), mutations).await;
            }
            Step::Remember(id) => {
                let mut transaction = register.storage().begin().await.unwrap();
                let outcome = transaction.put_answer(&request(&id.to_string()), answer(id, second)).await;
                transaction.commit().await.unwrap();
                assert_eq!(outcome.is_err(), model.answers.contains_key(&id));
                model.answers.entry(id).or_insert_with(|| answer(id, second));
            }
            Step::Compact(back) => {
                let mut transaction = register.storage().begin().await.unwrap();
                let before = second - back;
                model.compact(before);
                let compacted = transaction.compact(moment(before), moment(before)).await.unwrap();
                transaction.commit().await.unwrap();
                assert_eq!(compacted, model.compacted);
            }
            Step::Reopen => register.reopen().await,
        }
        model.assert_is(&mut *register.storage().snapshot().await.unwrap()).await;
    }
    register.assert_sound().await;
}

/// A commit: its revision, its second, and for each change its log row with the officer and the generation of its personal
/// part.
type LoggedCommit = (Revision, i64, Vec<(Value, Option<(Officer, u64)>)>);

#[derive(Clone, Default)]
struct Model {
    organisations: BTreeMap<OrganisationId, Organisation>,
    grants: BTreeMap<(Oin, OrganisationId), Grant>,
    peers: BTreeMap<RegisterId, Peer>,
    /// Each entry with the generation of its personal part, which changes with every stored part.
    officers: BTreeMap<OfficerName, (Entry, u64)>,
    /// Open reports, by number. The entries above have none, because their askers have random salts.
    reports: BTreeMap<OfficerName, BTreeMap<Revision, (ReportReason, i64, Asker)>>,
    log: Vec<LoggedCommit>,
    tombstones: Vec<Tombstone>,
    answers: BTreeMap<u8, StoredAnswer>,
    compacted: Revision,
    lives: u64,
}

impl Model {
    fn revision(&self) -> Revision {
        self.log.last().map_or(Revision::ZERO, |(revision, ..)| *revision)
    }

    /// The model after a commit. None if a target of the commit does not exist.
    fn after(&self, second: i64, mutations: &[Mutation]) -> Option<Model> {
        let mut model = self.clone();
        let revision = self.revision().next();
        let changes = mutations.iter().map(|mutation| model.apply(revision, second, mutation));
        let changes = changes.collect::<Option<_>>()?;
        model.log.push((revision, second, changes));
        Some(model)
    }

    fn apply(&mut self, revision: Revision, second: i64, mutation: &Mutation) -> Option<(Value, Option<(Officer, u64)>)> {
        let change = match mutation {
            Mutation::PutOrganisation(organisation) => {
                self.organisations.insert(organisation.id.clone(), organisation.clone());
                json!({"change": "organisation_put", "organisation": organisation})
            }
            Mutation::PutGrant(grant) => {
                self.organisations.get(&grant.organisation)?;
                self.grants
                    .insert((grant.oin.clone(), grant.organisation.clone()), grant.clone());
                json!({"change": "grant_put", "grant": grant})
            }
            Mutation::RevokeGrant { oin, organisation } => {
                self.grants.remove(&(oin.clone(), organisation.clone()))?;
                json!({"change": "grant_revoked", "oin": oin, "organisation": organisation})
            }
            Mutation::PutPeer(peer) => {
                self.peers.insert(peer.register.clone(), peer.clone());
                json!({"change": "peer_put", "peer": peer})
            }
            Mutation::RemovePeer { register } => {
                self.peers.remove(register)?;
                json!({"change": "peer_removed", "register": register})
            }
            Mutation::PutOfficer(officer) => {
                self.organisations.get(&officer.organisation)?;
                self.reports.remove(&officer.officer_name());
                let life = self.put(revision, second, officer);
                return Some((json!({"change": "officer_put"}), Some((officer.clone(), life))));
            }
            Mutation::EndName { name } => {
                let mut officer = self.officers.get(name)?.0.officer.clone();
                let mut left = officer.take_personal();
                left.name = None;
                left.name_until = None;
                if officer.contact.personal {
                    left = Default::default();
                }
                officer.put_personal(left);
                self.put(revision, second, &officer);
                json!({"change": "name_ended", "name": name})
            }
            Mutation::WithdrawOfficer { name, replaced_by } => {
                self.officers.remove(name)?;
                self.reports.remove(name);
                self.tombstones.push(Tombstone {
                    name: name.clone(),
                    revision,
                    time: moment(second),
                    replaced_by: replaced_by.clone(),
                });
                let mut change = json!({"change": "officer_withdrawn", "name": name});
                if let Some(replaced_by) = replaced_by {
                    change["replaced_by"] = json!(replaced_by);
                }
                change
            }
            Mutation::SetPresence { name, presence } => {
                let entry = self.touch(name, revision, second)?;
                entry.presence = presence.clone();
                json!({"change": "presence_set", "name": name})
            }
            Mutation::VerifyOfficer { name, verification } => {
                let entry = self.touch(name, revision, second)?;
                entry.verification = Some(verification.clone());
                self.reports.remove(name);
                json!({"change": "officer_verified", "name": name, "verification": verification})
            }
            Mutation::ReportOfficer { name, reason, asker } => {
                self.touch(name, revision, second)?;
                let report = (*reason, second, asker.clone());
                let former = self.reports.entry(name.clone()).or_default().insert(revision, report);
                if former.is_some() {
                    return None;
                }
                json!({"change": "officer_reported", "name": name, "reason": reason})
            }
            Mutation::SettleReport { report } => {
                self.touch(&report.officer, revision, second)?;
                self.reports.get_mut(&report.officer)?.remove(&report.number)?;
                json!({"change": "report_settled", "report": report})
            }
        };
        Some((change, None))
    }

    /// Asserts that the entry and its reports match the model.
    fn assert_entry(&self, entry: &Entry) {
        let name = entry.officer_name();
        let expected = self.reports.get(&name).cloned().unwrap_or_default();
        let open = entry.reports.open();
        assert_eq!(open.len(), expected.len());
        for (report, (number, (reason, second, asker))) in open.iter().zip(&expected) {
            assert_eq!(
                (report.number, report.reason, report.reported_at),
                (*number, *reason, moment(*second))
            );
            assert!(report.asker.is(asker));
        }
        let without = Entry {
            reports: Reports::default(),
            ..entry.clone()
        };
        assert_eq!(without, self.officers[&name].0);
    }

    fn put(&mut self, revision: Revision, second: i64, officer: &Officer) -> u64 {
        self.lives += 1;
        let before = self.officers.get(&officer.officer_name());
        let same = before.filter(|(entry, _)| entry.officer.clone().take_personal() == officer.clone().take_personal());
        let life = same.map_or(self.lives, |(_, life)| *life);
        let entry = Entry {
            etag: Etag::of(officer),
            officer: officer.clone(),
            presence: before.map(|(entry, _)| entry.presence.clone()).unwrap_or_default(),
            verification: before.and_then(|(entry, _)| entry.verification.clone()),
            reports: Reports::default(),
            revision,
            updated_at: moment(second),
        };
        self.officers.insert(officer.officer_name(), (entry, life));
        life
    }

    fn touch(&mut self, name: &OfficerName, revision: Revision, second: i64) -> Option<&mut Entry> {
        let (entry, _) = self.officers.get_mut(name)?;
        entry.revision = revision;
        entry.updated_at = moment(second);
        Some(entry)
    }

    fn compact(&mut self, before: i64) {
        self.answers.retain(|_, answer| answer.time >= moment(before));
        self.tombstones.retain(|tombstone| tombstone.time >= moment(before));
        while self.log.len() > 1 && self.log[0].1 < before {
            self.compacted = self.log.remove(0).0;
        }
    }

    async fn assert_is(&self, snapshot: &mut (impl Snapshot + ?Sized)) {
        let identity = snapshot.identity().await.unwrap();
        assert_eq!(
            (identity.position.revision, identity.compacted),
            (self.revision(), self.compacted)
        );
        let organisations: Vec<_> = self.organisations.values().cloned().collect();
        assert_eq!(snapshot.organisations(None, usize::MAX).await.unwrap(), organisations);
        let grants: Vec<_> = self.grants.values().cloned().collect();
        assert_eq!(snapshot.grants().await.unwrap(), grants);
        let peers: Vec<_> = self.peers.values().cloned().collect();
        assert_eq!(snapshot.peers().await.unwrap(), peers);
        let entries: Vec<_> = self.officers.values().map(|(entry, _)| entry.clone()).collect();
        let found = snapshot.entries(None, None, usize::MAX).await.unwrap();
        assert_eq!(found.len(), entries.len());
        found.iter().for_each(|entry| self.assert_entry(entry));
        assert_eq!(snapshot.tombstones(None).await.unwrap(), self.tombstones);
        for organisation in self.organisations.keys() {
            let gone = |tombstone: &&Tombstone| {
                tombstone.name.organisation == *organisation && !self.officers.contains_key(&tombstone.name)
            };
            let gone: std::collections::BTreeSet<_> = self.tombstones.iter().filter(gone).map(|gone| &gone.name).collect();
            let counted = snapshot.withdrawn_since(organisation, moment(0)).await.unwrap();
            assert_eq!(counted, gone.len());
        }
        for id in 0..ANSWERS {
            let expected = self.answers.get(&id).cloned();
            assert_eq!(snapshot.answer(&request(&id.to_string())).await.unwrap(), expected);
        }
        let today = day("2026-04-03");
        let mut ended = snapshot.ended_names(today, usize::MAX).await.unwrap();
        ended.sort();
        let has_ended = |entry: &Entry| entry.officer.name_until.is_some_and(|until| until < today);
        let expected = entries.iter().filter(|entry| has_ended(entry)).map(Entry::officer_name);
        assert_eq!(ended, expected.collect::<Vec<_>>());
        self.assert_log(snapshot).await;
    }

    async fn assert_log(&self, snapshot: &mut (impl Snapshot + ?Sized)) {
        let commits = snapshot.commits(Revision::ZERO, usize::MAX).await.unwrap();
        assert_eq!(commits.len(), self.log.len());
        for (commit, (revision, second, changes)) in commits.iter().zip(&self.log) {
            assert_eq!((commit.revision, commit.time), (*revision, moment(*second)));
            let mut found = serde_json::to_value(&commit.changes).unwrap();
            for change in found.as_array_mut().unwrap() {
                // Digests have random salts; `verify` checks them.
                change.as_object_mut().unwrap().remove("personal");
            }
            let expected: Vec<_> = changes.iter().map(|change| self.as_read(change)).collect();
            assert_eq!(found, Value::Array(expected));
        }
    }

    /// A change as read now: with the personal part only if it is still the one that the commit wrote.
    fn as_read(&self, (change, officer): &(Value, Option<(Officer, u64)>)) -> Value {
        let mut change = change.clone();
        if let Some((officer, life)) = officer {
            let mut officer = officer.clone();
            let current = self.officers.get(&officer.officer_name());
            if current.is_none_or(|(_, current)| current != life) {
                officer.take_personal();
            }
            change["officer"] = json!(officer);
        }
        change
    }
}

const ANSWERS: u8 = 4;

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => vec(mutation(), 0..8).prop_map(Step::Commit),
        2 => vec(mutation(), 0..8).prop_map(Step::Abandon),
        1 => (0..ANSWERS).prop_map(Step::Remember),
        1 => (-2..20_i64).prop_map(Step::Compact),
        1 => Just(Step::Reopen),
    ]
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        4 => (organisations(), "[A-Z][a-z]{0,5}").prop_map(|(id, short_name)| {
            Mutation::PutOrganisation(Organisation { short_name, ..organisation(id) })
        }),
        1 => (1..3_u32, organisations()).prop_map(|(number, id)| Mutation::PutGrant(grant(number, id))),
        1 => (1..3_u32, organisations())
            .prop_map(|(number, id)| Mutation::RevokeGrant { oin: oin(number), organisation: organisation_id(id) }),
        1 => ("[a-c]{2}", 1..3_u32).prop_map(|(register, number)| Mutation::PutPeer(peer(&register, number))),
        1 => "[a-c]{2}".prop_map(|register| Mutation::RemovePeer { register: RegisterId::parse(&register).unwrap() }),
        12 => an_officer().prop_map(Mutation::PutOfficer),
        2 => (names(), proptest::option::of(names()))
            .prop_map(|(name, replaced_by)| Mutation::WithdrawOfficer { name, replaced_by }),
        2 => (names(), vec(0..100_i64, 0..6)).prop_map(|(name, hours)| {
            let absences = hours.into_iter().flat_map(|hour| absent(hour).absences).collect();
            Mutation::SetPresence { name, presence: Presence { absences } }
        }),
        2 => (names(), days()).prop_map(|(name, on)| {
            Mutation::VerifyOfficer { name, verification: Verification::new(on, Some(oin(5))) }
        }),
        2 => names().prop_map(|name| Mutation::EndName { name }),
        4 => (names(), 0..4_usize, organisations()).prop_map(|(name, reason, by)| Mutation::ReportOfficer {
            name,
            reason: ReportReason::ALL[reason],
            asker: Asker::of(&organisation_id(by), None),
        }),
        2 => (names(), 1..12_u64).prop_map(|(officer, number)| Mutation::SettleReport {
            report: ReportName { officer, number: Revision(number) },
        }),
    ]
}

fn an_officer() -> impl Strategy<Value = Officer> {
    let person = proptest::option::of(("[A-Z][a-zé]{1,9}( [A-Z][a-z]{1,90}){1,2}", days()));
    let email = proptest::option::of("[a-z]{1,40}@[a-z]{1,9}\\.example");
    let phone = proptest::option::of("14 0[0-9]{3}");
    (names(), person, email, phone, any::<bool>()).prop_map(|(name, person, email, phone, personal)| {
        let mut contact = json!({"personal": personal});
        if let Some(email) = email {
            contact["email"] = json!(email);
        }
        if let Some(phone) = phone {
            contact["phone"] = json!(phone);
        }
        let mut fields = json!({"contact": contact});
        if let Some((person, until)) = person {
            fields["name"] = json!(person);
            fields["name_until"] = json!(until);
        }
        officer_with(name.organisation.as_str(), name.officer.as_str(), &fields)
    })
}

fn organisations() -> impl Strategy<Value = &'static str> {
    prop_oneof![6 => Just("gm9901"), 2 => Just("gm9902"), 1 => Just("lmm")]
}

fn names() -> impl Strategy<Value = OfficerName> {
    (organisations(), prop_oneof![Just("a"), Just("a-1"), Just("b")])
        .prop_map(|(organisation, officer)| name(organisation, officer))
}

fn days() -> impl Strategy<Value = Date> {
    (0..9_i64).prop_map(|days| day("2026-03-31").saturating_add(days.days()))
}
