//! P2xxx: what the schema and the CEL rules of a kind say.

codes! { "schema":
    UNKNOWN_FIELD "P2001" Error "The kind has no such field";
    WRONG_TYPE "P2002" Error "The value has the wrong type";
    REQUIRED "P2003" Error "A field is missing";
    ENUM "P2004" Error "The value is not one of the allowed values";
    PATTERN "P2005" Error "The value does not match the pattern";
    BOUNDS "P2006" Error "The number is out of bounds";
    LENGTH "P2007" Error "The value is too short or too long";
    FORMAT "P2008" Error "The value does not have the format of its field";
    DUPLICATE "P2009" Error "The list has the same item twice";
    NAME "P2010" Error "The name is not one that Kubernetes takes";
    LABEL "P2011" Error "A label or annotation is not one that Kubernetes takes";
    COMBINATION "P2012" Error "The value fits none of the allowed forms";
    RULE "P2013" Error "A rule of the kind does not hold";
    RULE_UNDECIDED "P2014" Warning "A rule of the kind cannot be evaluated offline";
    OTHER_VERSION "P2015" Error "The kind is not known in this version";
    OWNER "P2016" Error "The owner is not one that Kubernetes takes";
}
