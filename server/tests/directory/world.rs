//! A register for testing use cases: a new SQLite file, a fixed clock, a few organisations and callers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use directory::{
    ApplyChanges, Directory, DirectoryParts, Expected, Limits, Operation, SearchFilter, SearchOfficers, SyncOfficers, SyncReport,
};
use federation::FederationParts;
use federation::ask::Policy;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use pki::{Authority, Subject};
use rand::SeedableRng as _;
use register::change::{Actor, Mutation};
use register::clock::FixedClock;
use register::draft::OfficerDraft;
use register::gazetteer::Gazetteer;
use register::grant::Grant;
use register::identifier::{OfficerName, OrganisationId, RegisterId, RequestId};
use register::officer::ManagedBy;
use register::organisation::Organisation;
use register::position::Position;
use register::vocabulary::Vocabulary;
use rustls_pki_types::CertificateDer;
use serde_json::{Value, json};
use server_core::config::{FederationSettings, TlsSettings};
use server_core::error::{Error, Reason};
use server_core::identity::{Caller, ChainVerifier};
use server_core::lifecycle::Tasks;
use server_core::views::Consistency;
use storage::sqlite::SqliteStorage;
use storage::{Address, Storage};

/// The time of the tests: a Monday morning.
pub(crate) const NOW: &str = "2026-11-23T09:00:00Z";

pub(crate) const OPERATOR: &str = "00000099000000000001";
pub(crate) const CAK: &str = "00000099000000001000";
pub(crate) const SVB: &str = "00000099000000002000";
pub(crate) const READER: &str = "00000099000000003000";
pub(crate) const STRANGER: &str = "00000099000000009000";

/// A directory with its clock, storage and callers.
pub(crate) struct World {
    pub(crate) directory: Arc<Directory>,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) tasks: Tasks,
    pub(crate) judge: Arc<Judge>,
    folder: tempfile::TempDir,
    authority: Authority,
    callers: Mutex<BTreeMap<String, Arc<Caller>>>,
}

/// Trusts every certificate until a reason is set.
#[derive(Debug, Default)]
pub(crate) struct Judge(pub(crate) Mutex<Option<Reason>>);

impl ChainVerifier for Judge {
    fn generation(&self) -> u64 {
        u64::from(self.0.lock().unwrap().is_some())
    }

    fn verify(&self, _chain: &[CertificateDer<'static>], _now: Timestamp) -> Result<(), Reason> {
        self.0.lock().unwrap().map_or(Ok(()), Err)
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::build(&[], Limits::default()).await
    }

    /// Creates a world with `more` mutations from before the start of the node.
    pub(crate) async fn with(more: &[Mutation]) -> Self {
        Self::build(more, Limits::default()).await
    }

    /// Creates a world with these limits.
    pub(crate) async fn limited(limits: Limits) -> Self {
        Self::build(&[], limits).await
    }

    async fn build(more: &[Mutation], limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = NOW.parse().unwrap();
        let random = Box::new(rand::rngs::StdRng::seed_from_u64(7));
        let register = RegisterId::parse("landelijk").unwrap();
        let path = folder.path().join("register.db");
        let storage: Arc<dyn Storage> = Arc::new(SqliteStorage::create(&path, register, now, random).await.unwrap());
        let mut transaction = storage.begin().await.unwrap();
        let mutations = first_mutations().into_iter().chain(more.iter().cloned()).collect();
        transaction.append(now, Actor::node(), mutations).await.unwrap();
        transaction.commit().await.unwrap();
        let clock = Arc::new(FixedClock::new(now));
        let tasks = Tasks::new();
        let directory = open(&folder, &storage, &clock, &tasks, limits).await;
        Self {
            directory,
            clock,
            storage,
            tasks,
            judge: Arc::default(),
            folder,
            authority: Authority::new("Test CA", now).unwrap(),
            callers: Mutex::default(),
        }
    }

    /// Restarts the node on the same folder.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        let random = Box::new(rand::rngs::StdRng::seed_from_u64(8));
        self.storage = Arc::new(
            SqliteStorage::open(&self.folder.path().join("register.db"), random)
                .await
                .unwrap(),
        );
        self.tasks = Tasks::new();
        self.directory = open(&self.folder, &self.storage, &self.clock, &self.tasks, Limits::default()).await;
    }

    pub(crate) async fn stop(&self) {
        self.tasks.shutdown().cancel();
        assert!(self.tasks.ended().await);
        self.directory.close().await.unwrap();
    }

