//! `petasos diff --post`: the preview as a comment of the pull request.

use std::path::PathBuf;

#[cfg(feature = "post")]
use anyhow::{Context, anyhow};

#[cfg(feature = "post")]
use crate::forge::{self, Client, PullRequest, Token};
use crate::{
    cli::Failure,
    preview::{self, Forge, Preview},
    terminal::Terminal,
};

/// The comment that the preview becomes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Comments of pull requests")]
pub(super) struct Post {
    /// Write the preview as a comment of the pull request too, or change the comment that is there
    #[arg(long = "post", id = "post")]
    is_wanted: bool,
    /// Who shows the comment [default: where CI says it runs, or github]
    #[arg(long, value_enum)]
    forge: Option<ForgeName>,
    /// Where the API of the forge is [default: what CI says]
    #[arg(long, value_name = "URL", requires = "post")]
    api_url: Option<String>,
    /// The project: owner/name, or its number in GitLab [default: what CI says]
    #[arg(long, value_name = "PROJECT", requires = "post")]
    project: Option<String>,
    /// The number of the pull request [default: what CI says]
    #[arg(long, value_name = "NUMBER", requires = "post")]
    pull_request: Option<u64>,
    /// A file with the token [default: `PETASOS_TOKEN`, or `GITHUB_TOKEN` or `GITLAB_TOKEN` in the environment]
    #[arg(long, value_name = "FILE", requires = "post")]
    token_file: Option<PathBuf>,
    /// A file with the certificates to trust in place of the public ones
    #[arg(long, value_name = "FILE", requires = "post")]
    ca_file: Option<PathBuf>,
    /// What tells this comment from others of petasos in the same pull request
    #[arg(long, value_name = "NAME", default_value = "default")]
    comment_name: String,
    /// The most bytes of a comment [default: what the forge takes]
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(2048..))]
    max_bytes: Option<u32>,
    /// The most comments that a preview may take
    #[arg(long, value_name = "NUMBER", default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..))]
    max_comments: u8,
}

/// Who shows a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ForgeName {
    /// GitHub
    Github,
    /// GitLab
    Gitlab,
    /// Gitea or Forgejo
    Gitea,
    /// Bitbucket
    Bitbucket,
}

impl From<ForgeName> for Forge {
    fn from(name: ForgeName) -> Self {
        match name {
            ForgeName::Github => Forge::GitHub,
            ForgeName::Gitlab => Forge::GitLab,
            ForgeName::Gitea => Forge::Gitea,
            ForgeName::Bitbucket => Forge::Bitbucket,
        }
    }
}

impl Post {
    fn forge(&self) -> Forge {
        self.forge.map(Forge::from).or_else(of_environment).unwrap_or(Forge::GitHub)
    }

    /// The pages of the comment, so many at most.
    fn pages(&self, preview: &Preview, pages: usize) -> Vec<String> {
        let forge = self.forge();
        let budget = self.max_bytes.map_or(forge.budget(), |bytes| bytes as usize);
        let comment = preview::Comment { forge, budget, pages, name: &self.comment_name };
        preview::markdown(preview, &comment)
    }

    /// The preview as the one comment that fits.
    pub(super) fn markdown(&self, preview: &Preview) -> String {
        self.pages(preview, 1).concat()
    }

    /// Posts, where the user wants it.
    pub(super) fn run(&self, preview: &Preview, terminal: &mut Terminal) -> Result<(), Failure> {
        if !self.is_wanted {
            return Ok(());
        }
        let send: fn(&Self, &Preview) -> Result<String, Failure> = {
            #[cfg(feature = "post")]
            {
                Self::send
            }
            #[cfg(not(feature = "post"))]
            {
                |_, _| Err(Failure::without("post"))
            }
        };
        send(self, preview).and_then(|done: String| terminal.tell(&done).map_err(Failure::writing))
    }

