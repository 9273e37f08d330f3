//! Schedules as the agent takes them: five numeric fields of cron, or `every` and a duration.

use serde_json::{Value, json};

/// When a job runs, again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    /// Minute, hour, day of the month, month, and day of the week.
    Cron(String),
    /// Every so many minutes.
    Every(u64),
}

/// Why a text is no schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong with it.
    pub message: String,
    /// What to write.
    pub help: String,
}

/// Fields of cron, and the numbers that each may have.
const FIELDS: [(&str, u64, u64); 5] = [
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of the month", 1, 31),
    ("month", 1, 12),
    ("day of the week", 0, 7),
];

/// Short forms that other schedulers know.
const SHORT: &[(&str, &str)] = &[
    ("@hourly", "0 * * * *"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"),
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
];

/// Names of months and days, each list from its first number on.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl Schedule {
    /// Reads a schedule.
    ///
    /// # Errors
    /// The agent would refuse it, or run the job once: such a job comes back at each start.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if let Some(duration) = strip_every(text) {
            return minutes(duration).map(Schedule::Every).ok_or_else(|| Refusal {
                message: format!("`{text}` has no duration that the agent knows"),
                help: "write minutes, hours, or days: `every 30m`, `every 2h`, `every 1d`"
                    .to_owned(),
            });
        }
        if let Some((_, fields)) = SHORT.iter().find(|(short, _)| text.eq_ignore_ascii_case(short))
        {
            return Err(Refusal {
                message: format!("the agent does not know `{text}`"),
                help: format!("write `{fields}`"),
            });
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        if fields.len() != FIELDS.len() {
            return Err(once_or_unknown(text));
        }
        for (field, bounds) in fields.iter().zip(FIELDS) {
            check(field, bounds).map_err(|message| Refusal {
                message,
                help: match named(&fields) {
                    Some(numeric) => format!("write numbers: `{numeric}`"),
                    None => "write five fields of numbers, `*`, `-`, `,`, and `/`: `0 9 * * 1-5`"
                        .to_owned(),
                },
            })?;
        }
        Ok(Schedule::Cron(fields.join(" ")))
    }

    /// The same as the agent keeps it.
    pub fn record(&self) -> Value {
        match self {
            Schedule::Cron(fields) => json!({"kind": "cron", "expr": fields, "display": fields}),
            Schedule::Every(minutes) => {
                json!({"kind": "interval", "minutes": minutes, "display": format!("every {minutes}m")})
            }
        }
    }
}

fn strip_every(text: &str) -> Option<&str> {
    let (word, rest) = text.split_once(char::is_whitespace)?;
    word.eq_ignore_ascii_case("every").then(|| rest.trim())
}

/// `30m`, `2 hours`, `1d`.
fn minutes(text: &str) -> Option<u64> {
    let end = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = text.split_at(end);
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "m" | "min" | "mins" | "minute" | "minutes" => 1,
        "h" | "hr" | "hrs" | "hour" | "hours" => 60,
        "d" | "day" | "days" => 1440,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor).filter(|minutes| *minutes > 0)
}

fn once_or_unknown(text: &str) -> Refusal {
    let is_once =
        minutes(text).is_some() || crate::notation::time::is_date(text.get(..10).unwrap_or(text));
    if is_once {
        return Refusal {
            message: format!("`{text}` is one time, and a declared job comes back at each start"),
            help: "write `every` before a duration, or ask the agent for the one time".to_owned(),
        };
    }
    Refusal {
        message: format!("`{text}` is no schedule"),
        help: "write five fields of cron, such as `0 9 * * 1-5`, or `every 30m`".to_owned(),
    }
}

/// One field: numbers and ranges of them with steps, between commas.
fn check(field: &str, (name, least, most): (&str, u64, u64)) -> Result<(), String> {
    let number = |text: &str| match text.parse::<u64>() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        Ok(_) => Err(format!("the {name} is from {least} to {most}, and not `{text}`")),
        Err(_) => Err(format!("`{text}` is no number for the {name}")),
    };
    for part in field.split(',') {
        let (range, step) =
            part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        match range.split_once('-') {
            _ if range == "*" => {}
            Some((first, last)) if number(first)? > number(last)? => {
                return Err(format!("the range `{range}` of the {name} ends before it begins"));
            }
            Some(_) => {}
            None => drop(number(range)?),
        }
        if step.is_some_and(|step| step.parse::<u64>().ok().is_none_or(|step| step == 0)) {
            return Err(format!("the step of `{part}` is no number above 0"));
        }
    }
    Ok(())
}

/// The same fields with numbers in place of names, if that is all that is wrong with them.
fn named(fields: &[&str]) -> Option<String> {
    let mut numeric: Vec<String> = fields.iter().map(|field| field.to_ascii_lowercase()).collect();
    for (position, names, first) in [(3, &MONTHS[..], 1), (4, &DAYS[..], 0)] {
        for (index, name) in names.iter().enumerate() {
            numeric[position] = numeric[position].replace(name, &(index + first).to_string());
        }
    }
    let fits = numeric.iter().zip(FIELDS).all(|(field, bounds)| check(field, bounds).is_ok());
    fits.then(|| numeric.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_agent_takes() {
        for text in ["*/15 * * * *", "0 9 * * 1-5", "0,30 8-18/2 1 1,6 7", " 0  0 * * 0 "] {
            assert!(matches!(Schedule::parse(text), Ok(Schedule::Cron(_))), "{text}");
        }
        for (text, minutes) in [("every 30m", 30), ("Every 2 hours", 120), ("every 1d", 1440)] {
            assert_eq!(Schedule::parse(text), Ok(Schedule::Every(minutes)), "{text}");
        }
    }

    #[track_caller]
    fn refuse(text: &str, help: &str) {
        let refusal = Schedule::parse(text).unwrap_err();
        assert!(refusal.help.contains(help), "{text}: {refusal:?}");
    }

    #[test]
    fn what_it_refuses_is_answered_with_what_to_write() {
        refuse("@daily", "`0 0 * * *`");
        refuse("@Hourly", "`0 * * * *`");
        refuse("0 9 * * MON-FRI", "`0 9 * * 1-5`");
        refuse("0 9 1 jan *", "`0 9 1 1 *`");
        refuse("every 90", "every 30m");
        refuse("every 0m", "every 30m");
        refuse("30m", "`every` before");
        refuse("2026-01-31T08:00", "`every` before");
        refuse("", "five fields");
        refuse("0 9 * *", "five fields");
        refuse("0 0 9 * * 1", "five fields");
        refuse("60 * * * *", "five fields");
        refuse("*/0 * * * *", "five fields");
        refuse("5-1 * * * *", "five fields");
        refuse("every 99999999999999999999d", "every 30m");
        refuse("1, * * * *", "five fields");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}") {
            let _ = Schedule::parse(&text);
        }
    }
}
