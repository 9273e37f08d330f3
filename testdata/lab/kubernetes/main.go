// Command kubernetes is etcd, every part of Kubernetes, and kubectl in one binary, built from the published modules.
//
// The part is the name that the binary is called by (a symbolic link for each), or else the first argument. One link
// of the shared packages takes a tenth of the time and the space of eight, and a directory with the links has the shape
// that KUBEBUILDER_ASSETS names, so that either can stand in for the other.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
)

// Parts that are cobra commands, by name. Files with a build tag add theirs.
var commands = map[string]func() *cobra.Command{
	"kube-apiserver": apiserver.NewAPIServerCommand,
}

// Parts that read the arguments of the process themselves.
var programs = map[string]func(){}

func main() {
	if part := filepath.Base(os.Args[0]); known(part) {
		run(part)
		return
	}
	if len(os.Args) < 2 || !known(os.Args[1]) {
		fmt.Fprintf(os.Stderr, "usage: kubernetes %s [ARGUMENT...]\n", strings.Join(names(), "|"))
		os.Exit(2)
	}
	os.Args = os.Args[1:]
	run(os.Args[0])
}

func run(part string) {
	if program, ok := programs[part]; ok {
		program()
		return
	}
	os.Exit(cli.Run(commands[part]()))
}

func known(part string) bool {
	return slices.Contains(names(), part)
}

func names() []string {
	var names []string
	for name := range commands {
		names = append(names, name)
	}
	for name := range programs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