    #[cfg(feature = "post")]
    fn send(&self, preview: &Preview) -> Result<String, Failure> {
        let pages = self.pages(preview, usize::from(self.max_comments));
        let first = preview::marker(self.forge(), &self.comment_name, 1);
        let prefix = first.rsplit_once(':').map_or(first.as_str(), |(prefix, _)| prefix);
        let pull_request = self.pull_request()?;
        let certificates = self.ca_file.as_ref().map(|path| {
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
        });
        let certificates = certificates.transpose().map_err(Failure::Surroundings)?;
        let client = Client::new(pull_request, self.token()?, certificates.as_deref());
        let posted = forge::post(&client?, &pages, prefix, preview.is_empty())?;
        let forge::Posted { created, updated, deleted } = posted;
        Ok(format!("comments: {created} created, {updated} updated, {deleted} deleted\n"))
    }

    /// The pull request that the flags name, and CI where they do not.
    #[cfg(feature = "post")]
    fn pull_request(&self) -> Result<PullRequest, Failure> {
        let forge = self.forge();
        let [api, project, number] = match forge {
            Forge::GitLab => ["CI_API_V4_URL", "CI_PROJECT_ID", "CI_MERGE_REQUEST_IID"],
            Forge::GitHub | Forge::Gitea | Forge::Bitbucket => {
                ["GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_REF"]
            }
        };
        let given = |flag: &Option<String>, name: &str| flag.clone().or_else(|| variable(name));
        let missing = |what: &str, flag: &str| {
            Failure::Input(anyhow!(
                "CI does not say {what}: write {flag}, or run in a pull request"
            ))
        };
        let public = (forge == Forge::GitHub).then(|| "https://api.github.com".to_owned());
        let number = || {
            let text = variable(number)?;
            // A reference of GitHub is `refs/pull/12/merge`.
            let digits = text
                .strip_prefix("refs/pull/")
                .map_or(text.as_str(), |rest| rest.split('/').next().unwrap_or_default());
            digits.parse().ok()
        };
        Ok(PullRequest {
            forge,
            api: given(&self.api_url, api)
                .or(public)
                .ok_or_else(|| missing("where its API is", "--api-url"))?,
            project: given(&self.project, project)
                .ok_or_else(|| missing("which project it is", "--project"))?,
            number: self
                .pull_request
                .or_else(number)
                .ok_or_else(|| missing("which pull request it is", "--pull-request"))?,
        })
    }

    #[cfg(feature = "post")]
    fn token(&self) -> Result<Token, Failure> {
        let of_forge = if self.forge() == Forge::GitLab { "GITLAB_TOKEN" } else { "GITHUB_TOKEN" };
        let text = match &self.token_file {
            Some(path) => Some(
                std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read {}", path.display()))
                    .map_err(Failure::Surroundings)?,
            ),
            None => variable("PETASOS_TOKEN").or_else(|| variable(of_forge)),
        };
        let missing = || anyhow!("there is no token: write --token-file, or set PETASOS_TOKEN");
        let text = text.ok_or_else(missing).map_err(Failure::Input)?;
        let unusable =
            || Failure::Input(anyhow!("the token is empty, or not one line of plain text"));
        Token::new(&text).ok_or_else(unusable)
    }
}

/// The forge whose CI this is.
fn of_environment() -> Option<Forge> {
    let is_set = |name| variable(name).is_some_and(|value| value == "true");
    match () {
        () if is_set("GITEA_ACTIONS") || is_set("FORGEJO_ACTIONS") => Some(Forge::Gitea),
        () if is_set("GITHUB_ACTIONS") => Some(Forge::GitHub),
        () if is_set("GITLAB_CI") => Some(Forge::GitLab),
        () if variable("BITBUCKET_BUILD_NUMBER").is_some() => Some(Forge::Bitbucket),
        () => None,
    }
}

/// A variable of the environment that is not empty.
fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the command line knows the environment")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
