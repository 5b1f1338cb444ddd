//! The table of measures by kind of query, as it is printed and kept.

use std::collections::BTreeMap;
use std::fmt;

use client::relevance::{LabelledQuery, RelevanceJudge};

use crate::measures::Measures;
use crate::trec_run::TrecRun;

/// Means by kind, and over all.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    rows: BTreeMap<String, (usize, Measures)>,
    all: (usize, Measures),
}

/// The row over all queries.
const ALL: &str = "all";

impl Table {
    /// Measures a run.
    pub(crate) fn of(judge: &RelevanceJudge, queries: &[LabelledQuery], run: &TrecRun) -> Self {
        let mut by_kind: BTreeMap<String, Vec<Measures>> = BTreeMap::new();
        let mut all = Vec::new();
        for query in queries {
            let measured = Measures::of(judge, query, run.get(&query.qid).map_or(&[][..], Vec::as_slice));
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

#[cfg(test)]
mod tests {
    use client::relevance::read_labelled_queries;

    use super::*;
    use crate::kept::KeptTable;
    use crate::trec_run::read_run;

    fn judge() -> RelevanceJudge {
        let organisation = r#"{"id":"zb000211","kind":"uitvoeringsorganisatie"}"#;
        let officer = r#"{"organisation":"zb000211","id":"a","competences":["EB-WLZ"]}"#;
        RelevanceJudge::from_json_lines(organisation, officer).unwrap()
    }

    fn queries() -> Vec<LabelledQuery> {
        let header = "qid\ttype\tquery\torganisations\tcompetences\tmunicipality";
        read_labelled_queries(&format!("{header}\nq\tkeywords\tx\tzb000211\tEB-WLZ\t\n")).unwrap()
    }

    #[test]
    fn a_printed_table_can_be_read_back() {
        let run = read_run("q Q0 zb000211/a 1 3.5 x\n").unwrap();
        let table = Table::of(&judge(), &queries(), &run);
        let read = KeptTable::read(&table.to_string()).unwrap();
        assert!(read.losses(&read).is_empty());
    }

    #[test]
    fn a_query_without_results_counts_as_empty() {
        let (_, empty) = Table::of(&judge(), &queries(), &TrecRun::new()).all;
        assert_eq!((empty.empty, empty.ndcg10, empty.mrr10), (1.0, 0.0, 0.0));
    }
}
