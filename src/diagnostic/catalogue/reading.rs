//! P1xxx: reading text into documents.

codes! { "reading":
    SYNTAX "P1001" Error "The YAML cannot be read";
    TAB "P1002" Error "A tab is used as indentation";
    ENCODING "P1003" Error "The text is not UTF-8";
    CONTROL_CHARACTER "P1004" Error "A control character stands in the text";
    TOO_LARGE "P1005" Error "The input is too large";
    TOO_MANY_DOCUMENTS "P1006" Error "The text has too many documents";
    NESTING "P1007" Error "Values are nested too deep";
    TOO_MANY_PROBLEMS "P1008" Error "The text has too many problems";
    ALIAS_UNKNOWN "P1009" Error "An alias has no anchor";
    ALIAS_RECURSIVE "P1010" Error "An alias stands inside its own value";
    ALIAS_EXPANSION "P1011" Error "Aliases expand to too much";
    DUPLICATE_KEY "P1012" Error "A key stands twice in one map";
    KEY "P1013" Error "A key is not a text";
    KEY_READ_AS "P1014" Warning "A key is read as something else";
    MERGE "P1015" Error "A merge key has no map";
    TAG "P1016" Error "A tag cannot be understood";
    NUMBER "P1017" Error "A number does not fit JSON";
    BOOLEAN_WORD "P1018" Warning "A word is read as true or false";
    LEGACY_NUMBER "P1019" Warning "A number is not read as it looks";
    NOT_A_MAP "P1020" Error "A document is not an object";
    IDENTITY "P1021" Error "An object lacks its kind or name";
    LIST_ITEMS "P1022" Error "A list has no items";
}
