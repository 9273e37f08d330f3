use proptest::prelude::*;

use super::*;
use crate::{
    diff::{Change, compare},
    kinds::Kinds,
    object::Format,
    pipeline::{Options, Parameters, render},
};

fn source(name: &str, text: &str) -> Arc<Source> {
    Arc::new(Source { name: name.to_owned(), text: text.to_owned() })
}

/// What differs between two sides when everything is rendered.
fn differences(old: &[Arc<Source>], new: &[Arc<Source>]) -> Vec<Change> {
    let kinds = Kinds::new(Vec::new()).unwrap_or_else(|_| panic!("the built-in packs are right"));
    let parameters = Parameters { namespace: Some("agents".to_owned()), ..Parameters::default() };
    let options = Options {
        kinds: &kinds,
        parameters: &parameters,
        format: Format::Json,
        flux: None,
        jobs: 1,
    };
    let objects = |texts: &[Arc<Source>]| render(texts, Vec::new(), &options, &|_| {}).objects;
    compare(&objects(old), &objects(new))
}

/// What is left out changes nothing in what differs.
#[track_caller]
fn check(old: &[Arc<Source>], new: &[Arc<Source>]) -> usize {
    let (mut less, mut more) = (old.to_vec(), new.to_vec());
    leave_out(&mut less, &mut more);
    // The place of an object is not part of what differs: its text may stand in another file.
    let shown = |changes: Vec<Change>| {
        changes.into_iter().map(|change| (change.identity, change.edits)).collect::<Vec<_>>()
    };
    assert_eq!(shown(differences(&less, &more)), shown(differences(old, new)));
    less.iter().chain(&more).map(|text| text.text.trim().len()).sum()
}

fn instance(name: &str, tag: u8, map: &str) -> String {
    format!(
        "apiVersion: hermes.agent/v1\nkind: HermesInstance\nmetadata:\n  name: {name}\nspec:\n  image:\n    tag: v2026.7.{tag}\n  \
         envFrom:\n  - configMapRef:\n      name: {map}\n"
    )
}

fn config_map(name: &str, value: u8) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  a: \"{value}\"\n")
}

fn defaults(size: u8) -> String {
    format!(
        "apiVersion: hermes.agent/v1\nkind: HermesClusterDefaults\nmetadata:\n  name: cluster\nspec:\n  storage:\n    \
         persistence:\n      size: {size}Gi\n"
    )
}

#[test]
fn what_is_the_same_is_left_out_wherever_it_stands() {
    let (one, two) = (instance("one", 1, "x"), instance("two", 1, "x"));
    let old = [source("a.yaml", &format!("{one}---\n{two}"))];
    let new = [source("b.yaml", &two), source("c.yaml", &format!("---\n{one}"))];
    assert_eq!(check(&old, &new), 0);
}

#[test]
fn lines_keep_their_numbers() {
    let (one, two) = (instance("one", 1, "x"), instance("two", 1, "x"));
    let mut old = vec![source("a.yaml", &format!("{one}---\n{two}"))];
    let mut new = vec![source("a.yaml", &format!("{one}---\n{}", two.replace("two", "tree")))];
    leave_out(&mut old, &mut new);
    let line = |text: &Source| text.text.lines().position(|line| line.contains("kind:"));
    assert_eq!((line(&old[0]), line(&new[0])), (Some(12), Some(12)));
}

#[test]
fn a_change_of_what_is_shared_renders_those_that_share_it() {
    let agents = format!("{}---\n{}", instance("one", 1, "shared"), instance("two", 1, "own"));
    let side = |map: u8, size: u8| {
        [
            source("agents.yaml", &agents),
            source("map.yaml", &config_map("shared", map)),
            source("defaults.yaml", &defaults(size)),
        ]
    };
    let nothing = check(&side(1, 1), &side(1, 1));
    let map = check(&side(1, 1), &side(2, 1));
    let all = check(&side(1, 1), &side(1, 2));
    assert!(nothing < map && map < all, "{nothing} {map} {all}");
    assert!(!differences(&side(1, 1), &side(2, 1)).is_empty());
}

#[test]
fn text_with_more_marks_of_yaml_is_one_part() {
    assert_eq!(split("%YAML 1.2\n---\na: 1\n---\nb: 1\n").len(), 1);
    assert_eq!(split("a: 1\n...\n---\nb: 1\n").len(), 1);
    assert_eq!(split("a: 1\n---\nb: 1\n--- \nc: 1\n----\n").len(), 3);
}

/// One document of a side: few names and values, so that the sides have much in common.
fn a_document() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => ("[abcd]", 1..3_u8, "[xy]").prop_map(|(name, tag, map)| instance(&name, tag, &map)),
        2 => ("[xyz]", 1..3_u8).prop_map(|(name, value)| config_map(&name, value)),
        1 => (1..3_u8).prop_map(defaults),
    ]
}

/// A side in one or two texts. Each object is there once.
fn a_side() -> impl Strategy<Value = Vec<Arc<Source>>> {
    (prop::collection::vec(a_document(), 1..7), 0..7_usize).prop_map(|(mut documents, cut)| {
        let mut seen = BTreeSet::new();
        let name = |text: &String| text.lines().take(4).collect::<Vec<_>>().join(" ");
        documents.retain(|text| seen.insert(name(text)));
        let (one, other) = documents.split_at(cut.min(documents.len()));
        [("a.yaml", one), ("b.yaml", other)]
            .into_iter()
            .map(|(name, part)| source(name, &part.join("---\n")))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn leaving_out_changes_nothing(old in a_side(), new in a_side()) {
        check(&old, &new);
    }
}
