//! P3xxx: what runs, and what does not.

use crate::diagnostic::{Code, Level};

/// All codes of this area, in order.
pub const ALL: &[&Code] = &[
    &NOT_RENDERED,
    &GATEWAY_CREDENTIAL,
    &SELF_CONFIGURE_OPEN,
    &MIGRATION_SOURCE,
    &RESTORE_AND_MIGRATION,
    &CONFIG_OVERLAP,
    &DISRUPTION_BUDGET,
    &AUTOSCALER_BOUNDS,
    &SECOND_REPLICA,
    &EMPTY_VALUE,
    &FLOATING_TAG,
    &IMAGE_SYNTAX,
    &UNKNOWN_VERSION,
    &OLD_VERSION,
    &REBUILT_IMAGE,
    &SHARED_VOLUME,
    &SHARED_CLAIM,
    &NETWORK_STORAGE,
    &QUANTITY,
    &NO_PERSISTENCE,
    &SMALL_VOLUME,
    &DURATION,
    &REQUEST_OVER_LIMIT,
    &LITTLE_MEMORY,
    &NAME_LENGTH,
    &NAME_SYNTAX,
    &ENV_NAME,
    &ENV_SOURCE,
    &ENV_NOT_READ,
    &ENV_OWNED,
    &WEAK_API_KEY,
    &LITERAL_SECRET,
    &NOT_RESTRICTED,
    &S6_USER,
    &S6_UNPROVEN,
    &OTHER_USER,
    &SHARED_PROCESSES,
    &CA_BUNDLE,
    &SERVICE_ACCOUNT,
    &S6_KEY,
    &NETWORK_RANGE,
    &SERVICE_PORT,
    &PORT_UNANSWERED,
    &ROUTE_HOST,
    &TLS_HOST,
    &ROUTE_PORT,
    &ROUTE_PARENT,
    &SERVICE_FIELD,
    &CLUSTER_ADDRESS,
    &PROBE_UNANSWERED,
    &PROBE_ALWAYS_PASSES,
    &PROBE_VALUES,
    &WORKSPACE_PATH,
    &WORKSPACE_CLASH,
    &WORKSPACE_SIZE,
    &WORKSPACE_RESERVED,
    &CONFIG_KEY,
    &NO_MODEL,
    &MODEL_PROVIDER,
    &LITERAL_CONFIG_SECRET,
    &NO_EFFECT,
    &BLOCKS_DRAIN,
    &SPREAD,
    &DISRUPTION_VALUE,
    &CONTAINER_NAME,
    &VOLUME_NAME,
    &MOUNT_PATH,
    &PORT_TAKEN,
    &DEFAULTS_TWICE,
    &DEFAULTS_IGNORED,
    &OUTSIDE,
];

const fn error(id: &'static str, title: &'static str, page: &'static str) -> Code {
    Code { id, level: Level::Error, title, page }
}

const fn warning(id: &'static str, title: &'static str, page: &'static str) -> Code {
    Code { id, level: Level::Warning, title, page }
}

const fn note(id: &'static str, title: &'static str, page: &'static str) -> Code {
    Code { id, level: Level::Note, title, page }
}

/// See the title.
pub const NOT_RENDERED: Code =
    error("P3001", "This field is not rendered yet", include_str!("rules/p3001.md"));

/// See the title.
pub const GATEWAY_CREDENTIAL: Code =
    error("P3002", "An enabled gateway has no credential", include_str!("rules/p3002.md"));

/// See the title.
pub const SELF_CONFIGURE_OPEN: Code =
    error("P3003", "Self-configuration has no limits", include_str!("rules/p3003.md"));

/// See the title.
pub const MIGRATION_SOURCE: Code =
    error("P3004", "A migration needs exactly one source", include_str!("rules/p3004.md"));

/// See the title.
pub const RESTORE_AND_MIGRATION: Code =
    error("P3005", "Restore and migration exclude each other", include_str!("rules/p3005.md"));

/// See the title.
pub const CONFIG_OVERLAP: Code = warning(
    "P3006",
    "Two sources of configuration and no merge mode",
    include_str!("rules/p3006.md"),
);

/// See the title.
pub const DISRUPTION_BUDGET: Code =
    error("P3007", "A disruption budget sets two limits", include_str!("rules/p3007.md"));

/// See the title.
pub const AUTOSCALER_BOUNDS: Code =
    error("P3008", "The autoscaler's minimum exceeds its maximum", include_str!("rules/p3008.md"));

/// See the title.
pub const SECOND_REPLICA: Code =
    warning("P3009", "An agent has one replica", include_str!("rules/p3009.md"));

/// See the title.
pub const EMPTY_VALUE: Code =
    error("P3010", "A value is empty where one is needed", include_str!("rules/p3010.md"));

