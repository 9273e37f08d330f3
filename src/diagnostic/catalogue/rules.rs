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

/// This field is not rendered yet.
pub const NOT_RENDERED: Code =
    error("P3001", "This field is not rendered yet", include_str!("rules/p3001.md"));

/// An enabled gateway has no credential.
pub const GATEWAY_CREDENTIAL: Code =
    error("P3002", "An enabled gateway has no credential", include_str!("rules/p3002.md"));

/// Self-configuration has no limits.
pub const SELF_CONFIGURE_OPEN: Code =
    error("P3003", "Self-configuration has no limits", include_str!("rules/p3003.md"));

/// A migration needs exactly one source.
pub const MIGRATION_SOURCE: Code =
    error("P3004", "A migration needs exactly one source", include_str!("rules/p3004.md"));

/// Restore and migration exclude each other.
pub const RESTORE_AND_MIGRATION: Code =
    error("P3005", "Restore and migration exclude each other", include_str!("rules/p3005.md"));

/// Two sources of configuration and no merge mode.
pub const CONFIG_OVERLAP: Code = warning(
    "P3006",
    "Two sources of configuration and no merge mode",
    include_str!("rules/p3006.md"),
);

/// A disruption budget sets two limits.
pub const DISRUPTION_BUDGET: Code =
    error("P3007", "A disruption budget sets two limits", include_str!("rules/p3007.md"));

/// The autoscaler's minimum exceeds its maximum.
pub const AUTOSCALER_BOUNDS: Code =
    error("P3008", "The autoscaler's minimum exceeds its maximum", include_str!("rules/p3008.md"));

/// An agent has one replica.
pub const SECOND_REPLICA: Code =
    warning("P3009", "An agent has one replica", include_str!("rules/p3009.md"));

/// A value is empty where one is needed.
pub const EMPTY_VALUE: Code =
    error("P3010", "A value is empty where one is needed", include_str!("rules/p3010.md"));

/// The tag floats.
pub const FLOATING_TAG: Code = warning("P3101", "The tag floats", include_str!("rules/p3101.md"));

/// The image name cannot be pulled.
pub const IMAGE_SYNTAX: Code =
    error("P3102", "The image name cannot be pulled", include_str!("rules/p3102.md"));

/// The agent's version cannot be told.
pub const UNKNOWN_VERSION: Code =
    note("P3103", "The agent's version cannot be told", include_str!("rules/p3103.md"));

/// The agent is older than managed configuration.
pub const OLD_VERSION: Code = warning(
    "P3104",
    "The agent is older than managed configuration",
    include_str!("rules/p3104.md"),
);

/// The image is not the upstream one.
pub const REBUILT_IMAGE: Code =
    warning("P3105", "The image is not the upstream one", include_str!("rules/p3105.md"));

/// Two writers on one volume.
pub const SHARED_VOLUME: Code =
    warning("P3201", "Two writers on one volume", include_str!("rules/p3201.md"));

/// Two instances use one claim.
pub const SHARED_CLAIM: Code =
    error("P3202", "Two instances use one claim", include_str!("rules/p3202.md"));

/// The storage looks like a network file system.
pub const NETWORK_STORAGE: Code = warning(
    "P3203",
    "The storage looks like a network file system",
    include_str!("rules/p3203.md"),
);

/// The quantity cannot be used.
pub const QUANTITY: Code =
    error("P3204", "The quantity cannot be used", include_str!("rules/p3204.md"));

/// Nothing is kept.
pub const NO_PERSISTENCE: Code =
    warning("P3205", "Nothing is kept", include_str!("rules/p3205.md"));

/// The volume is small.
pub const SMALL_VOLUME: Code = note("P3206", "The volume is small", include_str!("rules/p3206.md"));

/// The duration cannot be used.
pub const DURATION: Code =
    error("P3207", "The duration cannot be used", include_str!("rules/p3207.md"));

/// A request exceeds its limit.
pub const REQUEST_OVER_LIMIT: Code =
    error("P3301", "A request exceeds its limit", include_str!("rules/p3301.md"));

