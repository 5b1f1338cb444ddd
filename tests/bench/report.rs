//! Prints the measurements of one node as tables, with ratios to the echo.

use std::fmt;
use std::time::Duration;

use crate::load::{Effort, Measured};
use crate::memory::Memory;
use crate::register::{QUESTIONS_AFTER_RESTART, RegisterResults};

/// The measurements of a run.
#[derive(Debug)]
pub(crate) struct LoadReport {
    effort: Effort,
    echo: Option<Measured>,
    registers: Vec<RegisterResults>,
}

impl LoadReport {
    /// Creates a report without measurements.
    pub(crate) fn new(effort: Effort) -> Self {
        Self {
            effort,
            echo: None,
            registers: Vec::new(),
        }
    }

    /// Sets the echo, to which everything is compared.
    pub(crate) fn echo(&mut self, measured: Measured) {
        self.echo = Some(measured);
    }

    /// Adds a register.
    pub(crate) fn register(&mut self, register: RegisterResults) {
        self.registers.push(register);
    }

    fn rate_row(&self, f: &mut fmt::Formatter<'_>, name: &str, measured: &Measured) -> fmt::Result {
        let (p50, p99) = (measured.within(0.50), measured.within(0.99));
        let ratio = self.echo.as_ref().map_or(1.0, |echo| measured.rate / echo.rate);
        let slower = self
            .echo
            .as_ref()
            .map_or(1.0, |echo| p50.as_secs_f64() / echo.within(0.50).as_secs_f64());
        let rate = measured.rate;
        writeln!(
            f,
            "| {name} | {rate:.0} | {:.2} | {:.2} | {ratio:.3} | {slower:.1} |",
            millis(p50),
            millis(p99)
        )
    }
}

impl fmt::Display for LoadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Effort {
            connections,
            streams,
            duration,
        } = self.effort;
        writeln!(
            f,
            "Closed loop, {connections} connections × {streams} streams, {duration:?} each, mTLS on loopback.\n"
        )?;
        writeln!(f, "| call | per second | p50 ms | p99 ms | rate ÷ echo | p50 ÷ echo |")?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        if let Some(echo) = &self.echo {
            self.rate_row(f, "bare echo", echo)?;
        }
        for register in &self.registers {
            let (count, spread) = (register.officers, register.spread);
            self.rate_row(f, &format!("search, {count} officers, {spread}"), &register.searches)?;
            self.rate_row(f, &format!("resolve, {count} officers, {spread}"), &register.resolves)?;
        }
        writeln!(
            f,
            "\n| officers | of | publish | officers/s | searchable after | unchanged again | officers/s | one changed | searchable after |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|---|")?;
        for register in &self.registers {
            let per_second = |time: Duration| register.officers as f64 / time.as_secs_f64();
            writeln!(
                f,
                "| {} | {} | {:.2} s | {:.0} | {:.0} ms | {:.2} s | {:.0} | {:.2} s | {:.0} ms |",
                register.officers,
                register.spread,
                register.published.as_secs_f64(),
                per_second(register.published),
                millis(register.searchable),
                register.unchanged.as_secs_f64(),
                per_second(register.unchanged),
                register.one_changed.as_secs_f64(),
                millis(register.change_searchable),
            )?;
        }
        writeln!(
            f,
            "\n| officers | of | start | start without index | after load: PSS, RSS, anonymous MB | after a restart and {QUESTIONS_AFTER_RESTART} questions |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        for register in &self.registers {
            writeln!(
                f,
                "| {} | {} | {:.2} s | {:.2} s | {} | {} |",
                register.officers,
                register.spread,
                register.started.as_secs_f64(),
                register.started_without_index.as_secs_f64(),
                megabytes(register.memory),
                megabytes(register.memory_after_restart),
            )?;
        }
        Ok(())
    }
}

/// PSS, RSS and anonymous memory as a cell; a question mark where the kernel does not report them.
fn megabytes(memory: Option<Memory>) -> String {
    memory.map_or("?".to_owned(), |Memory { pss, rss, anonymous }| {
        format!("{pss}, {rss}, {anonymous}")
    })
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