/// See the title.
pub const FLOATING_TAG: Code = warning("P3101", "The tag floats", include_str!("rules/p3101.md"));

/// See the title.
pub const IMAGE_SYNTAX: Code =
    error("P3102", "The image name cannot be pulled", include_str!("rules/p3102.md"));

/// See the title.
pub const UNKNOWN_VERSION: Code =
    note("P3103", "The agent's version cannot be told", include_str!("rules/p3103.md"));

/// See the title.
pub const OLD_VERSION: Code = warning(
    "P3104",
    "The agent is older than managed configuration",
    include_str!("rules/p3104.md"),
);

/// See the title.
pub const REBUILT_IMAGE: Code =
    warning("P3105", "The image is not the upstream one", include_str!("rules/p3105.md"));

/// See the title.
pub const SHARED_VOLUME: Code =
    warning("P3201", "Two writers on one volume", include_str!("rules/p3201.md"));

/// See the title.
pub const SHARED_CLAIM: Code =
    error("P3202", "Two instances use one claim", include_str!("rules/p3202.md"));

/// See the title.
pub const NETWORK_STORAGE: Code = warning(
    "P3203",
    "The storage looks like a network file system",
    include_str!("rules/p3203.md"),
);

/// See the title.
pub const QUANTITY: Code =
    error("P3204", "The quantity cannot be used", include_str!("rules/p3204.md"));

/// See the title.
pub const NO_PERSISTENCE: Code =
    warning("P3205", "Nothing is kept", include_str!("rules/p3205.md"));

/// See the title.
pub const SMALL_VOLUME: Code = note("P3206", "The volume is small", include_str!("rules/p3206.md"));

/// See the title.
pub const DURATION: Code =
    error("P3207", "The duration cannot be used", include_str!("rules/p3207.md"));

/// See the title.
pub const REQUEST_OVER_LIMIT: Code =
    error("P3301", "A request exceeds its limit", include_str!("rules/p3301.md"));

/// See the title.
pub const LITTLE_MEMORY: Code = warning(
    "P3302",
    "The memory limit is below what the agent needs",
    include_str!("rules/p3302.md"),
);

/// See the title.
pub const NAME_LENGTH: Code =
    error("P3401", "The name is too long", include_str!("rules/p3401.md"));

/// See the title.
pub const NAME_SYNTAX: Code =
    error("P3402", "The name cannot be the name of a Service", include_str!("rules/p3402.md"));

/// See the title.
pub const ENV_NAME: Code =
    error("P3501", "The variable's name cannot be used", include_str!("rules/p3501.md"));

/// See the title.
pub const ENV_SOURCE: Code =
    error("P3502", "The variable has not exactly one source", include_str!("rules/p3502.md"));

/// See the title.
pub const ENV_NOT_READ: Code =
    warning("P3503", "The agent does not read this variable", include_str!("rules/p3503.md"));

/// See the title.
pub const ENV_OWNED: Code = warning(
    "P3504",
    "This variable belongs to the rendered manifests",
    include_str!("rules/p3504.md"),
);

/// See the title.
pub const WEAK_API_KEY: Code =
    error("P3505", "The API server would not start with this key", include_str!("rules/p3505.md"));

/// See the title.
pub const LITERAL_SECRET: Code =
    warning("P3506", "A secret stands in the manifest", include_str!("rules/p3506.md"));

/// See the title.
pub const NOT_RESTRICTED: Code =
    error("P3601", "The Pod would not be admitted", include_str!("rules/p3601.md"));

/// See the title.
pub const S6_USER: Code =
    error("P3602", "The profile s6 starts as root", include_str!("rules/p3602.md"));

/// See the title.
pub const S6_UNPROVEN: Code =
    note("P3603", "The profile s6 is unproven", include_str!("rules/p3603.md"));

/// See the title.
pub const OTHER_USER: Code = warning(
    "P3604",
    "The agent runs as another user than the image's",
    include_str!("rules/p3604.md"),
);

/// See the title.
pub const SHARED_PROCESSES: Code =
    warning("P3605", "The image's init must be process 1", include_str!("rules/p3605.md"));

/// See the title.
pub const CA_BUNDLE: Code =
    warning("P3606", "The CA bundle names not exactly one source", include_str!("rules/p3606.md"));

/// See the title.
pub const SERVICE_ACCOUNT: Code =
    note("P3607", "Which ServiceAccount is used", include_str!("rules/p3607.md"));

/// See the title.
pub const S6_KEY: Code =
    error("P3608", "The profile s6 needs a key for the API server", include_str!("rules/p3608.md"));

/// See the title.
pub const NETWORK_RANGE: Code =
    error("P3701", "The network range cannot be used", include_str!("rules/p3701.md"));

