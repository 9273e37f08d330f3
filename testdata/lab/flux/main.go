// Command flux says what Flux's own packages make of texts and objects: it reads a question as JSON and prints the answer.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"unicode/utf8"

	"github.com/fluxcd/pkg/envsubst"
	fluxkustomize "github.com/fluxcd/pkg/kustomize"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/provider"
)

type question struct {
	Variables map[string]string
	Texts     []string
	Objects   []map[string]any
}

// What became of one text or object; nothing where it is refused.
type outcome struct {
	Strict  any `json:"strict"`
	Lenient any `json:"lenient"`
}

type answer struct {
	Texts   []outcome `json:"texts"`
	Objects []outcome `json:"objects"`
}

func main() {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fail(err)
	}
	given := answer{Texts: []outcome{}, Objects: []outcome{}}
	for _, text := range asked.Texts {
		given.Texts = append(given.Texts, outcome{asked.text(text, true), asked.text(text, false)})
	}
	for _, object := range asked.Objects {
		given.Objects = append(given.Objects, outcome{asked.object(object, true), asked.object(object, false)})
	}
	if err := json.NewEncoder(os.Stdout).Encode(given); err != nil {
		fail(err)
	}
}

func (q *question) text(text string, strict bool) any {
	result, err := envsubst.Eval(text, func(name string) (string, bool) {
		value, known := q.Variables[name]
		return value, known || !strict
	})
	// Text that is not UTF-8 is refused one step later, as YAML.
	if err != nil || !utf8.ValidString(result) {
		return nil
	}
	return result
}

func (q *question) object(object map[string]any, strict bool) any {
	resource, err := provider.NewDefaultDepProvider().GetResourceFactory().FromMap(object)
	if err != nil {
		fail(err)
	}
	variables := map[string]any{}
	for name, value := range q.Variables {
		variables[name] = value
	}
	kustomization := unstructured.Unstructured{Object: map[string]any{
		"spec": map[string]any{"postBuild": map[string]any{"substitute": variables}},
	}}
	result, err := fluxkustomize.SubstituteVariables(context.Background(), nil, kustomization, resource,
		fluxkustomize.SubstituteWithDryRun(true), fluxkustomize.SubstituteWithStrict(strict))
	if err != nil {
		return nil
	}
	if result == nil {
		return object
	}
	fields, err := result.Map()
	if err != nil {
		return nil
	}
	return fields
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
