use super::*;

fn files(entries: &[(&str, &str)]) -> Files {
    entries.iter().map(|(path, text)| ((*path).to_owned(), (*text).into())).collect()
}

fn claim(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: {name}\n  namespace: a\n"
    )
}

fn provenance(sha: &str) -> Provenance {
    Provenance { metadata: format!("{{\"drySha\": \"{sha}\"}}\n"), readme: format!("from {sha}\n") }
}

fn rules() -> Rules {
    Rules { most_lost: 50, ..Rules::default() }
}

/// What a branch holds after a plan was written to it.
fn written(wanted: &Files) -> Present {
    let nothing = Present { is_empty: true, ..Present::default() };
    let plan = publish(wanted, &nothing, &rules());
    let Ok(Publication::Changed(plan)) = plan else { panic!("{plan:?}") };
    let files = plan.write.into_iter().map(|(path, text)| (path, text.into())).collect();
    Present { record: Some(plan.record), files, is_empty: false }
}

fn publish(wanted: &Files, present: &Present, rules: &Rules) -> Result<Publication, Refusal> {
    plan(wanted.clone(), &provenance("1"), "digest", present, rules)
}

#[track_caller]
fn refused(wanted: &Files, present: &Present, rules: &Rules, expected: &str) {
    assert_eq!(publish(wanted, present, rules).unwrap_err().to_string(), expected);
}

#[test]
fn what_was_written_is_unchanged() {
    let wanted = files(&[("a/x/one.yaml", "1"), ("kustomization.yaml", "k")]);
    let present = written(&wanted);
    assert!(
        present.files.contains_key("README.md") && present.files.contains_key("hydrator.metadata")
    );
    assert_eq!(publish(&wanted, &present, &rules()), Ok(Publication::Unchanged));
    assert!(is_from(present.record.as_deref().unwrap(), "digest"));
    assert!(!is_from(present.record.as_deref().unwrap(), "dig"));
}

#[test]
fn another_dry_commit_alone_changes_nothing() {
    let wanted = files(&[("a.yaml", "1")]);
    let present = written(&wanted);
    let again = plan(wanted, &provenance("2"), "other", &present, &rules());
    assert_eq!(again, Ok(Publication::Unchanged));
}

#[test]
fn a_file_that_was_edited_by_hand_is_written_again() {
    let wanted = files(&[("a.yaml", "1")]);
    let mut present = written(&wanted);
    present.files.insert("a.yaml".to_owned(), Arc::from(*b"edited"));
    let Ok(Publication::Changed(plan)) = publish(&wanted, &present, &rules()) else { panic!() };
    assert_eq!(&*plan.write["a.yaml"], "1");
}

#[test]
fn nothing_is_never_committed() {
    let present = written(&files(&[("a.yaml", "1")]));
    let expected = "nothing was rendered, and to commit it would remove everything";
    refused(&Files::new(), &present, &rules(), expected);
}

#[test]
fn a_directory_of_somebody_else_is_not_written_to() {
    let wanted = files(&[("a.yaml", "1")]);
    let foreign = Present::default();
    let expected = "it holds files, and no petasos.sum: petasos did not write it; use another branch or path, or --adopt to write beside them";
    refused(&wanted, &foreign, &rules(), expected);
    let adopt = Rules { adopt: true, ..rules() };
    assert!(publish(&wanted, &foreign, &adopt).is_ok());
    let theirs = Contents::from([("a.yaml".to_owned(), Arc::from(*b"theirs"))]);
    let foreign = Present { files: theirs, ..Present::default() };
    assert!(matches!(
        publish(&wanted, &foreign, &adopt),
        Err(Refusal::Files(ChangesetError::Foreign(_)))
    ));
}

#[test]
fn a_page_of_somebody_else_stays() {
    let theirs = Contents::from([("README.md".to_owned(), Arc::from(*b"theirs"))]);
    let present = Present { files: theirs, ..Present::default() };
    let adopt = Rules { adopt: true, ..rules() };
    let Ok(Publication::Changed(plan)) = publish(&files(&[("a.yaml", "1")]), &present, &adopt)
    else {
        panic!()
    };
    assert!(!plan.write.contains_key("README.md") && plan.write.contains_key("hydrator.metadata"));
}

#[test]
fn most_of_the_objects_do_not_go_at_once() {
    let present = written(&files(&[("a.yaml", "1"), ("b.yaml", "2"), ("c.yaml", "3")]));
    let wanted = files(&[("a.yaml", "1")]);
    let expected =
        "2 of 3 objects would be removed, and 50 % is the limit; if that is meant: --most-lost 100";
    refused(&wanted, &present, &rules(), expected);
    assert!(publish(&wanted, &present, &Rules { most_lost: 100, ..rules() }).is_ok());
    let wanted = files(&[("a.yaml", "1"), ("b.yaml", "2")]);
    let Ok(Publication::Changed(plan)) = publish(&wanted, &present, &rules()) else { panic!() };
    assert_eq!(plan.remove, ["c.yaml"]);
}

#[test]
fn a_volume_goes_only_by_name() {
    let data = claim("demo-data");
    let path = "a/demo/persistentvolumeclaim-demo-data.yaml";
    let present = written(&files(&[(path, &data), ("a/x.yaml", "1"), ("a/y.yaml", "1")]));
    let wanted = files(&[("a/x.yaml", "1"), ("a/y.yaml", "1")]);
    let expected = "PersistentVolumeClaim a/demo-data would be removed, and its data with it; if that is meant: --remove a/demo, or name it in the target's `remove`";
    refused(&wanted, &present, &rules(), expected);
    for name in ["a/demo", "a/demo-data"] {
        let rules = Rules { remove: BTreeSet::from([name.to_owned()]), ..rules() };
        assert!(publish(&wanted, &present, &rules).is_ok(), "{name}");
    }
    let elsewhere = files(&[("a/x.yaml", "1"), ("a/y.yaml", "1"), ("a/claim.yaml", &data)]);
    assert!(publish(&elsewhere, &present, &rules()).is_ok());
}

#[test]
fn what_has_no_namespace_goes_by_a_name_that_the_project_file_takes() {
    let claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: demo-data\n";
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: old\n";
    for (path, text, name) in [
        ("_no-namespace/demo/persistentvolumeclaim-demo-data.yaml", claim, "_no-namespace/demo"),
        ("_no-namespace/persistentvolumeclaim-demo-data.yaml", claim, "_no-namespace/demo-data"),
        ("_cluster/namespace-old.yaml", namespace, "_cluster/old"),
    ] {
        let present = written(&files(&[(path, text), ("a/x.yaml", "1")]));
        let wanted = files(&[("a/x.yaml", "1")]);
        let error = publish(&wanted, &present, &rules()).unwrap_err().to_string();
        assert!(error.contains(&format!("--remove {name}, or")), "{error}");
        let project = format!("targets:\n- name: a\n  remove: [{name}]\n");
        let source = Arc::new(Source { name: "petasos.yaml".to_owned(), text: project });
        let mut report = Vec::new();
        crate::project::Project::read(&source, &mut report);
        assert!(report.is_empty(), "{report:?}");
        let rules = Rules { remove: BTreeSet::from([name.to_owned()]), ..rules() };
        assert!(publish(&wanted, &present, &rules).is_ok(), "{name}");
    }
}

#[test]
fn a_record_that_cannot_be_trusted_is_refused() {
    let present = Present { record: Some("x\n".to_owned()), ..Present::default() };
    let refusal = publish(&files(&[("a.yaml", "1")]), &present, &rules());
    assert_eq!(refusal, Err(Refusal::Files(ChangesetError::Record(1))));
}
