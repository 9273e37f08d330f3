// Command policies says which connections NetworkPolicies allow.
//
// It reads `{"policies": [...], "connections": [...]}` and prints one verdict a connection, as a JSON array of booleans. What a
// policy means is decided by the evaluator that Kubernetes' network conformance tests grew out of, and by nothing here.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
)

type question struct {
	Policies    []*networking.NetworkPolicy `json:"policies"`
	Connections []connection                `json:"connections"`
}

type connection struct {
	From     peer          `json:"from"`
	To       peer          `json:"to"`
	Port     int           `json:"port"`
	PortName string        `json:"portName"`
	Protocol core.Protocol `json:"protocol"`
}

// A peer is a Pod where it has a namespace, and an address outside the cluster where it has none.
type peer struct {
	Address         string            `json:"address"`
	Namespace       string            `json:"namespace"`
	NamespaceLabels map[string]string `json:"namespaceLabels"`
	Labels          map[string]string `json:"labels"`
}

func main() {
	if err := answer(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answer(input io.Reader, output io.Writer) error {
	decoder := json.NewDecoder(input)
	decoder.DisallowUnknownFields()
	var question question
	if err := decoder.Decode(&question); err != nil {
		return fmt.Errorf("read the question: %w", err)
	}
	policy := matcher.BuildNetworkPolicies(false, question.Policies)
	verdicts := make([]bool, 0, len(question.Connections))
	for _, connection := range question.Connections {
		verdicts = append(verdicts, policy.IsTrafficAllowed(connection.traffic()).IsAllowed())
	}
	return json.NewEncoder(output).Encode(verdicts)
}

func (c connection) traffic() *matcher.Traffic {
	return &matcher.Traffic{
		Source:           c.From.traffic(),
		Destination:      c.To.traffic(),
		ResolvedPort:     c.Port,
		ResolvedPortName: c.PortName,
		Protocol:         c.Protocol,
	}
}

func (p peer) traffic() *matcher.TrafficPeer {
	if p.Namespace == "" {
		return &matcher.TrafficPeer{IP: p.Address}
	}
	return &matcher.TrafficPeer{IP: p.Address, Internal: &matcher.InternalPeer{
		PodLabels: p.Labels, NamespaceLabels: p.NamespaceLabels, Namespace: p.Namespace,
	}}
}
