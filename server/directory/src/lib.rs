//! What the node can do: the use cases, one file per operation.
//!
//! gRPC and the web page are thin adapters in front of these. A use case takes domain inputs and the [`Caller`]; it authorises
//! on the register as it is at that moment, and gives a domain value or an [`Error`] with its reason. Reads answer from the
//! views and say from which position; writes go through [`write`] and nowhere else. Nothing here logs a name, an address or
//! the text of a question.
//!
//! To add an operation: a file named after it, an input type, a method of [`Directory`], its test; then the adapter.

mod answers;
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
pub mod limits;
mod list_grants;
mod list_officers;
mod list_organisations;
mod list_peers;
mod list_reports;
mod operators;
mod page_token;
mod put_grants;
mod put_organisations;
mod put_peer;
mod recent_changes;
mod remove_peer;
mod report;
mod report_problem;
mod resolve;
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
mod upkeep;
mod verify_officers;
mod watch_changes;
mod watch_routes;
mod worklist;
mod write;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use federation::{Federation, FederationParts};
use index::Language;
use jiff::{Timestamp, civil::Date};
use register::clock::Clock;
use register::gazetteer::Gazetteer;
use register::grant::Role;
use register::identifier::{OfficerName, OrganisationId, RegisterId};
use register::oin::Oin;
use register::position::Position;
use register::validate::Rules;
use register::view::View;
use register::violation::{Violation, ViolationCode};
use register::vocabulary::Vocabulary;
use server_core::authorisation::{self, Authority};
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use server_core::lifecycle::Tasks;
use server_core::views::{SearchParts, Views};
use storage::Storage;
use tokio::sync::Semaphore;

pub use federation;
pub use federation::Gap;
pub use index::{Correction, Hit, Score};

pub use answers::{At, Listing, Sources, Written};
pub use apply_changes::{ApplyChanges, Expected, Operation};
pub use check_synonyms::{CheckSynonyms, CheckedSynonyms, QueryAnswer};
use describe::HeldFor;
pub use describe::{Description, HeldOrganisation};
pub use fetch_local::Candidates;
pub use get_node_status::NodeStatus;
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
pub use resolve::Resolved;
pub use search_local::{LocalShare, SearchLocal};
pub use search_officers::{Facet, FacetCount, Found, FoundGroup, FoundHit, FoundMember, SearchFilter, SearchOfficers};
pub use suggest::Suggested;
pub use suggest_local::{LocalTally, SuggestLocal};
pub use sync_officers::SyncOfficers;
pub use verify_officers::{Verified, VerifyOfficers};
pub use watch_changes::{ChangeWatch, WatchChanges, WatchMessage, WatchedChange};
pub use watch_routes::{RouteEvent, RouteWatch};
pub use worklist::{Work, Worklist};

/// What a directory is made of.
pub struct DirectoryParts {
    /// Where the register is kept.
    pub storage: Arc<dyn Storage>,
    /// The folder of the search index. What is in it can be lost without harm.
    pub index_dir: PathBuf,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The domains and competences.
    pub vocabulary: Arc<Vocabulary>,
    /// The municipalities.
    pub gazetteer: Arc<Gazetteer>,
    /// Bounds that are settings.
    pub limits: Limits,
    /// Other registers.
    pub federation: FederationParts,
    /// Who runs what goes on in the background.
    pub tasks: Tasks,
    /// Until when the node's own certificate holds, for its status.
    pub certificate_until: CertificateUntil,
}

/// Tells until when the node's own certificate holds, which changes when it is reloaded.
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
    /// One writer at a time, from looking to the views.
    turn: Semaphore,
    /// What peers may see of what this register holds.
    held: Mutex<HashMap<Oin, Arc<HeldFor>>>,
    is_closed: AtomicBool,
}

/// What does not change while the node runs.
#[derive(Clone, Debug)]
pub(crate) struct Knowledge {
    pub(crate) vocabulary: Arc<Vocabulary>,
    pub(crate) gazetteer: Arc<Gazetteer>,
}

impl Knowledge {
    /// The rules for what comes in on `today`.
    pub(crate) fn rules(&self, today: Date) -> Rules<'_> {
        Rules::new(&self.vocabulary, &self.gazetteer, today)
    }
}

impl Directory {
    /// Opens the directory: loads the routing view, and begins to open the index. It is ready when both stand.
    pub async fn open(parts: DirectoryParts) -> Result<Arc<Self>, Error> {
        let identity = parts.storage.snapshot().await?.identity().await?;
        let (vocabulary, gazetteer) = (Arc::clone(&parts.vocabulary), Arc::clone(&parts.gazetteer));
        let language = parts
            .tasks
            .blocking(move || Arc::new(Language::new(&vocabulary, gazetteer)))
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
            limits: parts.limits,
            tokens: PageTokens::new(identity.secret),
            tasks: parts.tasks,
            certificate_until: parts.certificate_until,
            turn: Semaphore::new(1),
            held: Mutex::default(),
            is_closed: AtomicBool::new(false),
        });
        directory.start_upkeep();
        Ok(directory)
    }

    /// How far the register is.
    pub fn position(&self) -> Position {
        self.views.current().position()
    }

    /// How far search is.
    pub fn view_position(&self) -> Position {
        self.views.position()
    }

    /// Whether everything that a reader may ask for can be answered.
    pub fn is_ready(&self) -> bool {
        !self.is_closed.load(Ordering::Acquire) && self.views.searchable().is_some()
    }

    /// Waits until [`Directory::is_ready`].
    pub async fn ready(&self) -> Result<(), Error> {
        let patience = server_core::views::Consistency::at_least(None, std::time::Duration::MAX);
        self.views.searching(&patience).await.map(|_| ())
    }

    /// The register that it serves.
    pub fn register(&self) -> &RegisterId {
        &self.register
    }

    /// The domains and competences.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.knowledge.vocabulary
    }

    /// What an organisation is called for short, if the register knows it.
    pub fn short_name(&self, organisation: &OrganisationId) -> Option<String> {
        let view = self.views.current();
        view.organisation(organisation).map(|known| known.short_name.clone())
    }

    /// The organisation that takes on what nobody else does, if the register knows it.
    pub fn loket(&self) -> Option<OrganisationId> {
        self.views.current().loket().map(|loket| loket.id.clone())
    }

    /// The municipalities.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.knowledge.gazetteer
    }

    /// The other registers.
    pub fn federation(&self) -> &Arc<Federation> {
        &self.federation
    }

    /// Where blocking work runs.
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// What time it is here.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Bounds that are settings.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Comes to an end: no more writes, the index as far as the log, storage closed. Call it when no request runs any more.
    pub async fn close(&self) -> Result<(), Error> {
        self.is_closed.store(true, Ordering::Release);
        self.turn.close();
        self.federation.close().await;
        self.views.close().await;
        Ok(self.storage.close().await?)
    }

    /// The right to look something up.
    fn may_look_up(&self, view: &View, caller: &Caller) -> Result<Authority, Error> {
        authorisation::for_any_organisation(view, &caller.acting, &[Role::Lookup], self.clock.today())
    }

    /// The right to operate the register.
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

/// The refusal of an officer who is not there.
fn officer_not_found(name: &OfficerName) -> Error {
    Error::not_found(Reason::OfficerNotFound, "officer", name.to_string())
}

/// The refusal of a request for one violation.
pub(crate) fn violation(field: impl Into<String>, code: ViolationCode, message: impl Into<String>) -> Error {
    Error::invalid(vec![Violation {
        field: field.into(),
        code,
        message: message.into(),
    }])
}
