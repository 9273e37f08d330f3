//go:build node

package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/kubernetes"
)

// CoreDNS with the plugins that a cluster without the outside world needs, in the order that they handle a query.
func init() {
	programs["coredns"] = func() {
		dnsserver.Directives = []string{"bind", "errors", "kubernetes"}
		coremain.Run()
	}
}
