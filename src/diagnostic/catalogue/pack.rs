//! P4xxx: packs and templates.

codes! { "pack":
    TEMPLATE_SYNTAX "P4001" Error "The template cannot be read";
    EXPRESSION "P4002" Error "The expression cannot be read";
    DUPLICATE_KEY "P4003" Error "A map has a key twice";
    EVALUATION "P4004" Error "The expression fails for this instance";
    UNSET "P4005" Error "A value inside a text is not set";
    LIMIT "P4006" Error "A template makes too much";
    REFUSED "P4007" Error "The pack refuses the instance";
    MISSING_FILE "P4008" Error "The pack has no such file";
    UNKNOWN_NAME "P4009" Error "The template uses a name that nothing has";
    UNKNOWN_PATH "P4010" Error "The template reads a field that the kind does not have";
    NO_OBJECT "P4011" Error "The template gives no object";
    PACK_FIELD "P4012" Error "The file pack.yaml is wrong";
    KIND_TWICE "P4013" Error "Two packs render the same kind";
    UNUSED_FILE "P4014" Warning "No template uses this file";
    UNREADABLE "P4015" Error "The pack cannot be read";
    NO_SCHEMA "P4016" Error "A kind of the pack has no schema";
}
