//! Quantities, in the syntax of Kubernetes: `500m`, `1.5Gi`, `1e3`.

/// An amount, exact to a billionth, so that two spellings of the same amount are equal.
///
/// As in Kubernetes, an amount is at most 2^63-1, and a smaller fraction than a billionth is rounded away from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(i128);

const BILLION: i128 = 1_000_000_000;
const LARGEST: i128 = i64::MAX as i128 * BILLION;

impl Quantity {
    /// Nothing at all.
    pub const ZERO: Quantity = Quantity(0);

    /// So many gibibytes.
    pub const fn gibibytes(amount: i64) -> Self {
        Quantity::mebibytes(amount * 1024)
    }

    /// So many mebibytes.
    pub const fn mebibytes(amount: i64) -> Self {
        Quantity(amount as i128 * 1024 * 1024 * BILLION)
    }
}

/// Reads a quantity: an optional sign, digits with an optional point, and one suffix of `n u m k M G T P E`,
/// `Ki Mi Gi Ti Pi Ei`, or a decimal exponent such as `e3`.
pub fn parse(text: &str) -> Option<Quantity> {
    let (negative, rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let (number, suffix) = rest.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.contains('.') || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let (binary, ten) = scale(suffix)?;
    let amount = amount(whole, fraction, binary, ten.checked_add(9)?);
    Some(Quantity(if negative { -amount } else { amount }))
}

/// What a suffix multiplies with: a number, and a power of ten.
fn scale(suffix: &str) -> Option<(i128, i64)> {
    let decimal = |ten| Some((1, ten));
    let binary = |power: u32| Some((1024_i128.pow(power), 0));
    match suffix {
        "n" => decimal(-9),
        "u" => decimal(-6),
        "m" => decimal(-3),
        "" => decimal(0),
        "k" => decimal(3),
        "M" => decimal(6),
        "G" => decimal(9),
        "T" => decimal(12),
        "P" => decimal(15),
        "E" => decimal(18),
        "Ki" => binary(1),
        "Mi" => binary(2),
        "Gi" => binary(3),
        "Ti" => binary(4),
        "Pi" => binary(5),
        "Ei" => binary(6),
        exponent => decimal(exponent.strip_prefix(['e', 'E'])?.parse().ok()?),
    }
}

/// `whole.fraction * factor * 10^ten`, rounded up and capped.
fn amount(whole: &str, fraction: &str, factor: i128, ten: i64) -> i128 {
    let point = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
    let digits = whole.bytes().chain(fraction.bytes()).map(|digit| i128::from(digit - b'0'));
    let digits: Vec<i128> = digits.skip_while(|digit| *digit == 0).collect();
    // Past the capacity of the sum below, further digits only tell whether to round up.
    let kept = digits.len().min(19);
    let dropped = i64::try_from(digits.len() - kept).unwrap_or(i64::MAX);
    let mut sum = digits[..kept].iter().fold(0, |sum, digit| sum * 10 + digit);
    if sum == 0 {
        return 0;
    }
    sum *= factor;
    let rest = digits[kept..].iter().any(|digit| *digit != 0);
    match ten.saturating_sub(point).saturating_add(dropped) {
        power @ 0.. => match u32::try_from(power).ok().and_then(|power| 10_i128.checked_pow(power))
        {
            Some(multiple) => sum.saturating_mul(multiple).min(LARGEST),
            None => LARGEST,
        },
        power => {
            let divisor = u32::try_from(-power).ok().and_then(|power| 10_i128.checked_pow(power));
            let (quotient, remainder) =
                divisor.map_or((0, sum), |divisor| (sum / divisor, sum % divisor));
            (quotient + i128::from(rest || remainder != 0)).min(LARGEST)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_amount_are_equal() {
        for (left, right) in [
            ("1", "1000m"),
            ("1Gi", "1024Mi"),
            ("1.5Gi", "1536Mi"),
            ("1e3", "1k"),
            ("1E3", "1000"),
            ("1E", "1000000000000000000"),
            ("+.5", "500m"),
            ("5.", "5"),
            ("0001", "1"),
            ("1000000000n", "1"),
            ("12e-1", "1.2"),
        ] {
            assert_eq!(parse(left).unwrap(), parse(right).unwrap(), "{left} and {right}");
        }
    }

    #[test]
    fn amounts_are_ordered() {
        for (less, more) in [("-1", "0"), ("1G", "1Gi"), ("999m", "1"), ("1Pi", "1Ei")] {
            assert!(parse(less).unwrap() < parse(more).unwrap(), "{less} and {more}");
        }
    }

    #[test]
    fn what_is_no_quantity_is_refused() {
        for text in [
            "", "+", ".", "Gi", "1 Gi", "1gi", "1GiB", "1.2.3", "1e", "1e1.5", "--1", "1_000", "٣",
            "1K", "1ki",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn fractions_round_away_from_zero_and_huge_amounts_are_capped() {
        assert_eq!(parse("0.0000000001"), parse("1n"));
        assert_eq!(parse("-0.0000000001"), parse("-1n"));
        assert_eq!(parse("1e-400"), parse("1n"));
        assert_eq!(parse("0e400"), Some(Quantity::ZERO));
        assert_eq!(parse("1e400"), parse("9223372036854775807"));
        assert_eq!(parse("99999999999999999999999999999999999999999999"), parse("100Ei"));
        assert_eq!(parse("0.00000000000000000000000000000000000000000000001"), parse("1n"));
        assert_eq!(parse("12345678901234567890.5"), parse("9223372036854775807"));
    }

    #[test]
    fn more_digits_than_fit_keep_their_weight() {
        assert_eq!(parse("1.00000000000000000000000000000"), parse("1"));
        assert_eq!(parse("1.00000000000000000000000000001"), Some(Quantity(BILLION + 1)));
        assert_eq!(Quantity::gibibytes(1), parse("1Gi").unwrap());
    }
}
