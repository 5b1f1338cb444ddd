//! Compares a table of measures with the one that was kept, row by row: each kind of query, and all of them.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};

/// How far a measure may fall below the kept one.
const TOLERANCE: f64 = 0.01;

/// nDCG@10 and success@3 of each row of a printed table, by the kind of query.
#[derive(Debug)]
pub(crate) struct KeptTable(BTreeMap<String, KeptRow>);

#[derive(Debug)]
struct KeptRow {
    ndcg10: f64,
    success3: f64,
}

impl KeptTable {
    /// Reads a table as `mwr-eval` prints it.
    pub(crate) fn read(text: &str) -> anyhow::Result<Self> {
        let mut rows = BTreeMap::new();
        // The first line names the columns.
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split_whitespace().collect();
            let [kind, _count, ndcg10, _mrr10, success3, _empty] = cells[..] else {
                anyhow::bail!("a row of the table has {} cells instead of 6: `{line}`", cells.len());
            };
            let number = |cell: &str| {
                cell.parse()
                    .with_context(|| format!("not a number in row `{kind}`: `{cell}`"))
            };
            let row = KeptRow {
                ndcg10: number(ndcg10)?,
                success3: number(success3)?,
            };
            rows.insert(kind.to_owned(), row);
        }
        ensure!(rows.contains_key("all"), "the table has no row `all`");
        Ok(Self(rows))
    }

    /// Describes each row in which `measured` is worse than this table or that only one of them has.
    pub(crate) fn losses(&self, measured: &Self) -> Vec<String> {
        let mut losses = Vec::new();
        for (kind, kept) in &self.0 {
            let Some(row) = measured.0.get(kind) else {
                losses.push(format!("{kind}: no query of this kind was measured"));
                continue;
            };
            for (name, before, now) in [
                ("nDCG@10", kept.ndcg10, row.ndcg10),
                ("success@3", kept.success3, row.success3),
            ] {
                if now < before - TOLERANCE {
                    losses.push(format!("{kind}: {name} fell from {before:.3} to {now:.3}"));
                }
            }
        }
        let added = measured.0.keys().filter(|kind| !self.0.contains_key(*kind));
        losses.extend(added.map(|kind| format!("{kind}: the kept table has no row for this kind")));
        losses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "type n nDCG@10 MRR@10 succ@3 empty\n";
    const ALL: &str = "all 9 0.900 0.900 0.900 0.000\n";

    fn table(rows: &str) -> KeptTable {
        KeptTable::read(&format!("{HEAD}{rows}{ALL}")).unwrap()
    }

    #[test]
    fn equal_tables_have_no_losses() {
        let kept = table("typo 4 0.950 0.900 0.800 0.000\n");
        assert!(kept.losses(&table("typo 4 0.941 0.100 0.791 0.000\n")).is_empty());
    }

    #[test]
    fn one_kind_that_falls_is_a_loss() {
        let kept = table("typo 4 0.950 0.900 0.800 0.000\n");
        let losses = kept.losses(&table("typo 4 0.939 0.900 0.800 0.000\n"));
        assert_eq!(losses, ["typo: nDCG@10 fell from 0.950 to 0.939"]);
    }

    #[test]
    fn a_kind_in_one_table_only_is_a_loss() {
        let kept = table("typo 4 0.950 0.900 0.800 0.000\n");
        let losses = kept.losses(&table("role 4 0.950 0.900 0.800 0.000\n"));
        assert_eq!(
            losses,
            [
                "typo: no query of this kind was measured",
                "role: the kept table has no row for this kind"
            ]
        );
    }

    #[test]
    fn a_table_without_all_is_refused() {
        assert!(KeptTable::read(HEAD).is_err());
    }
}
