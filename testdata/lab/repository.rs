//! A Git repository on the disk, from which Argo CD or Flux has its manifests.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};

use crate::case::{PROGRAM, git_environment};

/// A repository `agents` with the branch `main`, in a directory of its own.
pub(crate) struct Repository {
    _guard: tempfile::TempDir,
    path: PathBuf,
}

impl Repository {
    /// With one commit that has these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Result<Self> {
        let guard = tempfile::tempdir()?;
        let repository = Self { path: guard.path().join("agents"), _guard: guard };
        fs::create_dir(&repository.path)?;
        repository.git(&["init", "--quiet", "--initial-branch=main"])?;
        for (path, text) in files {
            repository.write(path, text)?;
        }
        repository.commit("begin")?;
        Ok(repository)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where an engine finds it.
    pub(crate) fn url(&self) -> String {
        format!("file://{}", self.path().display())
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> Result<()> {
        let file = self.path().join(path);
        fs::create_dir_all(file.parent().context("a file is in a directory")?)?;
        Ok(fs::write(file, text)?)
    }

    pub(crate) fn remove(&self, path: &str) -> Result<()> {
        Ok(fs::remove_file(self.path().join(path))?)
    }

    /// Commits everything, and returns the commit.
    pub(crate) fn commit(&self, subject: &str) -> Result<String> {
        self.git(&["add", "--all"])?;
        self.git(&["commit", "--quiet", "--allow-empty", "--message", subject])?;
        self.git(&["rev-parse", "HEAD"])
    }

    /// What git prints.
    pub(crate) fn git(&self, arguments: &[&str]) -> Result<String> {
        Ok(self.run("git", arguments)?.trim().to_owned())
    }

    /// What petasos prints.
    pub(crate) fn petasos(&self, arguments: &[&str]) -> Result<String> {
        self.run(PROGRAM, arguments)
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(program);
        let output = git_environment(command.args(arguments).current_dir(self.path())).output()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{program} {}: {errors}", arguments.join(" "));
        Ok(String::from_utf8(output.stdout)?)
    }
}
