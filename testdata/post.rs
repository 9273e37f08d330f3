//! `petasos diff --post` against a server of the tests.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

use libtest_mimic::{Failed, Trial};

use crate::case::PROGRAM;

mod server;

use server::{Mood, Server};

/// The token of the tests; it may appear nowhere but in a header.
const TOKEN: &str = "tests-only-0123456789";

pub(crate) fn trials() -> Vec<Trial> {
    let of_forge = ["github", "gitlab", "gitea"].into_iter().flat_map(|forge| {
        [
            Trial::test(
                format!("post/{forge}/a comment is created, changed, and left alone"),
                move || a_comment_is_written_once(forge),
            ),
            Trial::test(
                format!("post/{forge}/surplus pages go, comments of others stay"),
                move || surplus_pages_go(forge),
            ),
            Trial::test(format!("post/{forge}/comments on later pages are found"), move || {
                later_pages_are_found(forge)
            }),
            Trial::test(
                format!("post/{forge}/a marker of somebody else is left alone"),
                move || a_marker_of_another_is_left_alone(forge),
            ),
            Trial::test(format!("post/{forge}/a token of no user goes by the marker"), move || {
                a_token_of_nobody_goes_by_the_marker(forge)
            }),
        ]
    });
    let faults = [
        ("429 with Retry-After is tried again", vec![Mood::Status(429), Mood::Status(429)], 0),
        (
            "a server that fails for a moment is tried again",
            vec![Mood::Status(503), Mood::Status(500)],
            0,
        ),
        ("a connection that breaks is tried again", vec![Mood::Silent, Mood::Silent], 0),
        ("a rate limit of GitHub is waited for", vec![Mood::Limited], 0),
        ("401 is no matter of patience", vec![Mood::Status(401)], 3),
        ("403 without a limit is no matter of patience", vec![Mood::Status(403)], 3),
        ("404 says what may be wrong", vec![Mood::Status(404)], 3),
        ("a redirect is not followed with the token", vec![Mood::Status(302)], 3),
        ("an answer that is none of the API is said", vec![Mood::Garbage], 3),
        ("a server that never recovers ends the run", vec![Mood::Status(503); 9], 3),
    ];
    let faults = faults.map(|(name, moods, code)| {
        Trial::test(format!("post/{name}"), move || a_fault(&moods, code))
    });
    let refused = [
        Trial::test("post/a token is not sent over plain http", a_token_is_not_sent_in_the_open),
        Trial::test(
            "post/without a token or a pull request nothing is asked",
            nothing_is_asked_without,
        ),
        Trial::test("post/CI says which pull request it is", ci_says_which),
        Trial::test("post/a rate limit that lasts is said with its end", a_limit_is_said),
    ];
    of_forge.chain(faults).chain(refused).collect()
}

/// A directory with two sides that differ in `lines` lines.
fn sides(lines: usize) -> Result<tempfile::TempDir, Failed> {
    let directory = tempfile::tempdir()?;
    let map = |value: &str| {
        let words = "word ".repeat(20);
        let data: Vec<String> =
            (0..lines).map(|line| format!("  key-{line}: {value} {words}\n")).collect();
        let data = data.concat();
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: demo\ndata:\n  a: b\n{data}")
    };
    fs::write(directory.path().join("old.yaml"), map("old"))?;
    fs::write(directory.path().join("new.yaml"), map("new"))?;
    fs::write(directory.path().join("token"), format!("{TOKEN}\n"))?;
    Ok(directory)
}

