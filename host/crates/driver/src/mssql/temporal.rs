//! Dates and times as SQL Server sends them, counts of days and of ticks, as ISO text.

use tiberius::time::{Date, DateTime, DateTime2, DateTimeOffset, SmallDateTime, Time};

/// Days between the first day of year 1 and the first day of 1900.
const DAYS_TO_1900: i64 = 693_595;
/// Days between the first day of year 1 and the first day of 1970.
const DAYS_TO_1970: i64 = 719_162;

/// `2026-01-31`.
pub(super) fn date(date: Date) -> String {
    day(i64::from(date.days()))
}

/// `12:00:00.0000000`, with as many digits as the type has.
pub(super) fn time(time: Time) -> String {
    clock(time.increments(), u32::from(time.scale()))
}

/// `2026-01-31 12:00:00.0000000`.
pub(super) fn datetime2(value: DateTime2) -> String {
    format!("{} {}", date(value.date()), time(value.time()))
}

/// `2026-01-31 12:00:00.0000000 +02:00`: the local time, then how far it is ahead of UTC.
pub(super) fn datetime_offset(value: DateTimeOffset) -> String {
    let utc = value.datetime2();
    let scale = u32::from(utc.time().scale());
    let ticks_a_minute = 60 * 10_i64.pow(scale);
    let ticks_a_day = 24 * 60 * ticks_a_minute;
    let offset = i64::from(value.offset());
    let utc_ticks = i64::try_from(utc.time().increments()).unwrap_or(0);
    let ticks = utc_ticks + offset * ticks_a_minute;
    let days = i64::from(utc.date().days()) + ticks.div_euclid(ticks_a_day);
    let sign = if offset < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
    let local = clock(ticks.rem_euclid(ticks_a_day).unsigned_abs(), scale);
    format!("{} {local} {sign}{hours:02}:{minutes:02}", day(days))
}

/// `2026-01-31 12:00:00.003`: the type counts in 300ths of a second.
pub(super) fn datetime(value: DateTime) -> String {
    let milliseconds = (u64::from(value.seconds_fragments()) * 10 + 1) / 3;
    format!("{} {}", day(DAYS_TO_1900 + i64::from(value.days())), clock(milliseconds, 3))
}

/// `2026-01-31 12:00:00`. What the library calls fragments of seconds are minutes in this type.
pub(super) fn small_datetime(value: SmallDateTime) -> String {
    let seconds = u64::from(value.seconds_fragments()) * 60;
    format!("{} {}", day(DAYS_TO_1900 + i64::from(value.days())), clock(seconds, 0))
}

/// Turns a count of ticks of 10^-`scale` seconds into a time of day.
fn clock(ticks: u64, scale: u32) -> String {
    let ticks_a_second = 10_u64.pow(scale);
    let (seconds, fraction) = (ticks / ticks_a_second, ticks % ticks_a_second);
    let mut text = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if scale > 0 {
        let digits = scale as usize;
        text.push_str(&format!(".{fraction:0digits$}"));
    }
    text
}

/// Turns a count of days since the first day of year 1 into a date of the Gregorian calendar.
fn day(days: i64) -> String {
    // Years begin in March here, so that the day that leap years add is the last of its year, and eras are 400 years.
    const DAYS_AN_ERA: i64 = 146_097;
    const DAYS_FROM_MARCH_0000_TO_1970: i64 = 719_468;
    let shifted = days - DAYS_TO_1970 + DAYS_FROM_MARCH_0000_TO_1970;
    let (era, day_of_era) = (shifted.div_euclid(DAYS_AN_ERA), shifted.rem_euclid(DAYS_AN_ERA));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        let check = |days: u32, expected: &str| assert_eq!(date(Date::new(days)), expected);
        check(0, "0001-01-01");
        check(58, "0001-02-28");
        check(59, "0001-03-01");
        check(693_595, "1900-01-01");
        check(719_162, "1970-01-01");
        check(730_178, "2000-02-29");
        check(739_646, "2026-01-31");
        check(3_652_058, "9999-12-31");
    }

    #[test]
    fn ticks_become_times() {
        let check = |ticks: u64, scale: u8, expected: &str| assert_eq!(time(Time::new(ticks, scale)), expected);
        check(0, 0, "00:00:00");
        check(86_399, 0, "23:59:59");
        check(432_000_000_000, 7, "12:00:00.0000000");
        check(45_296_007, 3, "12:34:56.007");
    }

    #[test]
    fn older_types_count_otherwise() {
        // As the server shows them: .003 and .997 are the neighbours of a full second.
        assert_eq!(datetime(DateTime::new(46_051, 12 * 3600 * 300 + 1)), "2026-01-31 12:00:00.003");
        assert_eq!(datetime(DateTime::new(-53_690, 299)), "1753-01-01 00:00:00.997");
        assert_eq!(small_datetime(SmallDateTime::new(46_051, 754)), "2026-01-31 12:34:00");
    }

    #[test]
    fn an_offset_shifts_what_is_shown() {
        let check = |ticks: u64, offset: i16, expected: &str| {
            let utc = DateTime2::new(Date::new(739_646), Time::new(ticks, 0));
            assert_eq!(datetime_offset(DateTimeOffset::new(utc, offset)), expected);
        };
        check(43_200, 120, "2026-01-31 14:00:00 +02:00");
        check(43_200, -330, "2026-01-31 06:30:00 -05:30");
        check(86_399, 60, "2026-02-01 00:59:59 +01:00");
        check(0, -1, "2026-01-30 23:59:00 -00:01");
    }
}
