//! P5xxx: the rendered objects.

use crate::diagnostic::{Code, Level};

/// All codes of this area, in order.
pub const ALL: &[&Code] = &[
    &DUPLICATE_OBJECT,
    &UNKNOWN_FIELD,
    &WRONG_TYPE,
    &NAME,
    &LABEL,
    &QUANTITY,
    &VALUE,
    &DUPLICATE,
    &REFERENCE,
    &POD_SECURITY,
    &PLAIN_SECRET,
];

/// Two inputs render the same object.
pub const DUPLICATE_OBJECT: Code = Code {
    id: "P5001",
    level: Level::Error,
    title: "Two documents give the same object",
    page: "\
Two documents of the input render an object of the same group, kind, namespace, and name, or one of them is such an \
object itself.

A cluster can hold only one of them. Which one wins would depend on the order in which they are applied, and Argo CD \
and Flux would see a change at every sync.

```yaml
# wrong: both render StatefulSet agents/demo
metadata: {name: demo, namespace: agents}
---
metadata: {name: demo, namespace: agents}

# right
metadata: {name: demo, namespace: agents}
---
metadata: {name: demo-2, namespace: agents}
```
",
};

/// A rendered object has a field that its kind lacks.
pub const UNKNOWN_FIELD: Code = Code {
    id: "P5002",
    level: Level::Error,
    title: "The rendered object has a field that its kind lacks",
    page: "\
A template of the pack writes a field that the Kubernetes kind does not have, or the spec passes one through to the \
pod. An API server with strict field validation refuses the object; another drops the field in silence.

`petasos why KIND/NAME FIELD` shows which line of which template wrote it.

```yaml
# wrong
spec:
  replica: 1

# right
spec:
  replicas: 1
```
",
};

/// A rendered object has a value that its kind cannot hold.
pub const WRONG_TYPE: Code = Code {
    id: "P5003",
    level: Level::Error,
    title: "The rendered object has a value that its kind cannot hold",
    page: "\
A field of a rendered object has another type than Kubernetes has for it, or is missing. In a template, an expression \
that stands alone keeps its type; inside of other text it becomes text.

```yaml
# wrong: text
replicas: \"{{ replicas }}\"

# right: a number
replicas: {{ replicas }}
```
",
};

/// A rendered object, container, port, or key has a name that Kubernetes refuses.
pub const NAME: Code = Code {
    id: "P5004",
    level: Level::Error,
    title: "A rendered name is not one that Kubernetes takes",
    page: "\
The name of a rendered object, or of a container, volume, port, variable, or key in it, breaks a rule of Kubernetes. \
Most names are lower-case letters, digits, and `-`. The name of a Service starts with a letter, and the name of a port \
of a container has at most 15 characters.

```yaml
# wrong
ports:
  - name: gateway_http

# right
ports:
  - name: gateway-http
```
",
};

/// A rendered label or annotation is one that Kubernetes refuses.
pub const LABEL: Code = Code {
    id: "P5005",
    level: Level::Error,
    title: "A rendered label or annotation is not one that Kubernetes takes",
    page: "\
The key of a label or annotation is a name of at most 63 characters, with an optional DNS name and `/` before it. The \
value of a label has at most 63 characters: letters, digits, `-`, `_`, and `.`. A version with `+` in it, or an image \
reference, is not such a value.

```yaml
# wrong
labels:
  app.kubernetes.io/version: 1.0+build.5

# right
labels:
  app.kubernetes.io/version: 1.0-build.5
```
",
};

/// A rendered quantity does not parse, or contradicts another.
pub const QUANTITY: Code = Code {
    id: "P5006",
    level: Level::Error,
    title: "A rendered quantity is wrong",
    page: "\
An amount of memory, storage, or processor time cannot be read, is negative, or a request is more than its limit. \
Quantities are a number with one of the units `m`, `k`, `M`, `G`, `T`, or `Ki`, `Mi`, `Gi`, `Ti`, without a blank.

```yaml
# wrong
limits:
  memory: 512MB

# right
limits:
  memory: 512Mi
```
",
};

/// A rendered value breaks a rule of its kind.
pub const VALUE: Code = Code {
    id: "P5007",
    level: Level::Error,
    title: "A rendered value is one that the API server refuses",
    page: "\
The value has the right type, and Kubernetes still refuses it: a port outside of 1 to 65535, a container without an \
image, a probe without a handler or with two, a ConfigMap of more than 1 MiB, a path that leaves its volume.

```yaml
# wrong
readinessProbe:
  periodSeconds: 10

# right
readinessProbe:
  periodSeconds: 10
  httpGet:
    path: /health
    port: gateway
```
",
};

/// A rendered object has something twice.
pub const DUPLICATE: Code = Code {
    id: "P5008",
    level: Level::Error,
    title: "A rendered object has the same thing twice",
    page: "\
Two containers, volumes, ports, or variables of a pod have the same name, two volumes are mounted at the same path, or \
two ports have the same number. Often one of them comes from the template and the other from the spec. Kubernetes \
refuses most of these, and server-side apply all of them, because it merges such lists by name.

```yaml
# wrong
env:
  - {name: HOME, value: /data}
  - {name: HOME, value: /root}

# right
env:
  - {name: HOME, value: /data}
```
",
};

/// Something in a rendered object refers to what is not there.
pub const REFERENCE: Code = Code {
    id: "P5009",
    level: Level::Error,
    title: "A rendered object refers to something that it does not have",
    page: "\
A container mounts a volume that the pod lacks, a probe asks a named port that the container does not have, or the \
selector of a workload does not match its own pods. The API server refuses the first and the last; the second makes a \
pod that never becomes ready.

```yaml
# wrong
volumeMounts:
  - {name: cache, mountPath: /cache}

# right
volumeMounts:
  - {name: cache, mountPath: /cache}
volumes:
  - {name: cache, emptyDir: {}}
```
",
};

/// A rendered pod does not satisfy the Pod Security Standard `restricted`.
pub const POD_SECURITY: Code = Code {
    id: "P5010",
    level: Level::Error,
    title: "The pod does not satisfy the Pod Security Standard restricted",
    page: "\
A namespace with the label `pod-security.kubernetes.io/enforce: restricted` refuses the pod. The workload itself is \
accepted there, so the only sign is that no pod appears.

The standard wants every container, also init containers and sidecars, to run as a user that is not root, without \
privilege escalation and capabilities, with a seccomp profile, and without access to the node.

```yaml
# wrong
securityContext:
  runAsUser: 0

# right
securityContext:
  runAsNonRoot: true
  runAsUser: 10000
  allowPrivilegeEscalation: false
  capabilities: {drop: [ALL]}
  seccompProfile: {type: RuntimeDefault}
```
",
};

/// A Secret with values that anyone can read.
pub const PLAIN_SECRET: Code = Code {
    id: "P5011",
    level: Level::Warning,
    title: "A Secret is not encrypted",
    page: "\
The input has a Secret whose values anyone can read who reads the file. It passes through `render`, because a pipe to \
`kubectl` may be what you want; commands that write to Git or to a registry refuse it.

What is in Git stays in its history. Keep the Secret out of the input and let External Secrets, Sealed Secrets, or \
your platform make it in the cluster; or encrypt it with SOPS, which Argo CD and Flux can decrypt. A Secret that SOPS \
encrypted is passed through untouched.

```yaml
# wrong
kind: Secret
stringData: {OPENROUTER_API_KEY: ...}

# right: the instance names a Secret that is made elsewhere
spec:
  env:
    - name: OPENROUTER_API_KEY
      valueFrom: {secretKeyRef: {name: demo-keys, key: openrouter}}
```
",
};