    pub(crate) fn index_dir(&self) -> std::path::PathBuf {
        self.folder.path().join("index")
    }

    /// Returns the caller with this OIN, with a certificate that is valid for a year.
    pub(crate) fn caller(&self, oin: &str) -> Arc<Caller> {
        let mut callers = self.callers.lock().unwrap();
        let make = || {
            let now: Timestamp = NOW.parse().unwrap();
            let until = now + (365 * 24).hours();
            let issued = self.authority.issue(&Subject::client("client", oin), now, until).unwrap();
            Arc::new(Caller::new(vec![issued.der], self.judge.clone(), now).unwrap())
        };
        callers.entry(oin.to_owned()).or_insert_with(make).clone()
    }

    pub(crate) fn advance(&self, duration: SignedDuration) {
        self.clock.advance(duration);
    }

    /// Syncs the officers of CAK.
    pub(crate) async fn sync(&self, officers: Vec<OfficerDraft>) -> SyncReport {
        self.sync_confirmed(officers, None).await.unwrap()
    }

    pub(crate) async fn sync_confirmed(&self, officers: Vec<OfficerDraft>, confirm: Option<u32>) -> Result<SyncReport, Error> {
        let request = SyncOfficers {
            confirm_withdrawals: confirm,
            ..snapshot(officers)
        };
        self.directory.sync_officers(&self.caller(CAK), request).await
    }

    /// Returns the ids of the hits for `query`, at `position` or later.
    pub(crate) async fn search(&self, query: &str, position: Position) -> Vec<String> {
        let found = self
            .directory
            .search_officers(&self.caller(READER), question(query, Some(position)))
            .await
            .unwrap();
        found.hits.iter().map(|hit| hit.entry.officer.id.to_string()).collect()
    }
}

async fn open(
    folder: &tempfile::TempDir,
    storage: &Arc<dyn Storage>,
    clock: &Arc<FixedClock>,
    tasks: &Tasks,
    limits: Limits,
) -> Arc<Directory> {
    let random = Box::new(rand::rngs::StdRng::seed_from_u64(9));
    let parts = DirectoryParts {
        storage: storage.clone(),
        index_dir: folder.path().join("index"),
        clock: clock.clone(),
        vocabulary: Vocabulary::builtin(),
        model: directory::Model::builtin(),
        gazetteer: Gazetteer::builtin(),
        limits,
        federation: FederationParts {
            configured: Vec::new(),
            tls: TlsSettings::default(),
            replicas: storage::replicas(&Address::Sqlite(folder.path().join("register.db")), random),
            index_dir: folder.path().join("replicas/index"),
            bounds: FederationSettings::default(),
        },
        tasks: tasks.clone(),
        certificate_until: Box::new(|| None),
    };
    let directory = Directory::open(parts).await.unwrap();
    directory.ready().await.unwrap();
    directory
}

/// Returns the organisations and grants that every test starts with.
fn first_mutations() -> Vec<Mutation> {
    let organisations = [
        organisation("beheer", "Beheer", "overig", "connected"),
        organisation("zb000211", "CAK", "uitvoeringsorganisatie", "connected"),
        organisation("oorg12369", "SVB", "uitvoeringsorganisatie", "connected"),
        json!({"id": "gm0363", "name": "Gemeente Amsterdam", "short_name": "Amsterdam", "kind": "gemeente",
            "municipality_code": "GM0363", "status": "connected", "desk": {"email": "loket@amsterdam.example"}}),
        json!({"id": "lmm", "name": "Landelijk Maatwerkloket Multiproblematiek", "short_name": "LMM", "kind": "loket",
            "status": "connected", "desk": {"email": "lmm@lmm.example"}}),
    ];
    let grants = [
        grant(OPERATOR, "beheer", &["operate", "lookup"]),
        grant(CAK, "zb000211", &["publish", "lookup"]),
        grant(SVB, "oorg12369", &["publish", "lookup"]),
        grant(READER, "gm0363", &["lookup", "resolve"]),
    ];
    let organisations = organisations
        .into_iter()
        .map(|json| Mutation::PutOrganisation(serde_json::from_value::<Organisation>(json).unwrap()));
    let grants = grants.into_iter().map(Mutation::PutGrant);
    organisations.chain(grants).collect()
}

fn organisation(id: &str, name: &str, kind: &str, status: &str) -> Value {
    let desk = json!({"email": format!("loket@{id}.example")});
    json!({"id": id, "name": name, "short_name": name, "kind": kind, "status": status, "desk": desk})
}

