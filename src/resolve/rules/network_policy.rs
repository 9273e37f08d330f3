//! Network ranges that the API server accepts.

use std::net::IpAddr;

use serde_json::Value;

use crate::{
    diagnostic::{Diagnostic, catalogue::rules::NETWORK_RANGE},
    field::{list, text},
    field_path::FieldPath,
    resolve::{Instance, rules::at},
};

const POLICY: &str = "spec.security.networkPolicy";

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let Some(policy) = instance.get(POLICY) else { return };
    for field in ["allowedEgressCIDRs", "allowedIngressCIDRs"] {
        for (index, range) in list(policy, field).iter().enumerate() {
            let path = at(POLICY).key(field).index(index);
            parse(instance, found, &path, range.as_str().unwrap_or_default());
        }
    }
    for (field, peers) in [("additionalEgress", "to"), ("additionalIngress", "from")] {
        for (rule, entry) in list(policy, field).iter().enumerate() {
            for (index, peer) in list(entry, peers).iter().enumerate() {
                let path = at(POLICY).key(field).index(rule).key(peers).index(index);
                if let Some(block) = peer.get("ipBlock") {
                    ip_block(instance, found, &path.key("ipBlock"), block);
                }
            }
        }
    }
}

fn ip_block(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, block: &Value) {
    let cidr = text(block, "cidr");
    let outer = parse(instance, found, &path.clone().key("cidr"), cidr);
    for (index, except) in list(block, "except").iter().enumerate() {
        let path = path.clone().key("except").index(index);
        let except = except.as_str().unwrap_or_default();
        let inner = parse(instance, found, &path, except);
        if let (Some(outer), Some(inner)) = (outer, inner)
            && !outer.holds(inner)
        {
            let message = format!("`{except}` is not inside of `{cidr}`");
            found.push(
                instance
                    .problem(&NETWORK_RANGE, &path, message)
                    .help("an exception is a smaller part of its range"),
            );
        }
    }
}

/// The first bits of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    address: IpAddr,
    length: u32,
}

impl Range {
    fn read(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let is_plain = length.bytes().all(|byte| byte.is_ascii_digit())
            && (length == "0" || !length.starts_with('0'));
        let length = length.parse().ok().filter(|_| is_plain)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        (length <= longest).then_some(Range { address, length })
    }

    /// Whether another range lies inside of this one and is smaller.
    fn holds(self, inner: Range) -> bool {
        let same = match (self.address, inner.address) {
            (IpAddr::V4(outer), IpAddr::V4(inner)) => {
                u128::from(outer.to_bits() ^ inner.to_bits()) << 96
            }
            (IpAddr::V6(outer), IpAddr::V6(inner)) => outer.to_bits() ^ inner.to_bits(),
            _ => return false,
        };
        inner.length > self.length && same.leading_zeros() >= self.length
    }
}

fn parse(
    instance: &Instance,
    found: &mut Vec<Diagnostic>,
    path: &FieldPath,
    text: &str,
) -> Option<Range> {
    let range = Range::read(text);
    if range.is_none() {
        let problem =
            instance.problem(&NETWORK_RANGE, path, format!("`{text}` is no network range"));
        let length = match text.parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) => format!("for one address write `{text}/32`"),
            Ok(IpAddr::V6(_)) => format!("for one address write `{text}/128`"),
            Err(_) => "write an address and a length, such as `10.0.0.0/8`".to_owned(),
        };
        found.push(problem.help(length));
    }
    range
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_smaller_ones() {
        let read = |text| Range::read(text).unwrap();
        for (outer, inner, expected) in [
            ("10.0.0.0/8", "10.1.0.0/16", true),
            ("0.0.0.0/0", "10.0.0.0/8", true),
            ("10.0.0.0/8", "11.0.0.0/16", false),
            ("10.0.0.0/8", "10.0.0.0/8", false),
            ("10.0.0.0/16", "10.0.0.0/8", false),
            ("fd00::/8", "fd12::/16", true),
            ("::/0", "10.0.0.0/8", false),
        ] {
            assert_eq!(read(outer).holds(read(inner)), expected, "{outer} {inner}");
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in [
            "",
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0.0/08",
            "10.0.0/8",
            "::/129",
            "a/8",
            "10.0.0.0/+8",
            "010.0.0.0/8",
        ] {
            assert_eq!(Range::read(text), None, "{text}");
        }
    }
}
