package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/argoproj/argo-cd/v3/cmpserver/apiclient"
	"github.com/argoproj/argo-cd/v3/util/cmp"
	retry "github.com/grpc-ecosystem/go-grpc-middleware/v2/interceptors/retry"
	"github.com/spf13/cobra"
)

type request struct {
	// The socket of a cmp-server, the repository, and the directory of the Application in it.
	Socket, Repository, Path string
	// `generate`, `match`, or `parameters`.
	Method string
	// What the repository server adds to the environment: NAME=VALUE.
	Environment []string
	// How many calls at once, and how long each may take; 0 is as long as it takes.
	Times, Milliseconds int
}

type reply struct {
	// How long all of them took.
	Seconds float64 `json:"seconds"`
	// What each failed with, and nothing where it did not.
	Errors []string `json:"errors"`
	// What the last that did not fail returned.
	Manifests   []string `json:"manifests"`
	IsSupported bool     `json:"isSupported"`
	Parameters  []string `json:"parameters"`
}

// call is the client of a cmp-server that the repository server is: it reads a request as JSON and prints the reply.
func call() *cobra.Command {
	return &cobra.Command{Use: "call", Run: func(*cobra.Command, []string) {
		var asked request
		must(json.NewDecoder(os.Stdin).Decode(&asked))
		must(json.NewEncoder(os.Stdout).Encode(callAll(asked)))
	}}
}

func callAll(asked request) reply {
	given := reply{Errors: make([]string, asked.Times)}
	var lock sync.Mutex
	var all sync.WaitGroup
	start := time.Now()
	for number := range asked.Times {
		all.Go(func() {
			one, err := callOnce(asked)
			lock.Lock()
			defer lock.Unlock()
			if err != nil {
				given.Errors[number] = err.Error()
				return
			}
			given.Manifests, given.IsSupported, given.Parameters = one.Manifests, one.IsSupported, one.Parameters
		})
	}
	all.Wait()
	given.Seconds = time.Since(start).Seconds()
	return given
}

func callOnce(asked request) (given reply, err error) {
	ctx := context.Background()
	if asked.Milliseconds > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(asked.Milliseconds)*time.Millisecond)
		defer cancel()
	}
	connection, client, err := apiclient.NewConfigManagementPluginClientSet(asked.Socket).NewConfigManagementPluginClient()
	if err != nil {
		return given, err
	}
	defer connection.Close()
	switch asked.Method {
	case "generate":
		stream, err := client.GenerateManifest(ctx, retry.Disable())
		answer, err := ask(ctx, asked, stream, err)
		given.Manifests = answer.GetManifests()
		return given, err
	case "match":
		stream, err := client.MatchRepository(ctx, retry.Disable())
		answer, err := ask(ctx, asked, stream, err)
		given.IsSupported = answer.GetIsSupported()
		return given, err
	default:
		stream, err := client.GetParametersAnnouncement(ctx, retry.Disable())
		answer, err := ask(ctx, asked, stream, err)
		for _, parameter := range answer.GetParameterAnnouncements() {
			given.Parameters = append(given.Parameters, strings.Join([]string{parameter.Name, parameter.CollectionType, parameter.Tooltip}, ": "))
		}
		return given, err
	}
}

// A stream that takes the repository and gives an answer.
type exchange[A any] interface {
	cmp.StreamSender
	CloseAndRecv() (A, error)
}

// ask sends the repository over a stream, unless it could not be opened.
func ask[A any](ctx context.Context, asked request, stream exchange[A], err error) (answer A, _ error) {
	if err != nil {
		return answer, err
	}
	path := filepath.Join(asked.Repository, asked.Path)
	if err := cmp.SendRepoStream(ctx, path, asked.Repository, stream, asked.Environment, nil); err != nil {
		return answer, err
	}
	return stream.CloseAndRecv()
}
