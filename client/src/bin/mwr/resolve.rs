//! `mwr resolve`: resolves a need to a route.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use client::Client;
use jiff::Timestamp;
use proto::convert::{to_timestamp, to_wire_timestamp};
use proto::v1;
use register::entry::Entry;
use register::organisation::Desk;
use serde::Deserialize;
use serde_json::json;

use crate::arguments;
use crate::exit::Failure;
use crate::json;
use crate::output::Output;
use crate::render::{self, CompetenceLabels};

/// The need.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct ResolveArguments {
    /// The organisation that must decide, by id or name.
    #[arg(long, value_name = "ORGANISATION")]
    organisation: Option<String>,

    /// The code of a law or scheme; may be repeated.
    #[arg(long, value_name = "CODE")]
    competence: Vec<String>,

    /// The code of a life domain; may be repeated.
    #[arg(long, value_name = "CODE")]
    domain: Vec<String>,

    /// The municipality of the household, by code, name or place.
    #[arg(long, value_name = "MUNICIPALITY")]
    municipality: Option<String>,

    /// The moment; now by default.
    #[arg(long, value_name = "MOMENT", value_parser = arguments::moment)]
    at: Option<Timestamp>,

    /// Keep running, and print the route again whenever it changes.
    #[arg(long, conflicts_with_all = ["at", "needs"])]
    watch: bool,

    /// Resolve a file of needs: JSON Lines with organisation, competences, domains, municipality, moment.
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["organisation", "competence", "domain", "municipality", "at"])]
    needs: Option<PathBuf>,
}

/// A need on a line of a file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct NeedLine {
    organisation: String,
    competences: Vec<String>,
    domains: Vec<String>,
    municipality: String,
    moment: Option<Timestamp>,
}

pub(crate) async fn run(arguments: &ResolveArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    if let Some(path) = &arguments.needs {
        return run_file(path, client, output).await;
    }
    let need = need(arguments, client).await?;
    if arguments.watch {
        return watch(need, client, output).await;
    }
    let request = v1::ResolveRequest {
        need: Some(need),
        min_position: None,
    };
    let route = client.resolve(request).await?;
    if output.is_json() {
        return output.json(&json::route(&route)?);
    }
    let labels = CompetenceLabels::fetch(client).await?;
    print_route(&route, &labels, output)
}

/// Prints routes until Ctrl-C or a permanent error.
async fn watch(need: v1::Need, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let labels = CompetenceLabels::fetch(client).await?;
    let mut watch = client.watch_routes(need);
    let mut stop = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        let route = tokio::select! {
            route = watch.next() => route?,
            _ = &mut stop => return Ok(()),
        };
        if output.is_json() {
            output.json(&json::route(&route)?)?;
        } else {
            output.line(format!("=== {}", render::moment(render::now().0)))?;
            print_route(&route, &labels, output)?;
        }
        output.flush()?;
    }
}

async fn need(arguments: &ResolveArguments, client: &Client) -> anyhow::Result<v1::Need> {
    let organisation = match &arguments.organisation {
        Some(text) => arguments::find_organisation(client, text).await?.resource_name(),
        None => String::new(),
    };
    let municipality = match &arguments.municipality {
        Some(text) => arguments::find_municipality(client, text).await?.to_string(),
        None => String::new(),
    };
    let capitals = |codes: &[String]| codes.iter().map(|code| code.to_uppercase()).collect();
    Ok(v1::Need {
        organisation,
        competences: capitals(&arguments.competence),
        domains: capitals(&arguments.domain),
        municipality,
        moment: arguments.at.map(to_wire_timestamp),
    })
}

async fn run_file(path: &Path, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let needs = parse_needs(&text)?;
    let results = client.batch_resolve(&needs, None).await?;
    if output.is_json() {
        for result in &results {
            output.json(&result_json(result)?)?;
        }
        return Ok(());
    }
    let labels = CompetenceLabels::fetch(client).await?;
    for (place, result) in (1..).zip(&results) {
        output.line(format!("=== need {place} ==="))?;
        match &result.result {
            Some(v1::resolve_result::Result::Route(route)) => print_route(route, &labels, output)?,
            Some(v1::resolve_result::Result::Failure(failure)) => print_failure(failure, output)?,
            None => output.line("no answer")?,
        }
    }
    Ok(())
}

fn parse_needs(text: &str) -> Result<Vec<v1::Need>, Failure> {
    let mut needs = Vec::new();
    for (line, text) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if text.trim().is_empty() {
            continue;
        }
        let need: NeedLine =
            serde_json::from_str(text).map_err(|error| Failure::Invalid(format!("line {line} is not a need: {error}")))?;
        let organisation = match need.organisation.as_str() {
            "" => String::new(),
            name if name.starts_with("organisations/") => name.to_owned(),
            id => format!("organisations/{id}"),
        };
        needs.push(v1::Need {
            organisation,
            competences: need.competences,
            domains: need.domains,
            municipality: need.municipality,
            moment: need.moment.map(to_wire_timestamp),
        });
    }
    Ok(needs)
}

