//! The use cases of a node, one file per operation.
//!
//! gRPC and the web pages are thin adapters in front of these. A use case takes domain inputs and the [`Caller`]. It authorises
//! the caller on the current state of the register, and returns a domain value or an [`Error`] with a reason. Reads use the
//! views and return the position that they show; all writes go through [`write`]. No log line in this crate contains a name,
//! an address or the text of a query.
//!
//! To add an operation, add a file named after it, an input type, a method of [`Directory`] and a test; then add the adapter.

mod apply_changes;
mod batch_resolve;
mod check_peers;
mod check_synonyms;
mod compact;
mod describe;
mod end_names;
mod fetch_local;
mod filter;
mod get_node_status;
mod get_officer;
mod get_organisation;
mod get_vocabulary;
mod knowledge;
pub mod limits;
mod list_grants;
mod list_officers;
mod list_organisations;
mod list_peers;
mod list_reports;
mod may_call;
mod operators;
mod page_token;
mod put_grants;
mod put_organisations;
mod put_peer;
mod recent_changes;
mod refusal;
mod remove_peer;
mod report;
mod report_problem;
mod resolve;
mod responses;
mod revoke_grant;
mod search_local;
mod search_officers;
mod set_organisation_status;
mod set_presence;
mod set_sharing;
mod settle_report;
mod suggest;
mod suggest_local;
mod sync_officers;
mod ticks;
mod upkeep;
mod uploads;
mod verify_officers;
mod watch_changes;
mod watch_routes;
mod worklist;
mod write;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use federation::{Federation, FederationParts};
use index::{Language, Learned};
use jiff::Timestamp;
use register::clock::Clock;
use register::gazetteer::Gazetteer;
use register::grant::Role;
use register::identifier::{OrganisationId, RegisterId};
use register::oin::Oin;
use register::position::Position;
use register::view::View;
use register::vocabulary::Vocabulary;
use server_core::authorisation::{self, Authority};
use server_core::budget::ByteBudget;
use server_core::error::Error;
use server_core::identity::Caller;
use server_core::lifecycle::Tasks;
use server_core::views::{SearchParts, Views};
use storage::Storage;
use tokio::sync::Semaphore;

pub use federation;
pub use federation::Gap;
pub use index::{
    Certainty, Contribution, Correction, Highlight, Hit, MatchReason, Model, Score, ShareRequest, Suggestion, SuggestionTarget,
    TextField, Understanding, UnderstoodCompetence, UnderstoodPlace,
};

pub use apply_changes::{ApplyChanges, Expected, Operation};
pub use batch_resolve::SizedResult;
pub use check_synonyms::{CheckSynonyms, CheckedSynonyms, QueryAnswer};
use describe::SharedCache;
pub use describe::{Description, HeldOrganisation};
pub use federation::OrganisationSources;
pub use fetch_local::Candidates;
pub use filter::SearchFilter;
pub use get_node_status::NodeStatus;
use knowledge::Knowledge;
pub use limits::Limits;
pub use list_grants::ListGrants;
pub use list_officers::ListOfficers;
pub use list_organisations::ListOrganisations;
pub use list_peers::PeerStatus;
pub use list_reports::{ListReports, ListedReport};
pub use page_token::{Fingerprint, Page, PageTokens};
pub use put_grants::{GrantsPut, PutGrants};
pub use put_organisations::{OrganisationsPut, PutOrganisations};
pub use report::{ChangeKind, EntryViolation, PlannedChange, SyncReport};
pub use report_problem::{ReportProblem, Reported};
pub use resolve::ResolvedRoute;
pub use responses::{Listing, Positioned, Written};
pub use search_local::{LocalShare, SearchLocal};
pub use search_officers::{Facet, FacetCount, GroupMember, HitGroup, SearchHit, SearchOfficers, SearchResults};
pub use suggest::Suggestions;
pub use suggest_local::{LocalSuggestions, SuggestLocal};
pub use sync_officers::SyncOfficers;
pub use uploads::Upload;
pub use verify_officers::{Verified, VerifyOfficers};
pub use watch_changes::{ChangeWatch, WatchChanges, WatchMessage, WatchedChange};
pub use watch_routes::{RouteEvent, RouteWatch};
pub use worklist::{Work, Worklist};

/// The parts that a directory is built from.
pub struct DirectoryParts {
    /// The storage of the register.
    pub storage: Arc<dyn Storage>,
    /// The folder of the search index, which is derived data and can be rebuilt.
    pub index_dir: PathBuf,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The vocabulary of domains and competences.
    pub vocabulary: Arc<Vocabulary>,
    /// The model of what questions are about.
    pub model: Arc<Model>,
    /// The gazetteer of municipalities.
    pub gazetteer: Arc<Gazetteer>,
    /// The configured limits.
    pub limits: Limits,
    /// The settings for other registers.
    pub federation: FederationParts,
    /// The tracker of background tasks.
    pub tasks: Tasks,
    /// The expiry of the node's own certificate, for its status.
    pub certificate_until: CertificateUntil,
}

/// Returns when the node's own certificate expires; a reload may change it.
pub type CertificateUntil = Box<dyn Fn() -> Option<Timestamp> + Send + Sync>;

