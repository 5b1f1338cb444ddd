//! The measures: nDCG@10, reciprocal rank at 10, success among the first three, empty answers.

use client::relevance::{LabelledQuery, RelevanceJudge, ndcg_at_10};

/// How well one query was answered, or the mean over several.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Measures {
    /// Normalised discounted cumulative gain of the first ten results.
    pub(crate) ndcg10: f64,
    /// One over the rank of the first graded officer among ten; 0 if there is none.
    pub(crate) mrr10: f64,
    /// 1 if one of the first three officers has a grade.
    pub(crate) success3: f64,
    /// 1 if there was no result.
    pub(crate) empty: f64,
}

impl Measures {
    /// Measures a ranking, best officer first.
    pub(crate) fn of(judge: &RelevanceJudge, query: &LabelledQuery, ranking: &[String]) -> Self {
        let grades = judge.ranked_grades(query, ranking);
        let first = grades.iter().take(10).position(|grade| *grade >= 2);
        Self {
            ndcg10: ndcg_at_10(judge, query, ranking),
            mrr10: first.map_or(0.0, |rank| 1.0 / (rank + 1) as f64),
            success3: f64::from(first.is_some_and(|rank| rank < 3)),
            empty: f64::from(grades.is_empty()),
        }
    }

    /// The mean; zero if there are none.
    pub(crate) fn mean(all: &[Measures]) -> Measures {
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
