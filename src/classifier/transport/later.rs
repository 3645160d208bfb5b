//! `retry-after` and its kin: how long a server wants us to wait.

use std::time::Duration;

/// Longest wait that is believed.
const LONGEST: f64 = 86_400.0;

/// What `retry-after-ms` and `retry-after` say, the finer one first; `now` is in seconds since 1970. `None` where
/// they say nothing, a time that is past, or what is no time.
pub(super) fn wait(milliseconds: Option<&str>, after: Option<&str>, now: u64) -> Option<Duration> {
    let seconds = |text: &str| text.trim().parse::<f64>().ok();
    let from_date = || Some(date(after?)?.checked_sub(now)? as f64);
    let wait = milliseconds
        .and_then(seconds)
        .map(|wait| wait / 1000.0)
        .or_else(|| after.and_then(seconds))
        .or_else(from_date)
        .filter(|wait| *wait > 0.0)?;
    Some(Duration::from_secs_f64(wait.min(LONGEST)))
}

/// A date of HTTP in any of its three forms (RFC 9110, 5.6.7), in seconds since 1970.
fn date(text: &str) -> Option<u64> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower.split([' ', ',', '-']).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|word| MONTHS.contains(word))?;
    let month = MONTHS.iter().position(|name| *name == words[at])? as u64 + 1;
    let clock = words.iter().position(|word| word.contains(':'))?;
    let number = |text: &str| text.parse::<u64>().ok();
    // `Sun Nov  6 08:49:37 1994` has its day behind the month and its year at the end.
    let before = at.checked_sub(1).and_then(|before| number(words[before]));
    let (day, year) = match before {
        Some(day) => (day, number(words.get(at + 1)?)?),
        None => (number(words.get(at + 1)?)?, number(words.get(clock + 1)?)?),
    };
    let year = if year < 70 {
        year + 2000
    } else if year < 100 {
        year + 1900
    } else {
        year
    };
    let mut clock = words[clock].splitn(3, ':').map(number);
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let fits =
        (1970..10_000).contains(&year) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 61;
    // Years are counted from March, so that the leap day is the last of its year.
    let shifted = if month <= 2 { year - 1 } else { year };
    let from_march = (month + 9) % 12;
    let days =
        shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + (153 * from_march + 2) / 5 + day - 1;
    fits.then(|| (days - 719_468) * 86_400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        let now = 784_111_777; // Sun, 06 Nov 1994 08:49:37 GMT
        let after = |text| wait(None, Some(text), now).map(|wait| wait.as_secs_f64());
        assert_eq!(after("3"), Some(3.0));
        assert_eq!(after(" 0.5 "), Some(0.5));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:39 GMT"), Some(2.0));
        assert_eq!(after("Sunday, 06-Nov-94 08:50:37 GMT"), Some(60.0));
        assert_eq!(after("Sun Nov  6 08:49:38 1994"), Some(1.0));
        assert_eq!(after("Tue, 29 Feb 2000 00:00:00 GMT"), Some(86_400.0));
        assert_eq!(after("99999999999999999999999999"), Some(86_400.0));
        for none in
            ["0", "-5", "soon", "", "NaN", "-inf", "Fri, 31 Dec 1993 23:59:59 GMT", "Nov", "Nov 6", "1 Nov x"]
        {
            assert_eq!(after(none), None, "{none}");
        }
        assert_eq!(wait(Some("200"), Some("7"), now), Some(Duration::from_millis(200)));
        assert_eq!(wait(Some("x"), Some("7"), now), Some(Duration::from_secs(7)));
        assert_eq!(date("Thu, 29 Feb 2024 00:00:00 GMT"), Some(1_709_164_800));
        assert_eq!(date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
    }
}