pub(crate) fn grant(oin: &str, organisation: &str, roles: &[&str]) -> Grant {
    serde_json::from_value(json!({"oin": oin, "organisation": organisation, "roles": roles, "basis": "own"})).unwrap()
}

/// Returns an officer of CAK.
pub(crate) fn officer(id: &str) -> OfficerDraft {
    OfficerDraft {
        id: id.to_owned(),
        function_title: "Maatwerkfunctionaris eigen bijdrage".to_owned(),
        description: "Beslist over de eigen bijdrage bij opname in een verpleeghuis.".to_owned(),
        competences: vec!["EB-WLZ".to_owned()],
        ..OfficerDraft::default()
    }
}

/// Returns an officer of CAK with another title.
pub(crate) fn titled(id: &str, title: &str) -> OfficerDraft {
    OfficerDraft {
        function_title: title.to_owned(),
        ..officer(id)
    }
}

/// Returns a named officer of CAK; the name may be shown up to and including `until`.
pub(crate) fn person(id: &str, name: &str, until: &str) -> OfficerDraft {
    let mut draft = officer(id);
    draft.name = Some(name.to_owned());
    draft.name_until = Some(until.to_owned());
    draft.contact.email = Some("noor.voorbeeld@cak.example".to_owned());
    draft.contact.personal = true;
    draft
}

pub(crate) fn officers(ids: &[&str]) -> Vec<OfficerDraft> {
    ids.iter().map(|id| officer(id)).collect()
}

/// Returns `number` officers of CAK.
pub(crate) fn many(number: usize) -> Vec<OfficerDraft> {
    (0..number).map(|n| officer(&format!("o{n:05}"))).collect()
}

/// Returns a snapshot of CAK with a new request id.
pub(crate) fn snapshot(officers: Vec<OfficerDraft>) -> SyncOfficers {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(serde_json::to_vec(&officers).unwrap()).into();
    SyncOfficers {
        organisation: organisation_id("zb000211"),
        base: None,
        request_id: request_id(),
        validate_only: false,
        confirm_withdrawals: None,
        officers,
        digest,
        upload: None,
    }
}

pub(crate) fn organisation_id(text: &str) -> OrganisationId {
    OrganisationId::parse(text).unwrap()
}

/// Returns the name of an officer of CAK.
pub(crate) fn name(id: &str) -> OfficerName {
    OfficerName::parse(&format!("organisations/zb000211/officers/{id}")).unwrap()
}

/// Returns a unique request id.
pub(crate) fn request_id() -> RequestId {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    RequestId::parse(&format!("test-{}", NEXT.fetch_add(1, Ordering::Relaxed))).unwrap()
}

pub(crate) fn question(query: &str, min_position: Option<Position>) -> SearchOfficers {
    SearchOfficers {
        query: query.to_owned(),
        filter: SearchFilter::default(),
        municipality: String::new(),
        page_size: 0,
        page_token: String::new(),
        consistency: Consistency::at_least(min_position, Duration::from_secs(20)),
        flat: false,
        explain: false,
        facets: true,
        federation: Policy::default(),
    }
}

/// Returns the reason of an error.
pub(crate) fn reason<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Reason {
    outcome.expect_err("the call must fail").reason()
}

/// Returns the metadata `key` of an error.
pub(crate) fn fact<'a>(error: &'a Error, key: &str) -> &'a str {
    let found = error.metadata().iter().find(|(name, _)| *name == key);
    found
        .map(|(_, value)| value.as_str())
        .expect("the error must have this metadata")
}

/// Returns a delta of CAK with a new request id.
pub(crate) fn delta(operations: Vec<Operation>) -> ApplyChanges {
    ApplyChanges {
        organisation: organisation_id("zb000211"),
        operations,
        request_id: request_id(),
        validate_only: false,
        confirm_withdrawals: None,
        managed_by: ManagedBy::Sync,
    }
}

pub(crate) fn upsert(officer: register::draft::OfficerDraft, expected: Expected) -> Operation {
    Operation::Upsert {
        officer: Box::new(officer),
        expected,
    }
}

pub(crate) fn withdraw(id: &str, replaced_by: &str) -> Operation {
    Operation::Withdraw {
        officer: name(id).to_string(),
        replaced_by: replaced_by.to_owned(),
        expected: Expected::Whatever,
    }
}

/// Returns the codes of the violations in a report.
pub(crate) fn codes(report: &SyncReport) -> Vec<&str> {
    report.violations.iter().map(|found| found.violation.code.as_str()).collect()
}
