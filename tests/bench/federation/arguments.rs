//! The options of `mwr-load federation`.

/// The options of `mwr-load federation`.
#[derive(Debug, clap::Args)]
pub(crate) struct FederationArguments {
    /// The number of officers of each register, roughly: no organisation is divided.
    #[arg(long, default_value_t = 25_000)]
    pub(super) officers: usize,
    /// The number of registers: the asking one and its peers.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(2..=64))]
    pub(super) registers: u32,
    /// The number of connections.
    #[arg(long, default_value_t = 4)]
    pub(super) connections: usize,
    /// The number of streams in each connection.
    #[arg(long, default_value_t = 8)]
    pub(super) streams: usize,
    /// Seconds of each measurement, after a warm-up of a tenth of that.
    #[arg(long, default_value_t = 10.0)]
    pub(super) seconds: f64,
    /// The number of questions for counting bytes.
    #[arg(long, default_value_t = 500)]
    pub(super) questions: usize,
    /// How often a peer becomes a black hole; 0 leaves that out.
    #[arg(long, default_value_t = 10)]
    pub(super) rounds: usize,
    /// The number of changes whose lag is measured, at most the officers of a register.
    #[arg(long, default_value_t = 200)]
    pub(super) writes: usize,
    /// The number of changes to catch up with, at most the officers of a register.
    #[arg(long, default_value_t = 20_000)]
    pub(super) changes: usize,
}