/// The use cases of one register on one node.
pub struct Directory {
    register: RegisterId,
    started_at: Timestamp,
    storage: Arc<dyn Storage>,
    views: Views,
    federation: Arc<Federation>,
    language: Arc<Language>,
    clock: Arc<dyn Clock>,
    knowledge: Knowledge,
    limits: Limits,
    tokens: PageTokens,
    tasks: Tasks,
    certificate_until: CertificateUntil,
    /// Held by one writer at a time, from the first check until the views are updated.
    write_lock: Semaphore,
    /// The memory for snapshots that are arriving, by the OIN of the sender.
    uploads: Arc<ByteBudget<Oin>>,
    /// A cache of what each peer may see of the organisations of this register.
    shared: SharedCache,
    is_closed: AtomicBool,
}

impl Directory {
    /// Opens the directory: loads the routing view and starts to open the index. The directory is ready when both are.
    pub async fn open(parts: DirectoryParts) -> Result<Arc<Self>, Error> {
        let identity = parts.storage.snapshot().await?.identity().await?;
        let (vocabulary, gazetteer) = (Arc::clone(&parts.vocabulary), Arc::clone(&parts.gazetteer));
        let learned = Learned::of(parts.model);
        let language = parts
            .tasks
            .blocking(move || Arc::new(Language::with(&vocabulary, gazetteer, learned)))
            .await?;
        let search = SearchParts {
            index_dir: parts.index_dir,
            language: Arc::clone(&language),
        };
        let views = Views::open(&*parts.storage, search, &parts.tasks).await?;
        let federation = Federation::start(
            identity.register.clone(),
            parts.federation,
            views.subscribe(),
            Arc::clone(&language),
            Arc::clone(&parts.clock),
            &parts.tasks,
        );
        let directory = Arc::new(Self {
            register: identity.register,
            started_at: parts.clock.now(),
            storage: parts.storage,
            views,
            federation,
            language,
            clock: parts.clock,
            knowledge: Knowledge {
                vocabulary: parts.vocabulary,
                gazetteer: parts.gazetteer,
            },
            uploads: ByteBudget::new(parts.limits.uploads),
            limits: parts.limits,
            tokens: PageTokens::new(identity.secret),
            tasks: parts.tasks,
            certificate_until: parts.certificate_until,
            write_lock: Semaphore::new(1),
            shared: SharedCache::default(),
            is_closed: AtomicBool::new(false),
        });
        directory.start_upkeep();
        Ok(directory)
    }

    /// Returns the position of the register.
    pub fn position(&self) -> Position {
        self.views.current().position()
    }

    /// Returns the position that search shows.
    pub fn view_position(&self) -> Position {
        self.views.position()
    }

    /// Returns whether the node can answer all reads.
    pub fn is_ready(&self) -> bool {
        !self.is_closed.load(Ordering::Acquire) && self.views.searchable().is_some()
    }

    /// Waits until the search index is open.
    pub async fn ready(&self) -> Result<(), Error> {
        let without_limit = server_core::views::Consistency::at_least(None, std::time::Duration::MAX);
        self.views.searching(&without_limit).await.map(|_| ())
    }

    /// Returns the id of the register that the node serves.
    pub fn register(&self) -> &RegisterId {
        &self.register
    }

    /// Returns the vocabulary.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.knowledge.vocabulary
    }

    /// Returns the short name of an organisation, if the register knows it.
    pub fn short_name(&self, organisation: &OrganisationId) -> Option<String> {
        let view = self.views.current();
        view.organisation(organisation).map(|known| known.short_name.clone())
    }

    /// Returns the LMM, the fallback for cases that no other organisation handles, if the register knows it.
    pub fn loket(&self) -> Option<OrganisationId> {
        self.views.current().loket().map(|loket| loket.id.clone())
    }

    /// Returns the gazetteer.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.knowledge.gazetteer
    }

    /// Returns the federation with other registers.
    pub fn federation(&self) -> &Arc<Federation> {
        &self.federation
    }

    /// Returns the task tracker, which also runs blocking work.
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// Returns the clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Returns the configured limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Shuts down: refuses writes, commits the index up to the position of the log, and closes storage. Call it after the last
    /// request has finished.
    pub async fn close(&self) -> Result<(), Error> {
        self.is_closed.store(true, Ordering::Release);
        self.write_lock.close();
        self.federation.close().await;
        self.views.close().await;
        Ok(self.storage.close().await?)
    }

    /// Requires the role `lookup`.
    fn may_look_up(&self, view: &View, caller: &Caller) -> Result<Authority, Error> {
        authorisation::for_any_organisation(view, &caller.acting, &[Role::Lookup], self.clock.today())
    }

    /// Requires the role `operate`.
    fn may_operate(&self, view: &View, caller: &Caller) -> Result<Authority, Error> {
        authorisation::for_any_organisation(view, &caller.acting, &[Role::Operate], self.clock.today())
    }
}

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Directory")
            .field("register", &self.register)
            .field("views", &self.views)
            .finish_non_exhaustive()
    }
}
