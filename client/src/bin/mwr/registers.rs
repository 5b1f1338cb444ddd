//! Selects the registers to ask, and prints a line for each if an answer does not cover all of them.

use clap::Args;
use proto::v1;

use crate::output::Output;

/// The registers to ask, and what the answer requires.
#[derive(Debug, Default, Args)]
pub(crate) struct RegistersArguments {
    /// Ask only this register.
    #[arg(long, conflicts_with_all = ["require", "min_registers"])]
    local: bool,

    /// Fail unless this register answers; may be repeated.
    #[arg(long, value_name = "REGISTER")]
    require: Vec<String>,

    /// Fail unless at least this many registers answer, this one included.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..))]
    min_registers: Option<i32>,
}

impl RegistersArguments {
    pub(crate) fn policy(&self) -> v1::FederationPolicy {
        let has_needs = !self.require.is_empty() || self.min_registers.is_some();
        let scope = if self.local {
            v1::FederationScope::Local
        } else {
            v1::FederationScope::Federated
        };
        let on_missing = if has_needs {
            v1::OnMissing::Fail
        } else {
            v1::OnMissing::Partial
        };
        v1::FederationPolicy {
            scope: scope.into(),
            required: self.require.clone(),
            min_answered: self.min_registers.unwrap_or_default(),
            on_missing: on_missing.into(),
        }
    }
}

/// Prints a line per register if some are missing.
pub(crate) fn print(completeness: v1::Completeness, registers: &[v1::RegisterStatus], output: &mut Output) -> anyhow::Result<()> {
    if completeness != v1::Completeness::Partial {
        return Ok(());
    }
    output.line("")?;
    output.line("This answer does not cover all registers:")?;
    let widest = registers.iter().map(|status| status.register.len()).max().unwrap_or(0);
    for status in registers {
        output.line(format!("  {:widest$}  {}", status.register, line(status)))?;
    }
    Ok(())
}

fn line(status: &v1::RegisterStatus) -> String {
    let age = status
        .age
        .as_ref()
        .map(|age| format!(", as of {} s ago", age.seconds))
        .unwrap_or_default();
    match status.state() {
        v1::RegisterState::Ok if status.problem.is_empty() => format!("answered{age}"),
        v1::RegisterState::Ok => format!("answered{age}; the register itself is not reachable ({})", status.problem),
        state => {
            let word = state
                .as_str_name()
                .trim_start_matches("REGISTER_STATE_")
                .to_lowercase()
                .replace('_', " ");
            let reason = match (status.reason.as_str(), status.problem.as_str()) {
                ("", _) => String::new(),
                (reason, problem) if problem.is_empty() || problem == reason => format!(" ({reason})"),
                (reason, problem) => format!(" ({reason}, {problem})"),
            };
            let message = if status.message.is_empty() {
                String::new()
            } else {
                format!(": {}", status.message)
            };
            format!("{word}{reason}{message}")
        }
    }
}

/// Returns the word for the coverage of an answer.
pub(crate) fn word(completeness: v1::Completeness) -> &'static str {
    match completeness {
        v1::Completeness::Complete => "complete",
        v1::Completeness::Partial => "partial",
        v1::Completeness::Local => "local",
        v1::Completeness::Unspecified => "unspecified",
    }
}

/// Converts the register statuses of an answer to JSON.
pub(crate) fn json(registers: &[v1::RegisterStatus]) -> serde_json::Value {
    let one = |status: &v1::RegisterStatus| {
        let milliseconds = |duration: &prost_types::Duration| duration.seconds * 1000 + i64::from(duration.nanos) / 1_000_000;
        let word = |name: &str, prefix: &str| name.trim_start_matches(prefix).to_lowercase();
        serde_json::json!({
            "register": status.register,
            "state": word(status.state().as_str_name(), "REGISTER_STATE_"),
            "reason": status.reason,
            "message": status.message,
            "problem": status.problem,
            "took_ms": status.took.as_ref().map(milliseconds),
            "hits": status.hits,
            "revision": status.position.as_ref().map(|position| position.revision),
            "served_from": word(status.served_from().as_str_name(), "SERVED_FROM_"),
            "age_ms": status.age.as_ref().map(milliseconds),
        })
    };
    registers.iter().map(one).collect()
}
