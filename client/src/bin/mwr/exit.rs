//! Exit codes and error messages. `--help` and `docs/mwr.md` list the codes.

use std::io::{self, Write as _};
use std::process::ExitCode;

use client::settings::SettingsError;
use client::{Error, ErrorKind, ErrorResponse};
use serde_json::{Value, json};

/// A failure that a command detects itself.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The arguments contradict each other, or the input is unreadable.
    #[error("{0}")]
    Usage(String),
    /// The named resource was not found.
    #[error("{0}")]
    NotFound(String),
    /// A check failed; its result was printed.
    #[error("{0}")]
    CheckFailed(String),
    /// The input has violations; they were printed.
    #[error("{0}")]
    Invalid(String),
}

/// Prints the error with advice and returns the exit code. In JSON the error is one object on a line.
pub(crate) fn report(error: &anyhow::Error, is_json: bool) -> ExitCode {
    if is_broken_pipe(error) {
        // The reader of our output closed the pipe.
        return ExitCode::SUCCESS;
    }
    let text = if is_json {
        format!("{}\n", to_json(error))
    } else {
        to_text(error)
    };
    // Standard error may be closed too; then the message is lost.
    let _ = io::stderr().write_all(text.as_bytes());
    ExitCode::from(code(error))
}

fn to_text(error: &anyhow::Error) -> String {
    let mut text = format!("mwr: {error:#}\n");
    if let Some(error) = error.downcast_ref::<Error>() {
        explain(error, &mut text);
    }
    text
}

fn to_json(error: &anyhow::Error) -> Value {
    let mut object = json!({ "exit_code": code(error), "message": format!("{error:#}") });
    if let Some(response) = error.downcast_ref::<Error>().and_then(Error::response) {
        let violations = response
            .violations
            .iter()
            .map(|violation| json!({ "field": violation.field, "message": violation.description }));
        object["reason"] = json!(response.reason);
        object["metadata"] = json!(response.metadata);
        object["violations"] = violations.collect();
    }
    json!({ "error": object })
}

fn explain(error: &Error, text: &mut String) {
    use std::fmt::Write as _;
    match error {
        Error::Refused(refusal) => {
            let _ = writeln!(text, "     {}", refusal.advice());
        }
        Error::Answered(response) => explain_response(response, text),
        Error::Deadline(_) => {
            let _ = writeln!(
                text,
                "     a write may still have happened: repeat it with the same --request-id"
            );
            let _ = writeln!(text, "     set a longer --timeout for more time");
        }
        _ => {}
    }
}

fn explain_response(response: &ErrorResponse, text: &mut String) {
    use std::fmt::Write as _;
    for violation in &response.violations {
        let line = format!("{}: {}", violation.field, violation.description);
        let _ = writeln!(text, "     {line}");
    }
    // Details that the message does not contain already.
    let details = response
        .metadata
        .iter()
        .filter(|(key, value)| *key != "violations" && !response.message.contains(value.as_str()));
    for (key, value) in details {
        let _ = writeln!(text, "     {key}: {value}");
    }
    let advice = match response.reason.as_str() {
        "MASS_WITHDRAWAL" => "if this is intended, confirm the number with --confirm-withdrawals",
        "EPOCH_CHANGED" | "POSITION_IN_FUTURE" | "POSITION_COMPACTED" => "start from the current state with --reload",
        _ => return,
    };
    let _ = writeln!(text, "     {advice}");
}

fn code(error: &anyhow::Error) -> u8 {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        return match failure {
            Failure::Usage(_) => 2,
            Failure::NotFound(_) => 3,
            Failure::Invalid(_) => 5,
            Failure::CheckFailed(_) => 7,
        };
    }
    if error.downcast_ref::<SettingsError>().is_some() {
        return 64;
    }
    match error.downcast_ref::<Error>() {
        None => 1,
        Some(Error::Settings(_)) => 64,
        Some(Error::Refused(_)) => 4,
        Some(Error::Unreachable(_) | Error::Distrusted(_) | Error::Broken(_) | Error::Deadline(_)) => 7,
        Some(Error::BadAnswer(_)) => 1,
        Some(Error::Answered(answer)) => match answer.kind() {
            ErrorKind::NotFound => 3,
            ErrorKind::Denied => 4,
            ErrorKind::Invalid => 5,
            ErrorKind::Conflict => 6,
            ErrorKind::Unavailable => 7,
            ErrorKind::Failed => 1,
        },
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use client::Refusal;

    use super::*;

    #[test]
    fn each_failure_has_its_exit_code() {
        let codes = [
            code(&Failure::Usage("x".into()).into()),
            code(&Failure::Invalid("x".into()).into()),
            code(&SettingsError::new("x").into()),
            code(&Error::Settings(SettingsError::new("x")).into()),
            code(&Error::Refused(Refusal::Expired).into()),
            code(&Error::Unreachable("x".into()).into()),
            code(&anyhow::anyhow!("x")),
        ];
        assert_eq!(codes, [2, 5, 64, 64, 4, 7, 1]);
    }

    #[test]
    fn a_failure_in_json_is_one_object() {
        let object = to_json(&Failure::NotFound("nobody".into()).into());
        assert_eq!(object, json!({ "error": { "exit_code": 3, "message": "nobody" } }));
    }

    #[test]
    fn a_context_does_not_hide_the_code() {
        let error = anyhow::Error::new(SettingsError::new("x")).context("reading mwr.toml");
        assert_eq!(code(&error), 64);
        let pipe = anyhow::Error::new(io::Error::from(io::ErrorKind::BrokenPipe)).context("writing");
        assert!(is_broken_pipe(&pipe));
    }
}
