//! Exit codes: what went wrong, for scripts. They are listed in `--help` and in `docs/mwr.md`.

use std::io::{self, Write as _};
use std::process::ExitCode;

use client::settings::SettingsError;
use client::{Error, ErrorKind, ErrorResponse};
use serde_json::{Value, json};

/// A failure that a command found itself.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The arguments contradict each other or the input is not to be read.
    #[error("{0}")]
    Usage(String),
    /// What was named is not there.
    #[error("{0}")]
    NotFound(String),
    /// Something that was tried is not well; it was printed.
    #[error("{0}")]
    CheckFailed(String),
    /// The input has violations; they were printed.
    #[error("{0}")]
    Invalid(String),
}

/// Prints why it failed, with what to do, and gives the exit code. In JSON it is one object on a line.
pub(crate) fn report(error: &anyhow::Error, is_json: bool) -> ExitCode {
    if is_broken_pipe(error) {
        // Whoever read our output has enough of it.
        return ExitCode::SUCCESS;
    }
    let text = if is_json {
        format!("{}\n", to_json(error))
    } else {
        to_text(error)
    };
    // When standard error is gone too there is nobody left to tell.
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
    if let Some(answer) = error.downcast_ref::<Error>().and_then(Error::answer) {
        let violations = answer
            .violations
            .iter()
            .map(|violation| json!({ "field": violation.field, "message": violation.description }));
        object["reason"] = json!(answer.reason);
        object["metadata"] = json!(answer.metadata);
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
                "     a write may have happened all the same: repeat it with the same --request-id"
            );
            let _ = writeln!(text, "     more time: --timeout");
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
    // What goes with the reason, where the message does not say it already.
    let news = response
        .metadata
        .iter()
        .filter(|(key, value)| *key != "violations" && !response.message.contains(value.as_str()));
    for (key, value) in news {
        let _ = writeln!(text, "     {key}: {value}");
    }
    let advice = match response.reason.as_str() {
        "MASS_WITHDRAWAL" => "if that is meant, say so with --confirm-withdrawals and the number",
        "EPOCH_CHANGED" | "POSITION_IN_FUTURE" | "POSITION_COMPACTED" => "take the state as it is now with --reload",
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
    fn codes_say_whose_move_it_is() {
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
    fn in_json_a_failure_is_one_object() {
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
