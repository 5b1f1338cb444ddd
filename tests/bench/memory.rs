//! Reads how much memory a process uses, as Linux counts it.

/// The memory of a process, in megabytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory {
    /// Proportional set size: pages shared with other processes count in part.
    pub(crate) pss: u64,
    /// Resident set size, mapped files included.
    pub(crate) rss: u64,
    /// Anonymous memory: not backed by a file.
    pub(crate) anonymous: u64,
}

/// The memory of a process; `None` where the kernel does not report it.
pub(crate) fn of(process: u32) -> Option<Memory> {
    parse(&std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?)
}

fn parse(rollup: &str) -> Option<Memory> {
    let megabytes = |key: &str| {
        let line = rollup.lines().find(|line| line.starts_with(key))?;
        let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kilobytes / 1024)
    };
    Some(Memory {
        pss: megabytes("Pss:")?,
        rss: megabytes("Rss:")?,
        anonymous: megabytes("Anonymous:")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rollup_is_read_in_megabytes() {
        let rollup = "head\nRss:           2048 kB\nPss:           1024 kB\nAnonymous:      512 kB\n";
        let memory = Memory {
            pss: 1,
            rss: 2,
            anonymous: 0,
        };
        assert_eq!(parse(rollup), Some(memory));
    }
}
