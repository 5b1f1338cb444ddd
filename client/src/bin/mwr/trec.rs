//! `mwr search --queries FILE.tsv --trec`: writes a TREC run, so that search quality can be measured on any register.

use std::fs::File;
use std::path::Path;

use anyhow::Context as _;
use client::Client;
use proto::v1;
use register::identifier::OfficerName;

use crate::exit::Failure;
use crate::output::Output;
use crate::search::{self, SearchArguments};

/// Lines per query without --limit.
const LINES: usize = 100;
/// The maximum number of hits on a page.
const PAGE: i32 = 100;

/// A query of the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TrecQuery {
    pub(crate) id: String,
    pub(crate) text: String,
}

pub(crate) async fn run(arguments: &SearchArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let Some(path) = &arguments.queries else { return Ok(()) };
    let limit = arguments.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(LINES);
    let queries = read_queries(path)?;
    let filter = search::filter(arguments)?;
    for query in &queries {
        let hits = run_query(client, query, filter.clone(), limit).await?;
        for (rank, (document, score)) in (1..).zip(&hits) {
            output.line(format!("{} Q0 {document} {rank} {score:.6} {}", query.id, arguments.tag))?;
        }
    }
    output.flush()
}

/// Runs a query and returns officers with scores, best first. A group is written as its members, in order.
async fn run_query(
    client: &Client,
    query: &TrecQuery,
    filter: v1::SearchFilter,
    limit: usize,
) -> anyhow::Result<Vec<(String, f64)>> {
    let mut request = v1::SearchOfficersRequest {
        query: query.text.clone(),
        filter: Some(filter),
        page_size: PAGE.min(i32::try_from(limit).unwrap_or(PAGE)),
        without_facets: true,
        ..v1::SearchOfficersRequest::default()
    };
    let mut documents = Vec::new();
    loop {
        let page = client
            .search(request.clone())
            .await
            .with_context(|| format!("query {}", query.id))?;
        for hit in &page.hits {
            documents.extend(members(hit).into_iter().map(|name| (name, hit.score)));
        }
        if documents.len() >= limit || page.next_page_token.is_empty() {
            documents.truncate(limit);
            return Ok(documents);
        }
        request.page_token = page.next_page_token;
    }
}

/// Returns `organisation-id/officer-id` of a hit, or of each member of its group.
fn members(hit: &v1::SearchHit) -> Vec<String> {
    let short = |name: &str| {
        let name = OfficerName::parse(name).ok()?;
        Some(format!("{}/{}", name.organisation, name.officer))
    };
    let of_group = hit
        .group
        .iter()
        .flat_map(|group| &group.members)
        .filter_map(|member| short(&member.officer));
    let of_group: Vec<_> = of_group.collect();
    if !of_group.is_empty() {
        return of_group;
    }
    let officer = hit.entry.as_ref().and_then(|entry| entry.officer.as_ref());
    officer.and_then(|officer| short(&officer.name)).into_iter().collect()
}

pub(crate) fn read_queries(path: &Path) -> anyhow::Result<Vec<TrecQuery>> {
    let file = File::open(path).with_context(|| format!("reading {}", path.display()))?;
    parse_queries(file).with_context(|| format!("reading {}", path.display()))
}

/// Parses tab-separated queries. Quotation marks are part of the text.
fn parse_queries(file: impl std::io::Read) -> anyhow::Result<Vec<TrecQuery>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .quoting(false)
        .flexible(true)
        .from_reader(file);
    let header = reader
        .headers()
        .map_err(|_| Failure::Usage("the file is not tab-separated text".to_owned()))?
        .clone();
    let column = |name: &str| {
        let place = header.iter().position(|column| column.trim_start_matches('\u{feff}') == name);
        place.ok_or_else(|| Failure::Usage(format!("the header has no column `{name}`")))
    };
    let (id, text) = (column("qid")?, column("query")?);
    let mut queries = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| Failure::Usage("a line is not UTF-8".to_owned()))?;
        let field = |place: usize| record.get(place).unwrap_or_default().to_owned();
        let query = TrecQuery {
            id: field(id),
            text: field(text),
        };
        if query.id.is_empty() || query.id.contains(char::is_whitespace) {
            let line = record.position().map_or(0, csv::Position::line);
            return Err(Failure::Usage(format!("line {line}: a qid must be a word without spaces")).into());
        }
        queries.push(query);
    }
    Ok(queries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read_by_column_name_without_quoting() {
        let text = "type\tquery\tqid\nx\tzij zei \"nee\", toch\td1\ny\t\td2\n";
        let queries = parse_queries(text.as_bytes()).unwrap();
        assert_eq!(
            queries[0],
            TrecQuery {
                id: "d1".into(),
                text: "zij zei \"nee\", toch".into()
            }
        );
        assert_eq!(queries[1].text, "");
        assert!(
            parse_queries("qid\nd1\n".as_bytes())
                .unwrap_err()
                .to_string()
                .contains("`query`")
        );
    }

    #[test]
    fn a_group_is_written_as_its_members() {
        let member = |id: &str| v1::GroupMember {
            officer: format!("organisations/gm0363/officers/{id}"),
            ..v1::GroupMember::default()
        };
        let hit = v1::SearchHit {
            group: Some(v1::HitGroup {
                members: vec![member("b"), member("a")],
                ..v1::HitGroup::default()
            }),
            ..v1::SearchHit::default()
        };
        assert_eq!(members(&hit), ["gm0363/b", "gm0363/a"]);
        assert!(members(&v1::SearchHit::default()).is_empty());
    }
}
