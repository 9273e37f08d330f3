//! P4xxx: packs and templates.

use crate::diagnostic::{Code, Level};

/// All codes of this area, in order.
pub const ALL: &[&Code] = &[
    &TEMPLATE_SYNTAX,
    &EXPRESSION,
    &DUPLICATE_KEY,
    &EVALUATION,
    &UNSET,
    &LIMIT,
    &REFUSED,
    &MISSING_FILE,
    &UNKNOWN_NAME,
    &UNKNOWN_PATH,
    &NO_OBJECT,
    &PACK_FIELD,
    &KIND_TWICE,
    &UNUSED_FILE,
    &UNREADABLE,
    &NO_SCHEMA,
];

macro_rules! codes {
    ($($name:ident $id:literal $level:ident $title:literal $page:literal)*) => {$(
        #[doc = $title]
        pub const $name: Code = Code {
            id: $id,
            level: Level::$level,
            title: $title,
            page: include_str!(concat!("pack/", $page, ".md")),
        };
    )*};
}

codes! {
    TEMPLATE_SYNTAX "P4001" Error "The template cannot be read" "template-syntax"
    EXPRESSION "P4002" Error "The expression cannot be read" "expression"
    DUPLICATE_KEY "P4003" Error "A map has a key twice" "duplicate-key"
    EVALUATION "P4004" Error "The expression fails for this instance" "evaluation"
    UNSET "P4005" Error "A value inside a text is not set" "unset"
    LIMIT "P4006" Error "A template makes too much" "limit"
    REFUSED "P4007" Error "The pack refuses the instance" "refused"
    MISSING_FILE "P4008" Error "The pack has no such file" "missing-file"
    UNKNOWN_NAME "P4009" Error "The template uses a name that nothing has" "unknown-name"
    UNKNOWN_PATH "P4010" Error "The template reads a field that the kind does not have" "unknown-path"
    NO_OBJECT "P4011" Error "The template gives no object" "no-object"
    PACK_FIELD "P4012" Error "The file pack.yaml is wrong" "pack-field"
    KIND_TWICE "P4013" Error "Two packs render the same kind" "kind-twice"
    UNUSED_FILE "P4014" Warning "No template uses this file" "unused-file"
    UNREADABLE "P4015" Error "The pack cannot be read" "unreadable"
    NO_SCHEMA "P4016" Error "A kind of the pack has no schema" "no-schema"
}
