//! P2xxx: what the schema and the CEL rules of a kind say.

use crate::diagnostic::{Code, Level};

/// All codes of this area, in order.
pub const ALL: &[&Code] = &[
    &UNKNOWN_FIELD,
    &WRONG_TYPE,
    &REQUIRED,
    &ENUM,
    &PATTERN,
    &BOUNDS,
    &LENGTH,
    &FORMAT,
    &DUPLICATE,
    &NAME,
    &LABEL,
    &COMBINATION,
    &RULE,
    &RULE_UNDECIDED,
    &OTHER_VERSION,
    &OWNER,
];

/// The schema lacks a field that the document has.
pub const UNKNOWN_FIELD: Code = Code {
    id: "P2001",
    level: Level::Error,
    title: "The kind has no such field",
    page: "\
The document sets a field that its kind does not have at this place.

An API server with strict field validation, which is what `kubectl apply` asks for, refuses such an object. A server \
without it drops the field in silence, which is worse: the manifest says one thing and the cluster does another. Most \
often the name is misspelled, or the field stands one level too high or too low; the message names the nearest field \
that exists.

```yaml
# wrong
spec:
  tag: v2026.7.1

# right
spec:
  image:
    tag: v2026.7.1
```
",
};

/// A value has another JSON type than its field.
pub const WRONG_TYPE: Code = Code {
    id: "P2002",
    level: Level::Error,
    title: "The value has the wrong type",
    page: "\
The field takes another type of value: text where a number is needed, one value where a list is needed, and so on.

Kubernetes converts nothing. YAML decides the type by how the value is written: `8080` is a number and `\"8080\"` is \
text, `true` is a boolean and `\"true\"` is text. A whole number may be written as `1.0`, never as `1.5`. A field that \
is null counts as not set, but an item of a list may not be null.

```yaml
# wrong
spec:
  env:
    - name: PORT
      value: 8080

# right
spec:
  env:
    - name: PORT
      value: \"8080\"
```
",
};

/// A field that must be there is not.
pub const REQUIRED: Code = Code {
    id: "P2003",
    level: Level::Error,
    title: "A field is missing",
    page: "\
The kind needs a field here, and the document does not set it, or sets it to null.

Every object also needs `metadata.name`. A generated name (`generateName`) works only where objects are created one by \
one: a manifest that is applied again and again must always mean the same object.

```yaml
# wrong
spec:
  env:
    - value: debug

# right
spec:
  env:
    - name: LOG_LEVEL
      value: debug
```
",
};

/// A value is not one of the allowed ones.
pub const ENUM: Code = Code {
    id: "P2004",
    level: Level::Error,
    title: "The value is not one of the allowed values",
    page: "\
The field takes one of a fixed set of values. They are compared letter by letter, so the case matters.

```yaml
# wrong
spec:
  image:
    pullPolicy: always

# right
spec:
  image:
    pullPolicy: Always
```
",
};

/// A string does not match the pattern of its field.
pub const PATTERN: Code = Code {
    id: "P2005",
    level: Level::Error,
    title: "The value does not match the pattern",
    page: "\
The field takes text of a certain form, which its schema gives as a regular expression. Quantities of memory and \
processor time are the usual case: the unit is `Gi` or `G`, never `GB`, and no blank stands before it.

```yaml
# wrong
spec:
  resources:
    limits:
      memory: 2 GB

# right
spec:
  resources:
    limits:
      memory: 2Gi
```
",
};

/// A number is too small or too large.
pub const BOUNDS: Code = Code {
    id: "P2006",
    level: Level::Error,
    title: "The number is out of bounds",
    page: "\
The number is smaller or larger than its field allows, or does not fit into the 32 bits that the field has in \
Kubernetes.

```yaml
# wrong
spec:
  availability:
    horizontalPodAutoscaler:
      maxReplicas: 0

# right
spec:
  availability:
    horizontalPodAutoscaler:
      maxReplicas: 1
```
",
};

/// A string, list, or map is too short or too long.
pub const LENGTH: Code = Code {
    id: "P2007",
    level: Level::Error,
    title: "The value is too short or too long",
    page: "\
The text, list, or map has fewer or more characters, items, or fields than its field allows. Text is counted in \
characters, not in bytes. Empty text is text of length 0: where a field may be left out, leave it out instead.

```yaml
# wrong
spec:
  env:
    - name: \"\"
      value: debug

# right
spec:
  env:
    - name: LOG_LEVEL
      value: debug
```
",
};

/// A string does not have the format of its field.
pub const FORMAT: Code = Code {
    id: "P2008",
    level: Level::Error,
    title: "The value does not have the format of its field",
    page: "\
The field takes text of a known format, such as a time, a duration, or a network address.

A time needs its date, the letter `T`, seconds, and a zone. A duration is a sequence of numbers with the units `h`, \
`m`, `s`, `ms`, `us`, and `ns`.

```yaml
# wrong
lastTransitionTime: 2026-01-31 08:00

# right
lastTransitionTime: \"2026-01-31T08:00:00Z\"
```
",
};

