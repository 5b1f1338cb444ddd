//! The measures: nDCG@10, reciprocal rank at 10, success among the first three, empty answers.

use super::{Judge, Query};

/// How well one query was answered, or the mean over some.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    /// Discounted gain of the first ten, against the best possible (Järvelin and Kekäläinen, 2002).
    pub ndcg10: f64,
    /// One over the rank of the first officer worth anything, among ten.
    pub mrr10: f64,
    /// Whether one of the first three is worth anything.
    pub success3: f64,
    /// Whether there was no answer at all.
    pub empty: f64,
}

impl Measures {
    /// The mean; of nothing, zero.
    pub fn mean(all: &[Measures]) -> Measures {
        let count = all.len().max(1) as f64;
        let mean = |field: fn(&Measures) -> f64| all.iter().map(field).sum::<f64>() / count;
        Measures {
            ndcg10: mean(|m| m.ndcg10),
            mrr10: mean(|m| m.mrr10),
            success3: mean(|m| m.success3),
            empty: mean(|m| m.empty),
        }
    }
}

/// Measures a ranking, best first, for `query`.
pub fn measure(judge: &Judge, query: &Query, ranking: &[String]) -> Measures {
    let grades = judge.grades(query);
    let ranked = judge.collapse(query, ranking.iter().map(String::as_str));
    let gains: Vec<u8> = ranked
        .iter()
        .take(10)
        .map(|officer| grades.get(*officer).copied().unwrap_or(0))
        .collect();
    let ideal = discounted(&judge.ideal(query, &grades));
    let first = gains.iter().position(|grade| *grade >= 2);
    Measures {
        ndcg10: if ideal > 0.0 { discounted(&gains) / ideal } else { 0.0 },
        mrr10: first.map_or(0.0, |rank| 1.0 / (rank + 1) as f64),
        success3: f64::from(first.is_some_and(|rank| rank < 3)),
        empty: f64::from(ranked.is_empty()),
    }
}

fn discounted(gains: &[u8]) -> f64 {
    let gain = |grade: u8| 2f64.powi(i32::from(grade)) - 1.0;
    let discount = |rank: usize| (rank as f64 + 2.0).log2();
    // Not `sum`, whose neutral element is -0.0 and prints as such.
    gains
        .iter()
        .take(10)
        .enumerate()
        .fold(0.0, |total, (rank, grade)| total + gain(*grade) / discount(rank))
}
