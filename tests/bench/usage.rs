//! Reads the processor time, threads and open files of a process, as Linux counts them.
//!
//! Processor time per request is meaningful even on a busy machine, where rates and latencies are not.

use std::time::Duration;

/// Clock ticks per second, which the kernel reports as 100 on every architecture that we build for.
const TICKS: u64 = 100;

/// The usage of a process at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Processor time of all its threads since its start.
    pub(crate) cpu: Duration,
    /// The number of threads.
    pub(crate) threads: u64,
    /// The number of open files, sockets included.
    pub(crate) files: u64,
}

/// The usage of a process; `None` where the kernel does not report it.
pub(crate) fn of(process: u32) -> Option<Usage> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let files = std::fs::read_dir(format!("/proc/{process}/fd")).ok()?.count();
    let (cpu, threads) = parse(&stat)?;
    let files = files as u64;
    Some(Usage { cpu, threads, files })
}

/// Reads processor time and threads from `/proc/PID/stat`. The program's name ends at the last bracket and may contain anything.
fn parse(stat: &str) -> Option<(Duration, u64)> {
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    // The first of these is the third field of the manual page, the state.
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
