//! What a server says of how often it answers. GitHub says 403 to those who ask too often, and when they may again.

use std::time::Duration;

use jiff::Timestamp;
use ureq::http::{HeaderMap, StatusCode};

use crate::http::{self, LONGEST_WAIT};

/// What an answer says of the limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Limit {
    /// How long to wait before the next question.
    pub(super) after: Option<Duration>,
    /// When it may be asked again, in seconds since 1970.
    reset: Option<i64>,
}

impl Limit {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.parse::<i64>().ok();
        let is_used_up = number("x-ratelimit-remaining") == Some(0);
        let asked = http::retry_after(headers);
        Limit {
            after: asked.or_else(|| is_used_up.then_some(LONGEST_WAIT)),
            reset: number("x-ratelimit-reset").filter(|_| is_used_up),
        }
    }

    /// Whether an answer says that the limit is reached.
    pub(super) fn is_reached(self, status: StatusCode) -> bool {
        status == 429 || (status == 403 && self.after.is_some())
    }

    /// Whether the same question may have another answer soon.
    pub(super) fn is_busy(self, status: StatusCode) -> bool {
        http::is_busy(status) || self.is_reached(status)
    }

    /// When it answers again, as the end of a sentence.
    pub(super) fn until(self) -> String {
        let reset = self.reset.and_then(|second| Timestamp::from_second(second).ok());
        match (reset, self.after) {
            (Some(reset), _) => format!(" until {reset}"),
            (None, Some(after)) => format!("; it asks to wait {} s", after.as_secs()),
            (None, None) => "; try again later".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(headers: &[(&'static str, &'static str)]) -> Limit {
        let pairs =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        Limit::of(&pairs.collect::<HeaderMap>())
    }

    #[test]
    fn when_a_limit_ends_is_said() {
        let used_up = limit(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1767323045")]);
        assert!(used_up.is_reached(StatusCode::FORBIDDEN));
        assert_eq!(used_up.until(), " until 2026-01-02T03:04:05Z");
        let asked = limit(&[("retry-after", "90")]);
        assert_eq!(asked.until(), "; it asks to wait 90 s");
        assert_eq!(limit(&[]).until(), "; try again later");
    }

    #[test]
    fn what_is_left_of_a_limit_limits_nothing() {
        let left = limit(&[("x-ratelimit-remaining", "9"), ("x-ratelimit-reset", "1767323045")]);
        assert_eq!(left, Limit::default());
        assert!(!left.is_reached(StatusCode::FORBIDDEN));
        assert!(
            left.is_busy(StatusCode::BAD_GATEWAY) && left.is_reached(StatusCode::TOO_MANY_REQUESTS)
        );
    }
}