fn petasos(
    directory: &Path,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Result<Output, Failed> {
    let output = Command::new(PROGRAM)
        .args(["diff", "old.yaml", "new.yaml", "-o", "json"])
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()?;
    for text in [&output.stdout, &output.stderr] {
        if String::from_utf8_lossy(text).contains(TOKEN) {
            return Err("the token is in the output".into());
        }
    }
    Ok(output)
}

/// Posts, and expects an exit code.
fn post(
    server: &Server,
    directory: &Path,
    forge: &str,
    more: &[&str],
    code: i32,
) -> Result<String, Failed> {
    let url = format!("http://{}/api", server.address);
    let mut arguments =
        vec!["--post", "--forge", forge, "--api-url", &url, "--project", "team/agents"];
    arguments.extend(["--pull-request", "7", "--token-file", "token"]);
    arguments.extend(more);
    let output = petasos(directory, &arguments, &[])?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.code() == Some(code) {
        Ok(told)
    } else {
        Err(format!("{:?}: {told}", output.status).into())
    }
}

fn expect(is_so: bool, what: &str, server: &Server) -> Result<(), Failed> {
    if is_so {
        Ok(())
    } else {
        Err(format!("{what}: {:?} {:?}", server.requests(), server.comments()).into())
    }
}

fn a_comment_is_written_once(forge: &str) -> Result<(), Failed> {
    let (server, directory) = (Server::start(&[])?, sides(1)?);
    server.add(3, "hello");
    let told = post(&server, directory.path(), forge, &[], 0)?;
    expect(told.contains("1 created"), &told, &server)?;
    let comments = server.comments();
    expect(
        comments.len() == 2 && comments[1].starts_with("<!-- petasos:diff:default:1 -->"),
        "created",
        &server,
    )?;
    let told = post(&server, directory.path(), forge, &[], 0)?;
    expect(told.contains("0 created, 0 updated, 0 deleted"), &told, &server)?;
    fs::copy(directory.path().join("old.yaml"), directory.path().join("new.yaml"))?;
    let told = post(&server, directory.path(), forge, &[], 0)?;
    expect(
        told.contains("1 updated") && server.comments()[1].contains("no differences"),
        &told,
        &server,
    )?;
    let of_forge = match forge {
        "gitlab" => ("/api/projects/team%2Fagents/merge_requests/7/notes", "PUT", "PRIVATE-TOKEN"),
        _ => ("/api/repos/team/agents/issues/7/comments", "PATCH", "uthorization"),
    };
    let requests = server.requests();
    expect(
        requests.iter().any(|one| one.starts_with(&format!("POST {}", of_forge.0))),
        "path",
        &server,
    )?;
    expect(requests.iter().any(|one| one.starts_with(of_forge.1)), "method", &server)?;
    let state = server.state.lock().expect("no test panics");
    let is_sent = state.tokens.len() == state.requests.len()
        && state.tokens.iter().all(|one| {
            one.to_lowercase().contains(&of_forge.2.to_lowercase()) && one.contains(TOKEN)
        });
    if is_sent { Ok(()) } else { Err("the token is not in its header".into()) }
}

fn surplus_pages_go(forge: &str) -> Result<(), Failed> {
    let (server, directory) = (Server::start(&[])?, sides(60)?);
    server.add(1, "before <!-- petasos:diff:default:1 -->");
    server.add(2, "<!-- petasos:diff:other:1 -->\nof another run");
    post(&server, directory.path(), forge, &["--max-bytes", "4096"], 0)?;
    let pages = server.comments().len();
    expect(pages > 4, "several pages", &server)?;
    post(&server, directory.path(), forge, &[], 0)?;
    let comments = server.comments();
    expect(comments.len() == 3, "one page is left beside those of others", &server)?;
    expect(
        comments[0].starts_with("before") && comments[1].contains("of another run"),
        "others",
        &server,
    )
}

fn later_pages_are_found(forge: &str) -> Result<(), Failed> {
    let (server, directory) = (Server::start(&[])?, sides(1)?);
    for id in 1..230 {
        server.add(id, "talk");
    }
    post(&server, directory.path(), forge, &[], 0)?;
    let told = post(&server, directory.path(), forge, &[], 0)?;
    expect(told.contains("0 created, 0 updated, 0 deleted"), &told, &server)
}

fn a_marker_of_another_is_left_alone(forge: &str) -> Result<(), Failed> {
    let (server, directory) = (Server::start(&[])?, sides(1)?);
    let forged = "<!-- petasos:diff:default:1 -->\nnothing to see";
    server.add_of_another(1, forged);
    server.add_of_another(2, "<!-- petasos:diff:default:7 -->\nnothing to see");
    let told = post(&server, directory.path(), forge, &[], 0)?;
    expect(told.contains("1 created, 0 updated, 0 deleted"), &told, &server)?;
    let told = post(&server, directory.path(), forge, &[], 0)?;
    expect(told.contains("0 created, 0 updated, 0 deleted"), &told, &server)?;
    expect(server.comments().len() == 3 && server.comments()[0] == forged, "others", &server)
}

fn a_token_of_nobody_goes_by_the_marker(forge: &str) -> Result<(), Failed> {
    let (server, directory) = (Server::start(&[])?, sides(1)?);
    server.knows_no_user();
    server.add(1, "<!-- petasos:diff:default:1 -->\nbefore");
    let told = post(&server, directory.path(), forge, &[], 0)?;
    expect(told.contains("0 created, 1 updated, 0 deleted"), &told, &server)
}

fn a_limit_is_said() -> Result<(), Failed> {
    let (server, directory) = (Server::start(&[Mood::Limited; 9])?, sides(1)?);
    let told = post(&server, directory.path(), "github", &[], 3)?;
    let wanted = "limits how often it answers until 2026-01-02T03:04:05Z";
    expect(told.contains(wanted), &told, &server)
}

fn a_fault(moods: &[Mood], code: i32) -> Result<(), Failed> {
    let (server, directory) = (Server::start(moods)?, sides(1)?);
    post(&server, directory.path(), "github", &[], code)?;
    expect((server.comments().len() == 1) == (code == 0), "comments", &server)?;
    let is_patient = server.requests().len() > 1;
    expect(is_patient == (code == 0 || moods.len() > 1), "tries", &server)
}

fn a_token_is_not_sent_in_the_open() -> Result<(), Failed> {
    let directory = sides(1)?;
    for url in
        ["http://forge.example", "http://user:secret@127.0.0.1:1", "ftp://127.0.0.1", "nothing"]
    {
        let arguments = [
            "--post",
            "--api-url",
            url,
            "--project",
            "a/b",
            "--pull-request",
            "1",
            "--token-file",
            "token",
        ];
        let output = petasos(directory.path(), &arguments, &[])?;
        let told = String::from_utf8_lossy(&output.stderr);
        if output.status.code() != Some(2) || told.contains("secret") {
            return Err(format!("{url}: {:?} {told}", output.status).into());
        }
    }
    Ok(())
}

fn nothing_is_asked_without() -> Result<(), Failed> {
    let directory = sides(1)?;
    for (arguments, wanted) in [
        (vec!["--post", "--project", "a/b", "--pull-request", "1"], "PETASOS_TOKEN"),
        (vec!["--post", "--pull-request", "1", "--token-file", "token"], "--project"),
        (vec!["--post", "--project", "a/b", "--token-file", "token"], "--pull-request"),
        (
            vec![
                "--post",
                "--forge",
                "gitea",
                "--project",
                "a/b",
                "--pull-request",
                "1",
                "--token-file",
                "token",
            ],
            "--api-url",
        ),
        (
            vec![
                "--post",
                "--forge",
                "bitbucket",
                "--project",
                "a/b",
                "--pull-request",
                "1",
                "--token-file",
                "token",
                "--api-url",
                "https://x",
            ],
            "Bitbucket",
        ),
    ] {
        let output = petasos(directory.path(), &arguments, &[])?;
        let told = String::from_utf8_lossy(&output.stderr);
        if output.status.code() != Some(2) || !told.contains(wanted) {
            return Err(format!("{arguments:?}: {:?} {told}", output.status).into());
        }
    }
    Ok(())
}

fn ci_says_which() -> Result<(), Failed> {
    let (server, directory) = (Server::start(&[])?, sides(1)?);
    let url = format!("http://{}", server.address);
    let github = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_API_URL", url.as_str()),
        ("GITHUB_REPOSITORY", "team/agents"),
        ("GITHUB_REF", "refs/pull/12/merge"),
        ("GITHUB_TOKEN", TOKEN),
    ];
    let gitlab = [
        ("GITLAB_CI", "true"),
        ("CI_API_V4_URL", url.as_str()),
        ("CI_PROJECT_ID", "34"),
        ("CI_MERGE_REQUEST_IID", "12"),
        ("GITLAB_TOKEN", TOKEN),
    ];
    for (environment, asked) in [
        (github, "POST /repos/team/agents/issues/12/comments"),
        (gitlab, "POST /projects/34/merge_requests/12/notes"),
    ] {
        server.state.lock().expect("no test panics").comments.clear();
        let output = petasos(directory.path(), &["--post"], &environment)?;
        expect(output.status.success(), &String::from_utf8_lossy(&output.stderr), &server)?;
        expect(server.requests().iter().any(|one| one.starts_with(asked)), asked, &server)?;
    }
    Ok(())
}
