//! What the standard allows by name, in its version for Kubernetes 1.36. All else of the same sort is refused.

/// Kinds of volumes, as the field of a volume that holds one.
pub const VOLUMES: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// Kernel parameters.
pub const SYSCTLS: &[&str] = &[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
];

/// Types of `seLinuxOptions`; an empty one is not set.
pub const SELINUX_TYPES: &[&str] =
    &["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/// Capabilities that may be added where all others are dropped.
pub const CAPABILITIES: &[&str] = &["NET_BIND_SERVICE"];

/// Values of `procMount`; an empty one is not set.
pub const PROC_MOUNTS: &[&str] = &["", "Default"];
