//! Normalised discounted cumulative gain (Järvelin and Kekäläinen, 2002).

use super::judge::RelevanceJudge;
use super::labels::LabelledQuery;

/// The number of results that count.
const CUTOFF: usize = 10;

/// Measures a ranking, best officer first: the discounted gain of its first ten results divided by that of the best possible
/// ranking. Between 0 and 1; 0 when no officer has a grade.
pub fn ndcg_at_10(judge: &RelevanceJudge, query: &LabelledQuery, ranking: &[String]) -> f64 {
    let ideal = discounted(&judge.ideal_grades(query));
    if ideal > 0.0 {
        discounted(&judge.ranked_grades(query, ranking)) / ideal
    } else {
        0.0
    }
}

fn discounted(grades: &[u8]) -> f64 {
    let gain = |grade: u8| 2f64.powi(i32::from(grade)) - 1.0;
    let discount = |rank: usize| (rank as f64 + 2.0).log2();
    // Not `sum`, whose neutral element is -0.0 and prints as such.
    grades
        .iter()
        .take(CUTOFF)
        .enumerate()
        .fold(0.0, |total, (rank, grade)| total + gain(*grade) / discount(rank))
}