/// The memory limit is below what the agent needs.
pub const LITTLE_MEMORY: Code = warning(
    "P3302",
    "The memory limit is below what the agent needs",
    include_str!("rules/p3302.md"),
);

/// The name is too long.
pub const NAME_LENGTH: Code =
    error("P3401", "The name is too long", include_str!("rules/p3401.md"));

/// The name cannot be the name of a Service.
pub const NAME_SYNTAX: Code =
    error("P3402", "The name cannot be the name of a Service", include_str!("rules/p3402.md"));

/// The variable's name cannot be used.
pub const ENV_NAME: Code =
    error("P3501", "The variable's name cannot be used", include_str!("rules/p3501.md"));

/// The variable has not exactly one source.
pub const ENV_SOURCE: Code =
    error("P3502", "The variable has not exactly one source", include_str!("rules/p3502.md"));

/// The agent does not read this variable.
pub const ENV_NOT_READ: Code =
    warning("P3503", "The agent does not read this variable", include_str!("rules/p3503.md"));

/// This variable belongs to the rendered manifests.
pub const ENV_OWNED: Code = error(
    "P3504",
    "This variable belongs to the rendered manifests",
    include_str!("rules/p3504.md"),
);

/// The API server would not start with this key.
pub const WEAK_API_KEY: Code =
    error("P3505", "The API server would not start with this key", include_str!("rules/p3505.md"));

/// A secret stands in the manifest.
pub const LITERAL_SECRET: Code =
    warning("P3506", "A secret stands in the manifest", include_str!("rules/p3506.md"));

/// The Pod would not be admitted.
pub const NOT_RESTRICTED: Code =
    error("P3601", "The Pod would not be admitted", include_str!("rules/p3601.md"));

/// The profile s6 starts as root.
pub const S6_USER: Code =
    error("P3602", "The profile s6 starts as root", include_str!("rules/p3602.md"));

/// The profile s6 is unproven.
pub const S6_UNPROVEN: Code =
    note("P3603", "The profile s6 is unproven", include_str!("rules/p3603.md"));

/// The agent runs as another user than the image's.
pub const OTHER_USER: Code = warning(
    "P3604",
    "The agent runs as another user than the image's",
    include_str!("rules/p3604.md"),
);

/// The image's init must be process 1.
pub const SHARED_PROCESSES: Code =
    warning("P3605", "The image's init must be process 1", include_str!("rules/p3605.md"));

/// The CA bundle names not exactly one source.
pub const CA_BUNDLE: Code =
    warning("P3606", "The CA bundle names not exactly one source", include_str!("rules/p3606.md"));

/// Which ServiceAccount is used.
pub const SERVICE_ACCOUNT: Code =
    note("P3607", "Which ServiceAccount is used", include_str!("rules/p3607.md"));

/// The network range cannot be used.
pub const NETWORK_RANGE: Code =
    error("P3701", "The network range cannot be used", include_str!("rules/p3701.md"));

/// The port cannot be used.
pub const SERVICE_PORT: Code =
    error("P3702", "The port cannot be used", include_str!("rules/p3702.md"));

/// Nothing listens on this port.
pub const PORT_UNANSWERED: Code =
    warning("P3703", "Nothing listens on this port", include_str!("rules/p3703.md"));

/// The route names no host.
pub const ROUTE_HOST: Code =
    warning("P3704", "The route names no host", include_str!("rules/p3704.md"));

/// The certificate is for another host.
pub const TLS_HOST: Code =
    warning("P3705", "The certificate is for another host", include_str!("rules/p3705.md"));

/// The Service has no such port.
pub const ROUTE_PORT: Code =
    warning("P3706", "The Service has no such port", include_str!("rules/p3706.md"));

/// The HTTPRoute has no parent.
pub const ROUTE_PARENT: Code =
    warning("P3707", "The HTTPRoute has no parent", include_str!("rules/p3707.md"));

