// Command argocd is the parts of Argo CD that the lab runs, each called by its name, a client of its plugins, and a reader of
// what its source hydrator makes.
package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	controller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	cmp "github.com/argoproj/argo-cd/v3/cmd/argocd-cmp-server/commands"
	repository "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
	"github.com/spf13/cobra"
)

var parts = map[string]func() *cobra.Command{
	"application-controller": controller.NewCommand,
	"call":                   call,
	"cmp-server":             cmp.NewCommand,
	"hydrator":               hydrator,
	"repo-server":            repository.NewCommand,
}

func main() {
	name := ""
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	part, ok := parts[name]
	if !ok {
		names := slices.Sorted(maps.Keys(parts))
		fmt.Fprintln(os.Stderr, "usage: argocd "+strings.Join(names, "|")+" [ARGUMENT...]")
		os.Exit(2)
	}
	command := part()
	command.SetArgs(os.Args[2:])
	if err := command.Execute(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
