//! The table of measures by kind of query, as it is printed and kept.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::Context as _;

use super::{Judge, Measures, Query, Ranking, measure};

/// Means by kind, and over all.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    rows: BTreeMap<String, (usize, Measures)>,
    all: (usize, Measures),
}

/// The row over all queries.
const ALL: &str = "all";

impl Table {
    /// Measures a run.
    pub fn of(judge: &Judge, queries: &[Query], run: &Ranking) -> Self {
        let mut by_kind: BTreeMap<String, Vec<Measures>> = BTreeMap::new();
        let mut all = Vec::new();
        for query in queries {
            let measured = measure(judge, query, run.get(&query.qid).map_or(&[][..], Vec::as_slice));
            by_kind.entry(query.kind.clone()).or_default().push(measured);
            all.push(measured);
        }
        let rows = by_kind
            .into_iter()
            .map(|(kind, measured)| (kind, (measured.len(), Measures::mean(&measured))))
            .collect();
        Self {
            rows,
            all: (all.len(), Measures::mean(&all)),
        }
    }

    /// The means over all queries.
    pub fn all(&self) -> Measures {
        self.all.1
    }

    /// Reads nDCG@10 and success@3 over all queries from a table that was printed before.
    pub fn read_kept(text: &str) -> anyhow::Result<(f64, f64)> {
        let row = text
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>())
            .find(|cells| cells.first() == Some(&ALL))
            .context("the kept table has no row `all`")?;
        let cell = |place: usize| -> anyhow::Result<f64> {
            row.get(place)
                .context("the row `all` is too short")?
                .parse()
                .context("a cell of the row `all` is no number")
        };
        Ok((cell(2)?, cell(4)?))
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<14}{:>5}{:>10}{:>9}{:>9}{:>8}",
            "type", "n", "nDCG@10", "MRR@10", "succ@3", "empty"
        )?;
        let mut row = |kind: &str, count: usize, m: &Measures| {
            writeln!(
                f,
                "{kind:<14}{count:>5}{:>10.3}{:>9.3}{:>9.3}{:>8.3}",
                m.ndcg10, m.mrr10, m.success3, m.empty
            )
        };
        for (kind, (count, measures)) in &self.rows {
            row(kind, *count, measures)?;
        }
        row(ALL, self.all.0, &self.all.1)
    }
}
