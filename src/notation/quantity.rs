//! Quantities such as `500m` and `10Gi`, in the syntax of Kubernetes.

use std::cmp::Ordering;

/// A quantity, kept so that comparing is exact for what people write.
#[derive(Debug, Clone, Copy)]
pub struct Quantity {
    /// Digits without a dot, signed.
    mantissa: i128,
    /// The power of ten of the last digit.
    tens: i32,
    /// The power of two on top, for `Ki`, `Mi`, and so on.
    twos: i32,
}

/// What the API server takes for a quantity, as a regular expression. Every text that [`parse`] reads matches it.
pub const PATTERN: &str = r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";

/// Why a text is not a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// No digit where there must be one.
    #[error("a quantity is a number with an optional unit, such as `500m` or `10Gi`")]
    NotANumber,
    /// An unknown unit.
    #[error("the unit must be one of n, u, m, k, M, G, T, P, E, or Ki, Mi, Gi, Ti, Pi, Ei")]
    Unit,
    /// More digits than a quantity can hold.
    #[error("the number is too long")]
    TooLong,
}

/// Reads a quantity: a sign, digits with at most one dot, and a unit or a decimal exponent.
///
/// # Errors
///
/// If the text is not a quantity.
pub fn parse(text: &str) -> Result<Quantity, QuantityError> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let unit_at =
        unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
    let (number, unit) = unsigned.split_at(unit_at);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.contains('.') || whole.is_empty() && fraction.is_empty() {
        return Err(QuantityError::NotANumber);
    }
    let (unit_tens, twos) = unit_powers(unit)?;
    let mut mantissa: i128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        mantissa = mantissa
            .checked_mul(10)
            .and_then(|shifted| shifted.checked_add(i128::from(digit - b'0')))
            .ok_or(QuantityError::TooLong)?;
    }
    let fraction_digits = i32::try_from(fraction.len()).map_err(|_| QuantityError::TooLong)?;
    Ok(Quantity {
        mantissa: if text.starts_with('-') { -mantissa } else { mantissa },
        tens: unit_tens - fraction_digits,
        twos,
    })
}

fn unit_powers(unit: &str) -> Result<(i32, i32), QuantityError> {
    Ok(match unit {
        "" => (0, 0),
        "n" => (-9, 0),
        "u" => (-6, 0),
        "m" => (-3, 0),
        "k" => (3, 0),
        "M" => (6, 0),
        "G" => (9, 0),
        "T" => (12, 0),
        "P" => (15, 0),
        "E" => (18, 0),
        "Ki" => (0, 10),
        "Mi" => (0, 20),
        "Gi" => (0, 30),
        "Ti" => (0, 40),
        "Pi" => (0, 50),
        "Ei" => (0, 60),
        _ => {
            let exponent = unit.strip_prefix(['e', 'E']).ok_or(QuantityError::Unit)?;
            // Kubernetes takes what fits into 32 bits; nothing past this is a number anyone compares.
            let exponent: i32 = exponent.parse().map_err(|_| QuantityError::Unit)?;
            (exponent.clamp(-1_000, 1_000), 0)
        }
    })
}

/// Equal in amount: `1Gi` is `1024Mi`.
impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.compare(other).is_eq()
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.compare(other)
    }
}

impl Quantity {
    /// Nothing.
    pub const ZERO: Quantity = Quantity { mantissa: 0, tens: 0, twos: 0 };

    /// So many times 2^20.
    pub const fn mebibytes(count: i128) -> Quantity {
        Quantity { mantissa: count, tens: 0, twos: 20 }
    }

    /// Below zero, zero, or above.
    pub fn sign(&self) -> Ordering {
        self.mantissa.cmp(&0)
    }

    /// Compares two quantities of whatever units.
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self.scaled(other), other.scaled(self)) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => self.approximate().total_cmp(&other.approximate()),
        }
    }

    /// The mantissa as it is when both quantities have the same unit; none where that does not fit.
    fn scaled(&self, other: &Self) -> Option<i128> {
        let tens = u32::try_from(self.tens - self.tens.min(other.tens)).ok()?;
        let twos = u32::try_from(self.twos - self.twos.min(other.twos)).ok()?;
        self.mantissa
            .checked_mul(10_i128.checked_pow(tens)?)?
            .checked_mul(2_i128.checked_pow(twos)?)
    }

    /// The nearest float.
    pub fn approximate(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "an approximation is what is asked for")]
        let mantissa = self.mantissa as f64;
        mantissa * 10_f64.powi(self.tens) * 2_f64.powi(self.twos)
    }

    /// The sum of two quantities, none where it does not fit.
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        let mantissa = self.scaled(other)?.checked_add(other.scaled(self)?)?;
        Some(Quantity {
            mantissa,
            tens: self.tens.min(other.tens),
            twos: self.twos.min(other.twos),
        })
    }

    /// The same with the other sign.
    #[must_use]
    pub fn negated(&self) -> Self {
        Quantity { mantissa: -self.mantissa, ..*self }
    }

    /// The whole number, where it is one that fits into 64 bits.
    pub fn as_integer(&self) -> Option<i64> {
        let one = Quantity { mantissa: 1, tens: 0, twos: 0 };
        let scale = one.scaled(self)?;
        let value = self.scaled(&one)?;
        (value % scale == 0).then(|| i64::try_from(value / scale).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kubernetes_takes() {
        for text in
            ["0", "1", "+1", "-1", "1.5", ".5", "5.", "500m", "10Gi", "1e3", "1E-3", "1E", "0.1n"]
        {
            assert!(parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_kubernetes_refuses() {
        for text in [
            "", " ", "Gi", ".", "-", "1 Gi", "1GB", "1gi", "1K", "1KB", "1..2", "1.2.3", "0x10",
            "1e", "1e1.5", "1e3Gi", "--1", "+-1", "1_000", "1,5", "ten", "١",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_read_matches_the_pattern_too() {
        let pattern = regex::Regex::new(PATTERN).unwrap();
        let parts = ["", "+", "-", "0", "7", ".", "m", "Ki", "E", "e", "k", "12", " "];
        let mut read = 0;
        for first in parts {
            for second in parts {
                for third in parts {
                    for fourth in parts {
                        let text = format!("{first}{second}{third}{fourth}");
                        let is_read = parse(&text).is_ok();
                        assert!(!is_read || pattern.is_match(&text), "{text}");
                        read += usize::from(is_read);
                    }
                }
            }
        }
        assert!(read > 1_000, "{read} of the texts are quantities");
    }

    #[track_caller]
    fn compare(left: &str, right: &str) -> Ordering {
        parse(left).unwrap().compare(&parse(right).unwrap())
    }

    #[test]
    fn comparing_looks_through_units() {
        assert_eq!(compare("1Gi", "1024Mi"), Ordering::Equal);
        assert_eq!(compare("1G", "1Gi"), Ordering::Less);
        assert_eq!(compare("0.5", "500m"), Ordering::Equal);
        assert_eq!(compare("1e3", "1k"), Ordering::Equal);
        assert_eq!(compare("-1", "1n"), Ordering::Less);
        assert_eq!(compare("1e900", "1Ei"), Ordering::Greater);
    }

    #[test]
    fn whole_numbers_are_known() {
        assert_eq!(parse("1500m").unwrap().as_integer(), None);
        assert_eq!(parse("2000m").unwrap().as_integer(), Some(2));
        assert_eq!(parse("1Ki").unwrap().as_integer(), Some(1024));
        assert_eq!(parse("9e18").unwrap().as_integer(), Some(9_000_000_000_000_000_000));
        assert_eq!(parse("1e19").unwrap().as_integer(), None);
    }
}