fn result_json(result: &v1::ResolveResult) -> anyhow::Result<serde_json::Value> {
    match &result.result {
        Some(v1::resolve_result::Result::Route(route)) => Ok(json!({ "route": json::route(route)? })),
        Some(v1::resolve_result::Result::Failure(failure)) => Ok(json!({ "failure": {
            "reason": failure.reason,
            "message": failure.message,
            "violations": failure.violations.iter().map(json::violation).collect::<Vec<_>>(),
        }})),
        None => Ok(json!({})),
    }
}

fn print_failure(failure: &v1::ResolveFailure, output: &mut Output) -> anyhow::Result<()> {
    output.line(format!("{} ({})", failure.message, failure.reason))?;
    for violation in &failure.violations {
        output.line(format!("  {}: {}", violation.field, violation.message))?;
    }
    Ok(())
}

fn print_route(route: &v1::Route, labels: &CompetenceLabels, output: &mut Output) -> anyhow::Result<()> {
    for (place, target) in (1..).zip(&route.targets) {
        print_target(place, target, labels, output)?;
    }
    if !route.considered.is_empty() {
        output.line(format!(
            "Considered and rejected ({} of {}):",
            route.considered.len(),
            route.considered_total
        ))?;
        for considered in &route.considered {
            let see = if considered.see.is_empty() {
                String::new()
            } else {
                format!(" → {}", considered.see)
            };
            output.line(format!(
                "  {} {}: {}{see}",
                considered.name, considered.reason, considered.explanation
            ))?;
        }
    }
    for gap in &route.gaps {
        output.line(format!("! {} ({}): {}", gap.register, gap.reason, gap.explanation))?;
    }
    if let Some(until) = route.valid_until.as_ref().and_then(|until| to_timestamp("", until).ok()) {
        output.line(format!("Holds until {}.", render::moment(until)))?;
    }
    Ok(())
}

fn print_target(place: usize, target: &v1::Target, labels: &CompetenceLabels, output: &mut Output) -> anyhow::Result<()> {
    let entry = target
        .entry
        .clone()
        .map(Entry::try_from)
        .transpose()
        .map_err(client::Error::from)?;
    let organisation = target.organisation.as_ref();
    let short_name = organisation
        .map(|organisation| organisation.short_name.as_str())
        .unwrap_or_default();
    let title = match &entry {
        Some(entry) => format!("{}, {short_name}", entry.officer.function_title),
        None => short_name.to_owned(),
    };
    let mut why = target.explanation.clone();
    if target.without_mandate {
        why += " (stands in without mandate)";
    }
    let (contact, mandate, name) = match &entry {
        Some(entry) => {
            let (_, today) = render::now();
            (
                render::contact(entry),
                render::mandates(entry, labels, today),
                entry.officer_name().to_string(),
            )
        }
        None => {
            let desk = organisation.and_then(|organisation| organisation.desk.clone());
            let desk = desk
                .map(Desk::try_from)
                .transpose()
                .map_err(client::Error::from)?
                .unwrap_or_default();
            let name = organisation.map(|organisation| organisation.name.clone()).unwrap_or_default();
            (render::desk(&desk), String::new(), name)
        }
    };
    let reachable_from = target
        .reachable_from
        .as_ref()
        .and_then(|moment| to_timestamp("", moment).ok());
    output.line(format!("{place:>2}. [{}] {title}", json::level_word(target.level())))?;
    output.table(&render::block(&[
        ("why", why),
        ("mandate", mandate),
        ("contact", contact),
        (
            "reachable",
            reachable_from
                .map(|moment| format!("from {}", render::moment(moment)))
                .unwrap_or_default(),
        ),
        (
            "stale",
            if target.stale {
                "its verification has expired".to_owned()
            } else {
                String::new()
            },
        ),
        (
            "doubted",
            if entry.as_ref().is_some_and(Entry::is_doubted) {
                "betwijfeld: callers reported it as wrong".to_owned()
            } else {
                String::new()
            },
        ),
        ("stands in for", target.standing_in_for.clone()),
        ("name", name),
    ]))?;
    output.line("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_need_is_named_by_line() {
        let needs = parse_needs("{\"organisation\":\"zb000211\",\"competences\":[\"EB-WLZ\"]}\n\n{\"municipality\":\"GM0363\",\"moment\":\"2026-11-23T08:00:00Z\"}").unwrap();
        assert_eq!(needs[0].organisation, "organisations/zb000211");
        assert!(needs[1].moment.is_some());
        assert!(
            parse_needs("{}\n{\"gemeente\":\"x\"}")
                .unwrap_err()
                .to_string()
                .contains("line 2")
        );
    }
}
