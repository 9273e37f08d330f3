//! Addresses and networks in rules: `cidr('10.0.0.0/8').containsIP(self.address)`.
#![expect(
    clippy::needless_pass_by_value,
    reason = "the interpreter fixes the signature of a function"
)]

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use cel::{
    DeclarationError, Env, ExecutionError,
    common::{
        functions::Function,
        types::{DYN_TYPE, STRING_TYPE, Type},
    },
    objects::Opaque,
};

use crate::schema::cel::library::{Answer, Arguments, answer, values};

const ADDRESS: &str = "net.IP";
const NETWORK: &str = "net.CIDR";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Address(IpAddr);

impl Opaque for Address {
    fn runtime_type_name(&self) -> &'static str {
        ADDRESS
    }
}

/// An address and how many of its bits name the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    length: u32,
}

impl Opaque for Network {
    fn runtime_type_name(&self) -> &'static str {
        NETWORK
    }
}

/// The functions of a text.
const OF_TEXT: [(&str, Function); 5] = [
    ("ip", |arguments| construct("ip", &arguments, |text| Some(Address(read_address(text)?)))),
    ("cidr", |arguments| construct("cidr", &arguments, read_network)),
    ("isIP", |arguments| test(&arguments, |text| Some(read_address(text).is_some()))),
    ("isCIDR", |arguments| test(&arguments, |text| Some(read_network(text).is_some()))),
    ("ip.isCanonical", |arguments| {
        test(&arguments, |text| Some(read_address(text)?.to_string() == text))
    }),
];

/// The functions of an address.
const OF_ADDRESS: [(&str, Function); 6] = [
    ("family", |arguments| of_address(&arguments, |ip| if ip.is_ipv4() { 4 } else { 6 })),
    ("isUnspecified", |arguments| of_address(&arguments, |ip| ip.is_unspecified())),
    ("isLoopback", |arguments| of_address(&arguments, |ip| ip.is_loopback())),
    ("isLinkLocalMulticast", |arguments| of_address(&arguments, is_link_local_multicast)),
    ("isLinkLocalUnicast", |arguments| of_address(&arguments, is_link_local)),
    ("isGlobalUnicast", |arguments| of_address(&arguments, is_global)),
];

/// The functions of a network, with the count of their arguments.
const OF_NETWORK: [(&str, usize, Function); 5] = [
    ("ip", 0, |arguments| of_network(&arguments, |network| opaque(Address(network.address)))),
    ("masked", 0, |arguments| of_network(&arguments, |network| opaque(network.masked()))),
    ("prefixLength", 0, |arguments| of_network(&arguments, |network| i64::from(network.length))),
    ("containsIP", 1, contains_address),
    ("containsCIDR", 1, contains_network),
];

pub(super) fn register(environment: &mut Env) -> Result<(), DeclarationError> {
    for (name, function) in OF_TEXT {
        environment.add_overload(name, &format!("text.{name}"), vec![STRING_TYPE], function)?;
    }
    for (name, function) in OF_ADDRESS {
        let target = Type::new_opaque_type(ADDRESS);
        environment.add_member_overload(name, &format!("ip.{name}"), target, vec![], function)?;
    }
    for (name, count, function) in OF_NETWORK {
        let target = Type::new_opaque_type(NETWORK);
        let arguments = std::iter::repeat_with(|| DYN_TYPE).take(count).collect();
        let id = format!("cidr.{name}");
        environment.add_member_overload(name, &id, target, arguments, function)?;
    }
    Ok(())
}

/// An address as the API server reads it: no zone, and no IPv4 address in an IPv6 one.
fn read_address(text: &str) -> Option<IpAddr> {
    match text.parse().ok()? {
        IpAddr::V6(address) if address.to_ipv4_mapped().is_some() => None,
        address => Some(address),
    }
}