/// See the title.
pub const SERVICE_PORT: Code =
    error("P3702", "The port cannot be used", include_str!("rules/p3702.md"));

/// See the title.
pub const PORT_UNANSWERED: Code =
    warning("P3703", "Nothing listens on this port", include_str!("rules/p3703.md"));

/// See the title.
pub const ROUTE_HOST: Code =
    warning("P3704", "The route names no host", include_str!("rules/p3704.md"));

/// See the title.
pub const TLS_HOST: Code =
    warning("P3705", "The certificate is for another host", include_str!("rules/p3705.md"));

/// See the title.
pub const ROUTE_PORT: Code =
    error("P3706", "The Service has no such port", include_str!("rules/p3706.md"));

/// See the title.
pub const ROUTE_PARENT: Code =
    warning("P3707", "The HTTPRoute has no parent", include_str!("rules/p3707.md"));

/// See the title.
pub const SERVICE_FIELD: Code = warning(
    "P3708",
    "The field does not apply to this type of Service",
    include_str!("rules/p3708.md"),
);

/// See the title.
pub const CLUSTER_ADDRESS: Code =
    error("P3709", "The cluster address cannot be used", include_str!("rules/p3709.md"));

/// See the title.
pub const PROBE_UNANSWERED: Code =
    warning("P3801", "Nothing answers this probe", include_str!("rules/p3801.md"));

/// See the title.
pub const PROBE_ALWAYS_PASSES: Code =
    warning("P3802", "The probe cannot fail", include_str!("rules/p3802.md"));

/// See the title.
pub const PROBE_VALUES: Code =
    error("P3803", "The probe is refused by the API server", include_str!("rules/p3803.md"));

/// See the title.
pub const WORKSPACE_PATH: Code =
    error("P3901", "The path leaves the workspace", include_str!("rules/p3901.md"));

/// See the title.
pub const WORKSPACE_CLASH: Code =
    error("P3902", "Two entries of the workspace need one path", include_str!("rules/p3902.md"));

/// See the title.
pub const WORKSPACE_SIZE: Code =
    error("P3903", "The workspace is larger than a ConfigMap", include_str!("rules/p3903.md"));

/// See the title.
pub const WORKSPACE_RESERVED: Code =
    error("P3904", "The file is the agent's own state", include_str!("rules/p3904.md"));

/// See the title.
pub const CONFIG_KEY: Code =
    warning("P3911", "The agent's configuration has no such key", include_str!("rules/p3911.md"));

/// See the title.
pub const NO_MODEL: Code =
    note("P3912", "The instance names no model", include_str!("rules/p3912.md"));

/// See the title.
pub const MODEL_PROVIDER: Code =
    warning("P3913", "The agent knows no such model provider", include_str!("rules/p3913.md"));

/// See the title.
pub const LITERAL_CONFIG_SECRET: Code =
    warning("P3914", "A secret stands in the configuration", include_str!("rules/p3914.md"));

/// See the title.
pub const NO_EFFECT: Code =
    warning("P3921", "The field has no effect on the agent", include_str!("rules/p3921.md"));

/// See the title.
pub const BLOCKS_DRAIN: Code = note(
    "P3931",
    "The disruption budget stops a node from being drained",
    include_str!("rules/p3931.md"),
);

/// See the title.
pub const SPREAD: Code = error(
    "P3932",
    "A topology spread constraint is refused by the API server",
    include_str!("rules/p3932.md"),
);

/// See the title.
pub const DISRUPTION_VALUE: Code = error(
    "P3933",
    "The limit of the disruption budget cannot be used",
    include_str!("rules/p3933.md"),
);

/// See the title.
pub const CONTAINER_NAME: Code =
    error("P3941", "The container's name cannot be used", include_str!("rules/p3941.md"));

/// See the title.
pub const VOLUME_NAME: Code =
    error("P3942", "The volume's name cannot be used", include_str!("rules/p3942.md"));

/// See the title.
pub const MOUNT_PATH: Code =
    error("P3943", "The mount hides what the agent needs", include_str!("rules/p3943.md"));

/// See the title.
pub const PORT_TAKEN: Code =
    error("P3944", "Two containers want one port", include_str!("rules/p3944.md"));

/// See the title.
pub const DEFAULTS_TWICE: Code =
    error("P3951", "The cluster's defaults are given twice", include_str!("rules/p3951.md"));

/// See the title.
pub const DEFAULTS_IGNORED: Code =
    warning("P3952", "These defaults are ignored", include_str!("rules/p3952.md"));

/// See the title.
pub const OUTSIDE: Code =
    note("P3953", "The Pod reads what is not in the input", include_str!("rules/p3953.md"));
