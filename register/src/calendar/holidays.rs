//! Computes Dutch public holidays.
//!
//! These are the days on which a government office is closed, by the collective agreement of central government (CAO Rijk):
//! New Year's Day, Easter, King's Day, Ascension Day, Whitsun, Christmas, and Liberation Day in years divisible by five.
//! Good Friday is a working day there, although the General Extension of Time Limits Act (Algemene termijnenwet, article 3)
//! counts it, and every 5 May, as a holiday for legal time limits: this calendar tells when someone answers the phone, not
//! when a time limit ends.

use jiff::{ToSpan, civil::Date};

/// Whether government offices are closed on `day` because of a public holiday.
pub fn is_public_holiday(day: Date) -> bool {
    is_fixed_holiday(day) || is_moving_holiday(day)
}

fn is_fixed_holiday(day: Date) -> bool {
    match (day.month(), day.day()) {
        (1, 1) | (12, 25 | 26) => true,
        (4, 26 | 27) => kings_day(day.year()) == Some(day),
        (5, 5) => day.year() % 5 == 0,
        _ => false,
    }
}

/// 27 April, or the day before if that is a Sunday.
fn kings_day(year: i16) -> Option<Date> {
    let birthday = Date::new(year, 4, 27).ok()?;
    match birthday.weekday() {
        jiff::civil::Weekday::Sunday => birthday.yesterday().ok(),
        _ => Some(birthday),
    }
}

/// Easter Sunday and Monday, Ascension Day, Whit Sunday and Monday.
fn is_moving_holiday(day: Date) -> bool {
    // All of them fall in these months, in every year.
    if !(3..=6).contains(&day.month()) {
        return false;
    }
    let Some(easter) = easter_sunday(day.year()) else {
        return false;
    };
    [0, 1, 39, 49, 50]
        .into_iter()
        .any(|days: i32| easter.checked_add(days.days()).is_ok_and(|holiday| holiday == day))
}

/// Easter Sunday in the Gregorian calendar, by the rule of Meeus, Jones and Butcher.
fn easter_sunday(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let golden = y.rem_euclid(19);
    let (century, of_century) = (y.div_euclid(100), y.rem_euclid(100));
    let moon_shift = (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let epact = (19 * golden + century - century.div_euclid(4) - moon_shift + 15).rem_euclid(30);
    let weekday = (32 + 2 * century.rem_euclid(4) + 2 * (of_century / 4) - epact - of_century % 4).rem_euclid(7);
    let correction = (golden + 11 * epact + 22 * weekday) / 451;
    let ordinal = epact + weekday - 7 * correction + 114;
    Date::new(year, i8::try_from(ordinal / 31).ok()?, i8::try_from(ordinal % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn easter_matches_the_almanac() {
        for (year, month, day) in [
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2027, 3, 28),
            (2028, 4, 16),
            (2038, 4, 25),
        ] {
            assert_eq!(easter_sunday(year), Some(date(year, month, day)));
        }
    }

    #[test]
    fn the_holidays_of_2026_are_complete() {
        let first = date(2026, 1, 1);
        let found: Vec<String> = first
            .series(1.day())
            .take(365)
            .filter(|day| is_public_holiday(*day))
            .map(|day| day.to_string())
            .collect();
        assert_eq!(
            found,
            [
                "2026-01-01",
                "2026-04-05",
                "2026-04-06",
                "2026-04-27",
                "2026-05-14",
                "2026-05-24",
                "2026-05-25",
                "2026-12-25",
                "2026-12-26"
            ]
        );
    }

    #[test]
    fn kings_day_avoids_sunday_and_liberation_day_is_five_yearly() {
        assert!(is_public_holiday(date(2025, 4, 26)) && !is_public_holiday(date(2025, 4, 27)));
        assert!(is_public_holiday(date(2030, 5, 5)) && !is_public_holiday(date(2026, 5, 5)));
        assert!(!is_public_holiday(date(2026, 4, 3)), "Good Friday is a working day");
    }
}
