//! Which risks fail a run.

use std::str::FromStr;

use crate::diagnostic::{Code, Level, catalogue};

/// A risk, or all from a level on.
#[derive(Debug, Clone, Copy)]
pub(super) enum FailOn {
    Code(&'static Code),
    Level(Level),
}

impl FailOn {
    pub(super) fn means(self, code: &Code) -> bool {
        match self {
            FailOn::Code(wanted) => wanted.id == code.id,
            FailOn::Level(worst) => code.level <= worst,
        }
    }
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let level = match text {
            "error" => Some(Level::Error),
            "warning" => Some(Level::Warning),
            "note" => Some(Level::Note),
            _ => None,
        };
        if let Some(level) = level {
            return Ok(FailOn::Level(level));
        }
        let code = catalogue::change::ALL.iter().find(|code| code.id.eq_ignore_ascii_case(text));
        code.map(|code| FailOn::Code(code)).ok_or_else(|| {
            "write `error`, `warning`, `note`, or the code of a risk such as P6201".to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_means_those_that_are_as_bad_or_worse() {
        let warning: FailOn = "warning".parse().unwrap();
        assert!(warning.means(&catalogue::change::CLAIM_REMOVED));
        assert!(warning.means(&catalogue::change::MODEL));
        assert!(!warning.means(&catalogue::change::PODS_RESTART));
    }

    #[test]
    fn a_code_means_itself_in_any_case_of_letters() {
        let one: FailOn = "p6101".parse().unwrap();
        assert!(one.means(&catalogue::change::PODS_RESTART));
        assert!(!one.means(&catalogue::change::STOPPED));
        assert!("P1001".parse::<FailOn>().is_err() && "errors".parse::<FailOn>().is_err());
    }
}