/// A list has something twice.
pub const DUPLICATE: Code = Code {
    id: "P2009",
    level: Level::Error,
    title: "The list has the same item twice",
    page: "\
The items of this list are told apart by a key, such as `name`, or by their whole value, and two of them are the same.

The API server refuses this, because server-side apply merges such lists item by item and could not say which of the \
two is meant.

```yaml
# wrong
spec:
  env:
    - name: LOG_LEVEL
      value: info
    - name: LOG_LEVEL
      value: debug

# right
spec:
  env:
    - name: LOG_LEVEL
      value: debug
```
",
};

/// `metadata.name` or `metadata.namespace` is not a name.
pub const NAME: Code = Code {
    id: "P2010",
    level: Level::Error,
    title: "The name is not one that Kubernetes takes",
    page: "\
Names of objects become parts of DNS names and of paths. Kubernetes takes lower-case letters, digits, `-`, and `.`, \
at most 253 characters, and every part between dots starts and ends with a letter or a digit. A namespace has at most \
63 characters and no dot.

```yaml
# wrong
metadata:
  name: My_Agent

# right
metadata:
  name: my-agent
```
",
};

/// A label, an annotation, or a finalizer breaks a rule of Kubernetes.
pub const LABEL: Code = Code {
    id: "P2011",
    level: Level::Error,
    title: "A label or annotation is not one that Kubernetes takes",
    page: "\
The key of a label or annotation is a name of at most 63 characters, with an optional DNS name and `/` before it. The \
value of a label has at most 63 characters: letters, digits, `-`, `_`, and `.`, with a letter or digit at both ends. \
The value of an annotation is free, but all annotations of an object together have at most 256 KiB.

```yaml
# wrong
metadata:
  labels:
    team: platform / agents

# right
metadata:
  labels:
    team: platform-agents
```
",
};

/// The forms of `anyOf`, `oneOf`, `allOf`, or `not` do not fit.
pub const COMBINATION: Code = Code {
    id: "P2012",
    level: Level::Error,
    title: "The value fits none of the allowed forms",
    page: "\
The field may be written in several forms, of which one must fit, or only one may. Often the forms are fields of which \
exactly one is to be given.

```yaml
# wrong
source:
  configMap: seeds
  secret: seeds

# right
source:
  configMap: seeds
```
",
};

/// A CEL rule of the kind does not hold.
pub const RULE: Code = Code {
    id: "P2013",
    level: Level::Error,
    title: "A rule of the kind does not hold",
    page: "\
The CRD of the kind carries rules in CEL (`x-kubernetes-validations`) that look at several fields at once. The API \
server refuses an object for which one of them is false or cannot be computed, for example because it reads a field \
that is not set. The message is the one that the author of the rule gave.

```yaml
# wrong
spec:
  image:
    tag: latest

# right
spec:
  image:
    tag: v2026.7.1
```
",
};

/// A CEL rule needs a function that is not here.
pub const RULE_UNDECIDED: Code = Code {
    id: "P2014",
    level: Level::Warning,
    title: "A rule of the kind cannot be evaluated offline",
    page: "\
The CRD of the kind has a CEL rule that calls a function which only an API server offers, or that cannot be read. \
Whether the object satisfies it is known when it is applied.

Nothing is wrong with the document. The author of the kind can say the same with the functions that are known \
offline: those of standard CEL, strings, lists, sets, regular expressions, quantities, \
addresses, networks, and URLs.

```yaml
# not decided offline
x-kubernetes-validations:
  - rule: semver(self.version).major() == 1

# decided offline
x-kubernetes-validations:
  - rule: self.version.startsWith('1.')
```
",
};

/// The kind is known, and this version of it is not.
pub const OTHER_VERSION: Code = Code {
    id: "P2015",
    level: Level::Error,
    title: "The kind is not known in this version",
    page: "\
The document has a kind that petasos renders, in a version of its group that it does not know. It is not passed \
through as a foreign object, because then nothing would run and nobody would be told.

```yaml
# wrong
apiVersion: hermes.agent/v1alpha1
kind: HermesInstance

# right
apiVersion: hermes.agent/v1
kind: HermesInstance
```
",
};

/// An owner reference breaks a rule of Kubernetes.
pub const OWNER: Code = Code {
    id: "P2016",
    level: Level::Error,
    title: "The owner is not one that Kubernetes takes",
    page: "\
An owner reference names another object, with which this one is deleted. Its `apiVersion` is a version (`v1`) or a group \
and a version (`apps/v1`), at most one owner is the controller of the object, and an Event owns nothing.

```yaml
# wrong
ownerReferences:
  - {apiVersion: apps/v1, kind: Deployment, name: a, uid: 1a2b, controller: true}
  - {apiVersion: apps/v1, kind: Deployment, name: b, uid: 3c4d, controller: true}

# right
ownerReferences:
  - {apiVersion: apps/v1, kind: Deployment, name: a, uid: 1a2b, controller: true}
```

Manifests in Git rarely have owners: the `uid` of an object changes each time that it is made anew.
",
};
