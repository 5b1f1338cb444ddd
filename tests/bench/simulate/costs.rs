//! Measured costs, and assumptions about the network and the availability of registers.
//!
//! Processor times are of one core of the machine that measured them. Each measured number names the command that printed it:
//! `A` is `mwr-load federation --registers 4 --officers 25000`, `B` the same with `--officers 250`, and `C` is
//! `mwr-load federation --registers 16 --officers 250`.

/// Measured costs. Times in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Costs {
    /// Understanding a question, merging and responding: B's one register, minus scoring its officers.
    pub(super) front: f64,
    /// Scoring in one register or replica of any size: (C all `replicate` − C one register) ÷ 15.
    pub(super) score: f64,
    /// Scoring a thousand officers: (A one register − B one register) ÷ 99.
    pub(super) score_thousand: f64,
    /// Asking one peer and reading its response: (C all `query`, asking register − front − score) ÷ 15.
    pub(super) ask: f64,
    /// Answering a peer, without scoring: C all `query`, each peer, − score.
    pub(super) answer: f64,
    /// Bytes to a peer per question, TLS included: C.
    pub(super) bytes_out: f64,
    /// Bytes of its response: C.
    pub(super) bytes_back: f64,
    /// Memory of a replicated officer, in kilobytes: A.
    pub(super) officer_kb: f64,
    /// Memory of a replica without officers, in megabytes: (C all `replicate` − C all `query`, minus its officers) ÷ 15.
    pub(super) copy_mb: f64,
    /// Threads of a replica: C.
    pub(super) copy_threads: f64,
    /// Open files of a replica: C.
    pub(super) copy_files: f64,
    /// Processor time of a replica per second without changes: C, without questions.
    pub(super) watch: f64,
    /// The same for a queried peer: C, without questions.
    pub(super) probe: f64,
    /// Applying one change at a replica: C.
    pub(super) follow: f64,
}

/// Measured on 22 November 2026 with a release build on two idle cores, one run each, with `--seconds 3`.
///
/// `copy_threads` is that of an idle replica, from a run of sixteen registers without questions: after questions it is hidden
/// by the pool for blocking work, which all replicas share.
pub(super) const MEASURED: Costs = Costs {
    front: 0.73,
    score: 0.090,
    score_thousand: 0.0256,
    ask: 0.24,
    answer: 0.20,
    bytes_out: 2_540.0,
    bytes_back: 5_720.0,
    officer_kb: 6.1,
    copy_mb: 9.1,
    copy_threads: 7.0,
    copy_files: 4.0,
    watch: 0.15,
    probe: 0.07,
    follow: 1.2,
};

/// Assumptions that cannot be measured here. Each is a flag.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct World {
    /// Median round trip between registers, in milliseconds.
    #[arg(long, default_value_t = 8.0)]
    pub(super) round_trip: f64,
    /// The share of messages that are lost and sent again.
    #[arg(long, default_value_t = 0.001)]
    pub(super) loss: f64,
    /// The delay of a lost message, in milliseconds.
    #[arg(long, default_value_t = 200.0)]
    pub(super) loss_delay: f64,
    /// The share of time in which a register is available.
    #[arg(long, default_value_t = 0.999)]
    pub(super) availability: f64,
    /// The spread of service times: the standard deviation of their logarithm.
    #[arg(long, default_value_t = 0.5)]
    pub(super) spread: f64,
    /// The budget of a peer, in milliseconds.
    #[arg(long, default_value_t = 2_000.0)]
    pub(super) budget: f64,
}
