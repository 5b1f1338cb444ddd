//! `mwr search`: searches officers for a question in everyday Dutch.

use std::path::PathBuf;

use clap::Args;
use client::Client;
use proto::v1;
use register::entry::Entry;
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;

use crate::arguments;
use crate::exit::Failure;
use crate::json;
use crate::output::{self, Output};
use crate::registers::{self, RegistersArguments};
use crate::render::{self, CompetenceLabels};

/// The number of understood competences to show, the most certain first.
const SHOWN_COMPETENCES: usize = 5;

/// The question and the filters.
#[derive(Debug, Args)]
pub(crate) struct SearchArguments {
    /// The question, in everyday Dutch; without one, all officers that match the filters.
    #[arg(conflicts_with = "queries")]
    query: Vec<String>,

    /// Only officers of this organisation, by id or name; may be repeated.
    #[arg(long, value_name = "ORGANISATION")]
    organisation: Vec<String>,

    /// Only officers of this kind (maatwerkfunctionaris, …) or of this kind of organisation (gemeente, …).
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,

    /// Only officers in this life domain.
    #[arg(long, value_name = "CODE")]
    domain: Vec<String>,

    /// Only officers with this competence.
    #[arg(long, value_name = "CODE")]
    competence: Vec<String>,

    /// The municipality of the household, by code, name or place: its officers and national ones come first.
    #[arg(long, value_name = "MUNICIPALITY")]
    municipality: Option<String>,

    /// The number of hits, 1 to 100.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=100))]
    pub(crate) limit: Option<i32>,

    /// Continue after the page that printed this token.
    #[arg(long, value_name = "TOKEN")]
    page_token: Option<String>,

    /// Explain the score of each hit.
    #[arg(long)]
    explain: bool,

    /// Show each of the equal desks of several municipalities.
    #[arg(long)]
    flat: bool,

    #[command(flatten)]
    pub(crate) registers: RegistersArguments,

    /// Run a file of queries, tab-separated with the columns `qid` and `query`. Requires --trec.
    #[arg(long, value_name = "FILE.tsv", requires = "trec")]
    pub(crate) queries: Option<PathBuf>,

    /// Write a TREC run: `qid Q0 organisation-id/officer-id rank score tag`; 100 lines per query, or --limit.
    #[arg(long, requires = "queries")]
    trec: bool,

    /// The name of the run.
    #[arg(long, value_name = "NAME", default_value = "mwr")]
    pub(crate) tag: String,
}

pub(crate) async fn run(arguments: SearchArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let request = request(&arguments, client).await?;
    let query = request.query.clone();
    let answer = client.search(request).await?;
    if output.is_json() {
        return output.json(&json::search(&answer)?);
    }
    let labels = CompetenceLabels::fetch(client).await?;
    for (place, hit) in (1..).zip(&answer.hits) {
        print_hit(place, hit, &labels, output)?;
    }
    print_summary(&query, &answer, &labels, output)?;
    registers::print(answer.completeness(), &answer.registers, output)
}

async fn request(arguments: &SearchArguments, client: &Client) -> anyhow::Result<v1::SearchOfficersRequest> {
    let mut filter = filter(arguments)?;
    for text in &arguments.organisation {
        let organisation = arguments::find_organisation(client, text).await?;
        filter.organisations.push(organisation.resource_name());
    }
    let municipality = match &arguments.municipality {
        Some(text) => arguments::find_municipality(client, text).await?.to_string(),
        None => String::new(),
    };
    Ok(v1::SearchOfficersRequest {
        query: arguments.query.join(" "),
        filter: Some(filter),
        municipality,
        page_size: arguments.limit.unwrap_or_default(),
        page_token: arguments.page_token.clone().unwrap_or_default(),
        min_position: None,
        flat: arguments.flat,
        explain: arguments.explain,
        without_facets: false,
        federation: Some(arguments.registers.policy()),
    })
}

/// Builds the filters that need no register.
pub(crate) fn filter(arguments: &SearchArguments) -> anyhow::Result<v1::SearchFilter> {
    let capitals = |codes: &[String]| codes.iter().map(|code| code.to_uppercase()).collect();
    let mut filter = v1::SearchFilter {
        domains: capitals(&arguments.domain),
        competences: capitals(&arguments.competence),
        ..v1::SearchFilter::default()
    };
    for word in &arguments.kind {
        let word = word.to_lowercase();
        if let Some(kind) = OfficerKind::parse(&word) {
            filter.kinds.push(v1::OfficerKind::from(kind).into());
        } else if let Some(kind) = OrganisationKind::parse(&word) {
            filter.organisation_kinds.push(v1::OrganisationKind::from(kind).into());
        } else {
            let known = OfficerKind::ALL.map(OfficerKind::as_str).into_iter();
            let known: Vec<_> = known.chain(OrganisationKind::ALL.map(OrganisationKind::as_str)).collect();
            return Err(Failure::Usage(format!("--kind must be one of {}", known.join(", "))).into());
        }
    }
    Ok(filter)
}