/// The field does not apply to this type of Service.
pub const SERVICE_FIELD: Code = warning(
    "P3708",
    "The field does not apply to this type of Service",
    include_str!("rules/p3708.md"),
);

/// The cluster address cannot be used.
pub const CLUSTER_ADDRESS: Code =
    error("P3709", "The cluster address cannot be used", include_str!("rules/p3709.md"));

/// Nothing answers this probe.
pub const PROBE_UNANSWERED: Code =
    warning("P3801", "Nothing answers this probe", include_str!("rules/p3801.md"));

/// The probe cannot fail.
pub const PROBE_ALWAYS_PASSES: Code =
    warning("P3802", "The probe cannot fail", include_str!("rules/p3802.md"));

/// The probe is refused by the API server.
pub const PROBE_VALUES: Code =
    error("P3803", "The probe is refused by the API server", include_str!("rules/p3803.md"));

/// The path leaves the workspace.
pub const WORKSPACE_PATH: Code =
    error("P3901", "The path leaves the workspace", include_str!("rules/p3901.md"));

/// Two entries of the workspace need one path.
pub const WORKSPACE_CLASH: Code =
    error("P3902", "Two entries of the workspace need one path", include_str!("rules/p3902.md"));

/// The workspace is larger than a ConfigMap.
pub const WORKSPACE_SIZE: Code =
    error("P3903", "The workspace is larger than a ConfigMap", include_str!("rules/p3903.md"));

/// The file is the agent's own state.
pub const WORKSPACE_RESERVED: Code =
    error("P3904", "The file is the agent's own state", include_str!("rules/p3904.md"));

/// The agent's configuration has no such key.
pub const CONFIG_KEY: Code =
    warning("P3911", "The agent's configuration has no such key", include_str!("rules/p3911.md"));

/// The instance names no model.
pub const NO_MODEL: Code =
    note("P3912", "The instance names no model", include_str!("rules/p3912.md"));

/// The agent knows no such model provider.
pub const MODEL_PROVIDER: Code =
    warning("P3913", "The agent knows no such model provider", include_str!("rules/p3913.md"));

/// A secret stands in the configuration.
pub const LITERAL_CONFIG_SECRET: Code =
    warning("P3914", "A secret stands in the configuration", include_str!("rules/p3914.md"));

/// The field has no effect on the agent.
pub const NO_EFFECT: Code =
    warning("P3921", "The field has no effect on the agent", include_str!("rules/p3921.md"));

/// The disruption budget stops a node from being drained.
pub const BLOCKS_DRAIN: Code = note(
    "P3931",
    "The disruption budget stops a node from being drained",
    include_str!("rules/p3931.md"),
);

/// A topology spread constraint is refused by the API server.
pub const SPREAD: Code = error(
    "P3932",
    "A topology spread constraint is refused by the API server",
    include_str!("rules/p3932.md"),
);

/// The limit of the disruption budget cannot be used.
pub const DISRUPTION_VALUE: Code = error(
    "P3933",
    "The limit of the disruption budget cannot be used",
    include_str!("rules/p3933.md"),
);

/// The container's name cannot be used.
pub const CONTAINER_NAME: Code =
    error("P3941", "The container's name cannot be used", include_str!("rules/p3941.md"));

/// The volume's name cannot be used.
pub const VOLUME_NAME: Code =
    error("P3942", "The volume's name cannot be used", include_str!("rules/p3942.md"));

/// The mount hides what the agent needs.
pub const MOUNT_PATH: Code =
    error("P3943", "The mount hides what the agent needs", include_str!("rules/p3943.md"));

/// Two containers want one port.
pub const PORT_TAKEN: Code =
    error("P3944", "Two containers want one port", include_str!("rules/p3944.md"));

/// The cluster's defaults are given twice.
pub const DEFAULTS_TWICE: Code =
    error("P3951", "The cluster's defaults are given twice", include_str!("rules/p3951.md"));

/// These defaults are ignored.
pub const DEFAULTS_IGNORED: Code =
    warning("P3952", "These defaults are ignored", include_str!("rules/p3952.md"));
