// Command artifact pushes a directory and pulls an artifact by Flux's own package, as `flux push artifact` and source-controller do.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/fluxcd/pkg/oci"
)

func main() {
	if len(os.Args) != 4 {
		fail("usage: artifact push|pull ADDRESS DIRECTORY")
	}
	client := oci.NewClient(oci.DefaultOptions())
	ctx, method, address, directory := context.Background(), os.Args[1], os.Args[2], os.Args[3]
	start := time.Now()
	switch method {
	case "push":
		told := oci.Metadata{Source: "https://git.example.com/agents.git", Revision: "main@sha1:0123456789012345678901234567890123456789"}
		digest, err := client.Push(ctx, address, directory, oci.WithPushMetadata(told))
		if err != nil {
			fail(err)
		}
		fmt.Println(digest, time.Since(start).Seconds())
	case "pull":
		told, err := client.Pull(ctx, address, directory)
		if err != nil {
			fail(err)
		}
		if err := json.NewEncoder(os.Stdout).Encode(told); err != nil {
			fail(err)
		}
	default:
		fail("neither push nor pull")
	}
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}