fn print_hit(place: usize, hit: &v1::SearchHit, labels: &CompetenceLabels, output: &mut Output) -> anyhow::Result<()> {
    let Some(message) = &hit.entry else { return Ok(()) };
    let entry = Entry::try_from(message.clone()).map_err(client::Error::from)?;
    let (now, today) = render::now();
    let organisation = hit
        .organisation
        .as_ref()
        .map(|organisation| organisation.short_name.as_str())
        .unwrap_or_default();
    let who = match &hit.group {
        Some(group) => format!("{} ({} of them; this one is {organisation})", group.label, group.size),
        None => organisation.to_owned(),
    };
    // The competences that the question matched; all of them for an officer that was found otherwise.
    let matched = match hit.matched_competences.as_slice() {
        [] => labels.list(entry.officer.competences.iter().map(|code| code.as_str())),
        matched => labels.list(matched),
    };
    output.line(format!("{place:>2}. {}", entry.officer.function_title))?;
    output.table(&render::block(&[
        ("organisation", who),
        ("for", matched),
        ("mandate", render::mandates(&entry, labels, today)),
        ("contact", render::contact(&entry)),
        ("reachable", render::reachable(&entry, now)),
        ("verified", render::verified(&entry, today)),
        ("name", entry.officer_name().to_string()),
    ]))?;
    for contribution in &hit.contributions {
        let v1::Contribution {
            layer,
            field,
            term,
            score,
        } = contribution;
        output.line(format!("      {score:>9.3}  {layer}/{field}: {term}"))?;
    }
    output.line("")
}

fn print_summary(
    query: &str,
    answer: &v1::SearchOfficersResponse,
    labels: &CompetenceLabels,
    output: &mut Output,
) -> anyhow::Result<()> {
    output.line(format!(
        "{} of {}",
        answer.hits.len(),
        output::counted(answer.total, "hit", "hits")
    ))?;
    if let Some(understanding) = &answer.understanding {
        let corrections: Vec<_> = understanding
            .corrections
            .iter()
            .map(|correction| correction.read_as.as_str())
            .collect();
        let short = |names: &[String]| {
            let ids = names.iter().map(|name| name.strip_prefix("organisations/").unwrap_or(name));
            ids.collect::<Vec<_>>().join(", ")
        };
        // Of a question that was not understood, names can be known all the same.
        let summary = match understanding.certainty() {
            v1::Certainty::NotUnderstood => "names",
            _ => "understood",
        };
        output.table(&render::block(&[
            (summary, understanding.summary.clone()),
            (
                "competences",
                labels.list(understanding.competences.iter().take(SHOWN_COMPETENCES)),
            ),
            ("domains", understanding.domains.join(", ")),
            ("organisations", short(&understanding.organisations)),
            ("municipalities", understanding.municipalities.join(", ")),
            ("read as", corrections.join(", ")),
            ("language", understanding.language.clone()),
            ("not understood", unknown_words(query, understanding)),
        ]))?;
        for place in understanding.places.iter().filter(|place| place.municipalities.len() > 1) {
            let names = place.municipalities.iter();
            let names: Vec<String> = names.map(|it| format!("{} ({})", it.official_name, it.code)).collect();
            output::note(format!(
                "{} is a place in {}; choose one with --municipality CODE",
                place.name,
                names.join(", ")
            ));
        }
        for place in understanding.places.iter().filter(|place| place.municipalities.is_empty()) {
            output::note(format!(
                "{} is outside the European Netherlands, and no authority there is in the register",
                place.name
            ));
        }
        match understanding.certainty() {
            v1::Certainty::NotUnderstood if !query.trim().is_empty() => {
                output::note("the question was not understood; the hits only resemble it");
            }
            v1::Certainty::Unsure => output::note("it is not certain what the question is about"),
            _ => {}
        }
    }
    if answer.completeness() == v1::Completeness::Partial {
        output::note("not all registers have answered; the result is partial");
    }
    if answer.drifted {
        output::note("the register has changed since the first page");
    }
    if !answer.next_page_token.is_empty() {
        output::note(format!("next page: --page-token {}", answer.next_page_token));
    }
    Ok(())
}

/// Returns the words of the query that were not understood.
fn unknown_words(query: &str, understanding: &v1::Understanding) -> String {
    let word = |range: &v1::TextRange| query.get(usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?);
    let words: Vec<&str> = understanding.not_understood.iter().filter_map(word).collect();
    words.join(", ")
}
