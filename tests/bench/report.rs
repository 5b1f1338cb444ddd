//! Prints the measurements of one node as tables, with ratios to the echo.

use std::fmt;
use std::time::Duration;

use crate::bare_tantivy::TantivyResults;
use crate::load::{Effort, Measured};
use crate::memory::Memory;
use crate::register::{QUESTIONS_AFTER_RESTART, RegisterResults};

/// The measurements of a run.
#[derive(Debug)]
pub(crate) struct LoadReport {
    effort: Effort,
    echo: Option<Measured>,
    registers: Vec<RegisterResults>,
    /// Tantivy with the officers of each of the first registers.
    tantivy: Vec<TantivyResults>,
}

impl LoadReport {
    /// Creates a report without measurements.
    pub(crate) fn new(effort: Effort) -> Self {
        Self {
            effort,
            echo: None,
            registers: Vec::new(),
            tantivy: Vec::new(),
        }
    }

    /// Sets the echo, to which everything is compared.
    pub(crate) fn echo(&mut self, measured: Measured) {
        self.echo = Some(measured);
    }

    /// Adds a register, with tantivy to which it is compared.
    pub(crate) fn compared(&mut self, register: RegisterResults, tantivy: TantivyResults) {
        self.registers.push(register);
        self.tantivy.push(tantivy);
    }

    /// Adds a register.
    pub(crate) fn register(&mut self, register: RegisterResults) {
        self.registers.push(register);
    }

    fn tantivy_table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\nBeside tantivy behind a bare server, with the same officers and questions; targets in brackets (at least, aim).\n"
        )?;
        writeln!(f, "| officers | | this node | tantivy | ratio |")?;
        writeln!(f, "|---|---|---|---|---|")?;
        for (register, tantivy) in self.registers.iter().zip(&self.tantivy) {
            let mut row = |what: &str, own: f64, other: f64| {
                let (count, ratio) = (register.officers, own / other);
                writeln!(f, "| {count} | {what} | {own:.2} | {other:.2} | {ratio:.3} |")
            };
            let (one, other_one) = (&register.one_caller, &tantivy.one_caller);
            let p = |measured: &Measured, share: f64| millis(measured.within(share));
            let officers = register.officers as f64;
            row(
                "searches/s without facets (0.5, 0.8)",
                register.plain_searches.rate,
                tantivy.searches.rate,
            )?;
            row("p50 of one caller, ms (2, 1.3)", p(one, 0.50), p(other_one, 0.50))?;
            row("p99 of one caller, ms (2.5, 1.5)", p(one, 0.99), p(other_one, 0.99))?;
            row(
                "officers/s of a snapshot (aim 0.85)",
                officers / register.published.as_secs_f64(),
                officers / tantivy.indexed.as_secs_f64(),
            )?;
            if let (Some(own), Some(other)) = (register.memory, tantivy.memory) {
                row("memory after load, PSS in MB", own.pss as f64, other.pss as f64)?;
            }
        }
        writeln!(f, "\n| officers | | ratio |")?;
        writeln!(f, "|---|---|---|")?;
        for register in &self.registers {
            let mut row = |what: &str, ratio: f64| writeln!(f, "| {} | {what} | {ratio:.2} |", register.officers);
            let echo = self.echo.as_ref().map_or(1.0, |echo| echo.rate);
            row(
                "searches/s with facets to without (0.5, 0.8)",
                register.searches.rate / register.plain_searches.rate,
            )?;
            row("resolves/s to the echo (0.4, 0.8)", register.resolves.rate / echo)?;
            row(
                "the same snapshot again to the first (5, 10)",
                register.published.as_secs_f64() / register.unchanged.as_secs_f64(),
            )?;
        }
        Ok(())
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
            self.rate_row(f, "the same without facets", &register.plain_searches)?;
            self.rate_row(f, "the same, one caller", &register.one_caller)?;
            self.rate_row(f, &format!("resolve, {count} officers, {spread}"), &register.resolves)?;
        }
        self.tantivy_table(f)?;
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
