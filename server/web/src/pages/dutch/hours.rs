//! Opening hours in Dutch.

use register::officer::{OpeningHours, Weekday};

use super::and;
use super::time::{clock_time, weekday};

/// One line per stretch, in the order of the week: "maandag, dinsdag en donderdag: 9.00 tot 16.30 uur". Empty if the hours are unknown.
pub(in crate::pages) fn hours_lines(hours: &[OpeningHours]) -> Vec<String> {
    let mut stretches: Vec<&OpeningHours> = hours.iter().filter(|stretch| !stretch.days.is_empty()).collect();
    stretches.sort_by_key(|stretch| (stretch.days.iter().min().copied(), stretch.from));
    stretches.into_iter().map(line).collect()
}

fn line(stretch: &OpeningHours) -> String {
    let from = clock_time(stretch.from);
    let from = from.trim_end_matches(" uur");
    format!("{}: {from} tot {}", days(&stretch.days), clock_time(stretch.until))
}

/// "maandag tot en met vrijdag", "maandag, dinsdag en donderdag".
fn days(days: &[Weekday]) -> String {
    let mut days = days.to_vec();
    days.sort_unstable();
    days.dedup();
    let name = |day: &Weekday| weekday(day.to_civil());
    let position = |day: &Weekday| Weekday::ALL.iter().position(|other| other == day);
    match days.as_slice() {
        [first, .., last]
            if days.len() > 2
                && position(last)
                    .zip(position(first))
                    .is_some_and(|(l, f)| l - f + 1 == days.len()) =>
        {
            format!("{} tot en met {}", name(first), name(last))
        }
        _ => and(&days.iter().map(name).collect::<Vec<_>>()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    fn stretch(days: &[Weekday], from: i8, until: i8) -> OpeningHours {
        OpeningHours {
            days: days.to_vec(),
            from: time(from, 0, 0, 0),
            until: time(until, 30, 0, 0),
        }
    }

    #[test]
    fn stretches_are_in_the_order_of_the_week() {
        use Weekday::{Di, Do, Ma, Vr, Wo};
        let hours = [stretch(&[Vr], 9, 12), stretch(&[Ma, Di, Do], 9, 16)];
        assert_eq!(
            hours_lines(&hours),
            [
                "maandag, dinsdag en donderdag: 9.00 tot 16.30 uur",
                "vrijdag: 9.00 tot 12.30 uur"
            ]
        );
        assert_eq!(
            hours_lines(&[stretch(&[Ma, Di, Wo, Do, Vr], 9, 16)]),
            ["maandag tot en met vrijdag: 9.00 tot 16.30 uur"]
        );
        assert!(hours_lines(&[]).is_empty());
    }
}
