//! Links the program at a fixed address on Linux, as Go links `helm` and `kubectl`: it has tens of thousands of pointers in its
//! tables, and to move each of them takes a millisecond of every start.

use std::env;

#[expect(clippy::disallowed_methods, reason = "Cargo tells a build script its target this way")]
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    let is_dynamic = !target("FEATURE").split(',').any(|feature| feature == "crt-static");
    if target("OS") == "linux" && target("ENV") == "gnu" && is_dynamic {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
