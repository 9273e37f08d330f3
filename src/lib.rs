//! petasos turns custom resources of AI agents into plain Kubernetes manifests.
//!
//! # The way of the data
//!
//! ```text
//!  source ──► documents ──► resolve ──► render ──► objects ──► print | write
//!  (files,     (spans)      (schema,    (pack,     (canonical,
//!   stdin)                   CEL,        template    strict,
//!                            defaults,   tree)       Pod Security)
//!                            rules)
//! ```
//!
//! One pass, one direction. What is wrong on the way is a [`diagnostic::Diagnostic`]: every stage adds to one report,
//! and nothing is written when the report has an error.
//!
//! # Modules, in reading order
//!
//! The words: [`diagnostic`] (what is wrong, where, what to do), [`field_path`] (`spec.env[0].name`), `field` (one field of a
//! value), `nearest` (did you
//! mean), `digest` (SHA-256), `secret` (names that secrets have), [`notation`] (names, quantities, durations as Kubernetes writes them), `image` (references of images), [`document`] (YAML
//! text to values with the place of each), [`schema`] (what an object may hold, as a CRD with its CEL rules or Kubernetes
//! says it), [`object`] (identity, canonical text, order, checks of rendered objects).
//!
//! The pass: [`api`] (our custom resources), [`agent`] (which agent an image holds), [`gateway`]
//! (what its chat platforms read), [`cron`]
//! (when its jobs run), [`provider`] (where the keys of models are), [`skill`] (where skills come from), [`settings`] (what fields
//! say in its configuration), [`kinds`] (what a run does with the
//! documents of a kind), [`resolve`] (defaults, rules about what runs), [`pack`] (which object exists when),
//! [`render`] (templates compiled to a tree, and evaluated), [`pipeline`] (all of it, on all cores).
//!
//! The project: [`project`] (what `petasos.yaml` says: sources, packs, targets and their overlays), [`starter`] (a repository to begin with).
//!
//! The results: [`report`] (diagnostics as text, JSON, SARIF, annotations), [`why`] (where a field comes from),
//! [`flux`] (Flux's post-build substitution), [`cmp`] (plugins of Argo CD), [`delivery`] (what Argo CD and Flux are told), [`krm`] (lists of kustomize and kpt), [`helm`] (the output of charts),
//! [`layout`] (objects to files), [`changeset`] (files to what has to change), [`hydrator`] (where they come from),
//! [`publication`] (what a branch gets, or why not), [`diff`] (two sets of objects to what differs), [`unchanged`] (what need
//! not be rendered for that), [`risk`] (what a change may do), and [`preview`] (both for reviewers, without secrets and noise).
//!
//! The edges: [`source`], [`pack_directory`], and `project_file` read, [`output_directory`] writes, [`render_cache`] keeps results, `git` (feature `git`)
//! does both, `health` (feature `git`) answers probes, `watch` (feature `watch`) waits until files change, `forge` (feature
//! `post`) comments pull requests, `oci` (feature `oci`) asks registries, both by `http`, [`terminal`] prints, and [`cli`] wires them.
//!
//! # Invariants
//!
//! Each names something that is absent.
//!
//! - The core (all but the edges) uses no file, clock, network, environment, or chance: the same input gives the same
//!   bytes on every machine, whatever the order of the files and the number of threads.
//! - No text is put together to YAML and read back: templates are evaluated to values, and one emitter writes them. A
//!   value cannot break out of its place. Only where [`flux`] does what Flux does, text is what is substituted.
//! - No stage stops at the first problem, and no input makes the program panic.
//! - No value of a Secret, and none that is named like a secret, is in a message or marked in a report.
//! - The version of the program is in no object, so an upgrade that changes nothing restarts nothing.
//! - Nothing below [`cli`] prints or exits.

pub mod agent;
pub mod api;
pub mod changeset;
pub mod cli;
pub mod cmp;
pub mod cron;
pub mod delivery;
pub mod diagnostic;
pub mod diff;
mod digest;
pub mod document;
mod field;
pub mod field_path;
pub mod flux;
#[cfg(feature = "post")]
pub mod forge;
pub mod gateway;
#[cfg(feature = "git")]
pub mod git;
#[cfg(feature = "git")]
pub mod health;
pub mod helm;
#[cfg(any(feature = "oci", feature = "post"))]
mod http;
pub mod hydrator;
mod image;
pub mod kinds;
pub mod krm;
pub mod layout;
mod nearest;
pub mod notation;
pub mod object;
pub mod oci;
pub mod output_directory;
pub mod pack;
pub mod pack_directory;
pub mod pipeline;
pub mod preview;
pub mod project;
mod project_file;
pub mod provider;
pub mod publication;
pub mod render;
pub mod render_cache;
pub mod report;
pub mod resolve;
pub mod risk;
pub mod schema;
mod secret;
pub mod settings;
pub mod skill;
pub mod source;
pub mod starter;
pub mod terminal;
pub mod unchanged;
#[cfg(feature = "watch")]
pub mod watch;
pub mod why;
