//! Tests of absences.

use super::*;

#[test]
fn absences_are_sorted_merged_and_past_ones_dropped() {
    let draft = |from: &str, until: &str| AbsenceDraft {
        from: from.into(),
        until: until.into(),
    };
    let presence = with_rules(|rules| {
        absences(
            &[
                draft("2026-12-24", "2026-12-28"),
                draft("2026-12-01T09:00:00+01:00", "2026-12-24T12:00:00Z"),
                draft("2026-01-01", "2026-01-02"),
            ],
            rules,
        )
    })
    .unwrap();
    let edges: Vec<String> = presence
        .absences
        .iter()
        .flat_map(|absence| [absence.from, absence.until])
        .map(|edge| edge.to_string())
        .collect();
    assert_eq!(edges, ["2026-12-01T08:00:00Z", "2026-12-28T23:00:00Z"]);
    let found = with_rules(|rules| absences(&[draft("2026-12-24", "2026-12-23"), draft("morgen", "")], rules)).unwrap_err();
    assert_eq!(found.len(), 3);
}
