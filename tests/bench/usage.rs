//! What a process uses beside memory, as Linux counts it: processor time, threads, open files.
//!
//! Processor time per request says what a request costs even on a machine that is busy with other work, where rates and
//! latencies say little.

use std::time::Duration;

/// Clock ticks in a second, as the kernel tells them to programs on every architecture that we build for.
const TICKS: u64 = 100;

/// What a process uses at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Processor time since it began, of all its threads.
    pub(crate) cpu: Duration,
    /// Its threads.
    pub(crate) threads: u64,
    /// Its open files, sockets included.
    pub(crate) files: u64,
}

/// The usage of a process; `None` where the kernel does not tell.
pub(crate) fn of(process: u32) -> Option<Usage> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let files = std::fs::read_dir(format!("/proc/{process}/fd")).ok()?.count();
    let (cpu, threads) = parse(&stat)?;
    let files = files as u64;
    Some(Usage { cpu, threads, files })
}

/// Processor time and threads out of `/proc/PID/stat`. The name of the program may hold anything, up to the last bracket.
fn parse(stat: &str) -> Option<(Duration, u64)> {
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    // Counted from the third field of the manual page, the state.
    let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
    let ticks = field(14)? + field(15)?;
    Some((Duration::from_millis(ticks * 1_000 / TICKS), field(20)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_and_threads_are_read_behind_any_name() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 0 0 0 0 0 150 50 0 0 20 0 9 0 0";
        assert_eq!(parse(stat), Some((Duration::from_secs(2), 9)));
    }
}