/// A network as the API server reads it: a length without sign or leading zero.
fn read_network(text: &str) -> Option<Network> {
    let (address, length) = text.split_once('/')?;
    let address = read_address(address)?;
    let is_plain = length == "0" || length.starts_with(|first: char| matches!(first, '1'..='9'));
    let length: u32 = length.parse().ok().filter(|_| is_plain)?;
    (length <= bits(address)).then_some(Network { address, length })
}

fn bits(address: IpAddr) -> u32 {
    if address.is_ipv4() { Ipv4Addr::BITS } else { Ipv6Addr::BITS }
}

impl Network {
    fn masked(self) -> Self {
        let free = bits(self.address) - self.length;
        let address = match self.address {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shl(free).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX.checked_shl(free).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
            }
        };
        Network { address, ..self }
    }

    fn contains(self, address: IpAddr) -> bool {
        address.is_ipv4() == self.address.is_ipv4()
            && (Network { address, ..self }).masked() == self.masked()
    }
}

fn is_link_local_multicast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.octets()[..3] == [224, 0, 0],
        IpAddr::V6(address) => address.segments()[0] & 0xff0f == 0xff02,
    }
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

/// Private addresses are global in this sense.
fn is_global(address: IpAddr) -> bool {
    let is_broadcast = address == IpAddr::V4(Ipv4Addr::BROADCAST);
    let is_special = address.is_unspecified() || address.is_loopback() || address.is_multicast();
    !(is_special || is_broadcast || is_link_local(address))
}

fn opaque(value: impl Opaque) -> cel::Value {
    cel::Value::Opaque(Arc::new(value))
}

fn fail<T>(function: &str) -> Result<T, ExecutionError> {
    Err(ExecutionError::function_error(function, "the text is not one that it reads"))
}

/// The value that a text stands for.
pub(super) fn construct<'b, 'v, T: Opaque>(
    function: &str,
    arguments: &Arguments<'b, 'v>,
    read: fn(&str) -> Option<T>,
) -> Answer<'b, 'v> {
    let [text] = values(arguments)?;
    let value = if let cel::Value::String(text) = &text { read(text) } else { None };
    value.map_or_else(|| fail(function), |value| answer(opaque(value)))
}

/// What holds for a text; an error if nothing can be said.
pub(super) fn test<'b, 'v>(
    arguments: &Arguments<'b, 'v>,
    test: fn(&str) -> Option<bool>,
) -> Answer<'b, 'v> {
    let [text] = values(arguments)?;
    let holds = if let cel::Value::String(text) = &text { test(text) } else { None };
    holds.map_or_else(|| fail("isCanonical"), answer)
}

/// The value of one of our types in an argument.
pub(super) fn held<T: Opaque + Clone>(value: &cel::Value) -> Result<T, ExecutionError> {
    match value {
        cel::Value::Opaque(opaque) => opaque.downcast_ref::<T>().cloned(),
        _ => None,
    }
    .map_or_else(|| fail("this function"), Ok)
}

fn of_address<'b, 'v, T: Into<cel::Value>>(
    arguments: &Arguments<'b, 'v>,
    say: fn(IpAddr) -> T,
) -> Answer<'b, 'v> {
    let [address] = values(arguments)?;
    answer(say(held::<Address>(&address)?.0))
}

fn of_network<'b, 'v, T: Into<cel::Value>>(
    arguments: &Arguments<'b, 'v>,
    say: fn(Network) -> T,
) -> Answer<'b, 'v> {
    let [network] = values(arguments)?;
    answer(say(held(&network)?))
}

fn contains_address<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let [network, address] = values(&arguments)?;
    let address = match &address {
        cel::Value::String(text) => read_address(text).map_or_else(|| fail("containsIP"), Ok)?,
        address => held::<Address>(address)?.0,
    };
    answer(held::<Network>(&network)?.contains(address))
}

fn contains_network<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let [network, inner] = values(&arguments)?;
    let inner = match &inner {
        cel::Value::String(text) => read_network(text).map_or_else(|| fail("containsCIDR"), Ok)?,
        inner => held(inner)?,
    };
    let network: Network = held(&network)?;
    answer(inner.length >= network.length && network.contains(inner.address))
}
