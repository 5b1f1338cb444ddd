//! `mwr suggest`: suggests completions of a text.

use clap::Args;
use client::Client;
use proto::v1;
use serde_json::json;

use crate::json;
use crate::output::{self, Output};
use crate::registers::{self, RegistersArguments};

/// The text to complete.
#[derive(Debug, Args)]
pub(crate) struct SuggestArguments {
    /// The text typed so far.
    #[arg(required = true)]
    text: Vec<String>,

    /// The number of suggestions, 1 to 20.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=20))]
    limit: Option<i32>,

    #[command(flatten)]
    registers: RegistersArguments,
}

pub(crate) async fn run(arguments: SuggestArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let request = v1::SuggestRequest {
        text: arguments.text.join(" "),
        limit: arguments.limit.unwrap_or_default(),
        federation: Some(arguments.registers.policy()),
    };
    let answer = client.suggest(request).await?;
    if output.is_json() {
        let suggestions = answer.suggestions.iter().map(|suggestion| {
            json!({
                "kind": word(suggestion.kind()), "text": suggestion.text,
                "value": suggestion.value, "officers": suggestion.officers,
            })
        });
        return output.json(&json!({
            "suggestions": suggestions.collect::<Vec<_>>(),
            "position": json::position_message(answer.position.as_ref()),
            "completeness": registers::word(answer.completeness()),
            "registers": registers::json(&answer.registers),
        }));
    }
    let mut table = output::table(&["suggestion", "kind", "value", "officers"]);
    for suggestion in &answer.suggestions {
        let officers = suggestion.officers.to_string();
        table.add_row([&suggestion.text, word(suggestion.kind()), &suggestion.value, &officers]);
    }
    output.table(&table)?;
    registers::print(answer.completeness(), &answer.registers, output)
}

fn word(kind: v1::SuggestionKind) -> &'static str {
    match kind {
        v1::SuggestionKind::Unspecified => "",
        v1::SuggestionKind::Competence => "competence",
        v1::SuggestionKind::Domain => "domain",
        v1::SuggestionKind::Organisation => "organisation",
        v1::SuggestionKind::Place => "place",
        v1::SuggestionKind::Function => "function",
    }
}
