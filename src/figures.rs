//! Honest figures: shares with the interval that so few cases allow, and percentiles.

use serde::Serialize;
use std::fmt;
use std::time::Duration;

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Those that are meant.
    pub hits: usize,
    /// All.
    pub of: usize,
}

/// Of the normal distribution, for 95 % on both sides.
const Z: f64 = 1.959_964;

impl Share {
    /// Counts one more case.
    pub fn count(&mut self, hit: bool) {
        self.hits += usize::from(hit);
        self.of += 1;
    }

    /// The share itself, from 0 to 1; `None` of nothing.
    pub fn value(self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }

    /// Wilson's interval at 95 %, from 0 to 1: where the true share is, for all that these cases can tell.
    pub fn interval(self) -> (f64, f64) {
        let (Some(share), of) = (self.value(), self.of as f64) else { return (0.0, 1.0) };
        let middle = share + Z * Z / (2.0 * of);
        let spread = Z * (share * (1.0 - share) / of + Z * Z / (4.0 * of * of)).sqrt();
        let scale = 1.0 + Z * Z / of;
        (((middle - spread) / scale).max(0.0), ((middle + spread) / scale).min(1.0))
    }
}

impl fmt::Display for Share {
    /// `3 of 120, 2.5 % (0.9 – 7.1)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(share) = self.value() else { return f.write_str("none") };
        let (low, high) = self.interval();
        write!(
            f,
            "{} of {}, {:.1} % ({:.1} – {:.1})",
            self.hits,
            self.of,
            100.0 * share,
            100.0 * low,
            100.0 * high
        )
    }
}

impl Serialize for Share {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form {
            count: usize,
            of: usize,
            share: Option<f64>,
            interval_95: [f64; 2],
        }
        let (low, high) = self.interval();
        Form { count: self.hits, of: self.of, share: self.value(), interval_95: [low, high] }
            .serialize(serializer)
    }
}

/// Times, by how many percent of all are no longer; in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Percentiles {
    /// Half of all.
    pub p50: f64,
    /// Nine of ten.
    pub p90: f64,
    /// All but one of a hundred.
    pub p99: f64,
    /// All.
    pub max: f64,
}

impl Percentiles {
    /// Of these times, in any order; `None` of none.
    pub fn of(mut times: Vec<Duration>) -> Option<Percentiles> {
        times.sort_unstable();
        let at = |percent: usize| {
            let rank = (times.len() * percent).div_ceil(100).max(1);
            times.get(rank - 1).map(|time| time.as_secs_f64() * 1000.0)
        };
        Some(Percentiles { p50: at(50)?, p90: at(90)?, p99: at(99)?, max: at(100)? })
    }
}

impl fmt::Display for Percentiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "half within {:.0} ms, 90 % within {:.0}, 99 % within {:.0}, all within {:.0}",
            self.p50, self.p90, self.p99, self.max
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        let close = |share: Share, low: f64, high: f64| {
            let (l, h) = share.interval();
            assert!((l - low).abs() < 5e-4 && (h - high).abs() < 5e-4, "{share:?}: {l} {h}");
        };
        // From the paper's formula, by other programs.
        close(Share { hits: 0, of: 10 }, 0.0, 0.2775);
        close(Share { hits: 10, of: 10 }, 0.7225, 1.0);
        close(Share { hits: 9, of: 52 }, 0.0938, 0.2973);
        close(Share { hits: 50, of: 100 }, 0.4038, 0.5962);
        close(Share::default(), 0.0, 1.0);
        assert_eq!(Share { hits: 3, of: 120 }.to_string(), "3 of 120, 2.5 % (0.9 – 7.1)");
        assert_eq!(Share::default().to_string(), "none");
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times = (1..=200).rev().map(Duration::from_millis).collect();
        let percentiles = Percentiles::of(times).unwrap();
        assert_eq!(
            (percentiles.p50, percentiles.p90, percentiles.p99, percentiles.max),
            (100.0, 180.0, 198.0, 200.0)
        );
        let one = Percentiles::of(vec![Duration::from_millis(7)]).unwrap();
        assert_eq!((one.p50, one.max), (7.0, 7.0));
        assert_eq!(Percentiles::of(Vec::new()), None);
    }
}
