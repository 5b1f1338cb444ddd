//! The options of `mwr-load simulate`.

use super::costs::World;

/// The options of `mwr-load simulate`.
#[derive(Debug, clap::Args)]
pub(crate) struct SimulationArguments {
    /// The number of registers.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    pub(super) registers: u32,
    /// The number of officers of all registers together.
    #[arg(long, default_value_t = 100_000)]
    pub(super) officers: u32,
    /// Questions per second, of all registers together.
    #[arg(long, default_value_t = 1_000.0)]
    pub(super) rate: f64,
    /// Changes per second, of all registers together.
    #[arg(long, default_value_t = 1.0)]
    pub(super) changes: f64,
    /// The number of hubs, in the topology with several.
    #[arg(long, default_value_t = 12)]
    pub(super) hubs: u32,
    /// The number of registers that a hub queries because it may not replicate them.
    #[arg(long, default_value_t = 10)]
    pub(super) query_peers: u32,
    /// The number of registers, in the topology in which organisations share one.
    #[arg(long, default_value_t = 30)]
    pub(super) joint: u32,
    /// The number of cores of each register.
    #[arg(long, default_value_t = 8)]
    pub(super) cores: u32,
    /// Simulated seconds.
    #[arg(long, default_value_t = 10.0)]
    pub(super) seconds: f64,
    /// The seed of the random numbers.
    #[arg(long, default_value_t = 2026)]
    pub(super) seed: u64,
    #[command(flatten)]
    pub(super) world: World,
}
