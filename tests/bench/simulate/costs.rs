//! What things cost, measured, and what the world outside is assumed to be like.
//!
//! Processor times are of one core of the machine that measured them. Every measured number names the command that printed it;
//! `A` is `mwr-load federation --registers 4 --officers 25000`, `B` the same with `--officers 250`, and `C` is
//! `mwr-load federation --registers 16 --officers 250`.

/// What things cost. Times in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Costs {
    /// Understanding a question, merging and answering: B's one register, less scoring its officers.
    pub(super) front: f64,
    /// Scoring in one register or copy, whatever its size: (C all `replicate` − C one register) ÷ 15.
    pub(super) score: f64,
    /// Scoring a thousand officers: (A one register − B one register) ÷ 99.
    pub(super) score_thousand: f64,
    /// Asking one peer and reading its answer: (C all `query`, asked register − front − score) ÷ 15.
    pub(super) ask: f64,
    /// Being asked, beside scoring: C all `query`, each peer, − score.
    pub(super) answer: f64,
    /// Bytes to a peer for a question, TLS included: C.
    pub(super) bytes_out: f64,
    /// Bytes of its answer: C.
    pub(super) bytes_back: f64,
    /// Memory of a copied officer, in kilobytes: A.
    pub(super) officer_kb: f64,
    /// Memory of a copy, whatever its size, in megabytes: (C all `replicate` − C all `query`, less its officers) ÷ 15.
    pub(super) copy_mb: f64,
    /// Threads of a copy: C.
    pub(super) copy_threads: f64,
    /// Open files of a copy: C.
    pub(super) copy_files: f64,
    /// Processor time that a copy takes in a second in which nothing happens: C, without a question.
    pub(super) watch: f64,
    /// The same of a peer that is asked: C, without a question.
    pub(super) probe: f64,
    /// Following one change at a copy: C.
    pub(super) follow: f64,
}

/// Measured on 22 November 2026 with a release build on two idle cores, one run each, with `--seconds 3`.
///
/// `copy_threads` is of a copy at rest from its start, a run of sixteen registers that asked nothing before: after questions the
/// pool for blocking work, which all copies share, hides it.
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

/// What is not ours to measure: assumptions, each a flag.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct World {
    /// Round trip between registers, the median in milliseconds.
    #[arg(long, default_value_t = 8.0)]
    pub(super) round_trip: f64,
    /// The part of messages that is sent again because it was lost.
    #[arg(long, default_value_t = 0.001)]
    pub(super) loss: f64,
    /// What a lost message costs, in milliseconds.
    #[arg(long, default_value_t = 200.0)]
    pub(super) loss_delay: f64,
    /// The part of the time that a register is there.
    #[arg(long, default_value_t = 0.999)]
    pub(super) availability: f64,
    /// How much service times spread: the standard deviation of their logarithm.
    #[arg(long, default_value_t = 0.5)]
    pub(super) spread: f64,
    /// What a peer may take at most, in milliseconds.
    #[arg(long, default_value_t = 2_000.0)]
    pub(super) budget: f64,
}
