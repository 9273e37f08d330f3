package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/argoproj/argo-cd/v3/commitserver/apiclient"
	"github.com/argoproj/argo-cd/v3/commitserver/commit"
	appv1 "github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/git"
	reader "github.com/argoproj/argo-cd/v3/util/hydrator"
	"github.com/argoproj/argo-cd/v3/util/settings"
	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

type question struct {
	// The repository with the commit that was rendered, and that commit.
	Repository, Dry, Address string
	// How it was rendered, and for which directory of the branch.
	Commands []string
	Path     string
	// The repository with the branch, and the commit on it.
	Branch, Hydrated string
}

type answer struct {
	// The files that the hydrator writes, by path.
	Files map[string]string `json:"files"`
	// The message of its commit, before Git tidies it.
	Message string `json:"message"`
	// Whether the note on the commit says that it comes from the dry one.
	IsHydrated bool `json:"isHydrated"`
	// What the metadata on the branch says, read and written again, by path.
	Read map[string]string `json:"read"`
}

// What the writer asks of Git: whether a manifest is new. It is.
type changed struct{ git.Client }

func (changed) HasFileChanged(string) (bool, error) { return true, nil }

// hydrator says what the source hydrator makes of a commit, and what it reads on a branch that was written for it: it reads a
// question as JSON and prints the answer. All of it is done by Argo CD's own packages.
func hydrator() *cobra.Command {
	return &cobra.Command{Use: "hydrator", Run: func(*cobra.Command, []string) { answerOne() }}
}

func answerOne() {
	var asked question
	must(json.NewDecoder(os.Stdin).Decode(&asked))
	metadata := revision(asked)
	given := answer{Files: write(asked, metadata), Read: map[string]string{}}
	told, err := reader.GetCommitMetadata(asked.Address, asked.Dry, metadata)
	must(err)
	given.Message, err = reader.Render(settings.CommitMessageTemplate, told)
	must(err)
	given.IsHydrated, err = commit.IsHydrated(client(asked.Branch), asked.Dry, asked.Hydrated)
	must(err)
	for _, path := range []string{"hydrator.metadata", filepath.Join(asked.Path, "hydrator.metadata")} {
		given.Read[path] = read(filepath.Join(asked.Branch, path))
	}
	encoder := json.NewEncoder(os.Stdout)
	must(encoder.Encode(given))
}

func client(directory string) git.Client {
	client, err := git.NewClientExt("file://"+directory, directory, git.NopCreds{}, false, false, "", "")
	must(err)
	return client
}

// What Argo CD's repository server says of the commit.
func revision(asked question) *appv1.RevisionMetadata {
	found, err := client(asked.Repository).RevisionMetadata(asked.Dry)
	must(err)
	references := []appv1.RevisionReference{}
	for _, reference := range found.References {
		references = append(references, appv1.RevisionReference{Commit: &appv1.CommitMetadata{
			Author:  reference.Commit.Author.String(),
			Date:    reference.Commit.Date,
			Subject: reference.Commit.Subject,
			Body:    reference.Commit.Body,
			SHA:     reference.Commit.SHA,
			RepoURL: reference.Commit.RepoURL,
		}})
	}
	date := metav1.Time{Time: found.Date.UTC()}
	return &appv1.RevisionMetadata{Author: found.Author, Date: &date, Message: found.Message, References: references}
}

// What its commit server writes for the commit.
func write(asked question, metadata *appv1.RevisionMetadata) map[string]string {
	directory, err := os.MkdirTemp("", "hydrator")
	must(err)
	defer os.RemoveAll(directory)
	root, err := os.OpenRoot(directory)
	must(err)
	paths := []*apiclient.PathDetails{{Path: asked.Path, Commands: asked.Commands}}
	_, err = commit.WriteForPaths(root, asked.Address, asked.Dry, metadata, paths, changed{}, settings.DefaultManifestHydrationReadmeTemplate)
	must(err)
	files := map[string]string{}
	for _, path := range []string{"hydrator.metadata", ".gitattributes", filepath.Join(asked.Path, "hydrator.metadata"), filepath.Join(asked.Path, "README.md")} {
		text, err := os.ReadFile(filepath.Join(directory, path))
		must(err)
		files[path] = string(text)
	}
	return files
}

// Metadata as the hydrator has it in memory, written again. A field that it does not know is a mistake.
func read(path string) string {
	file, err := os.Open(path)
	must(err)
	defer file.Close()
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	var metadata reader.HydratorCommitMetadata
	must(decoder.Decode(&metadata))
	text, err := json.Marshal(metadata)
	must(err)
	return string(text)
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
