//go:build tools

// Package engines names the programs that call petasos, so that the module has all that they are made of.
package engines

import (
	_ "helm.sh/helm/v3/cmd/helm"
	_ "helm.sh/helm/v4/cmd/helm"
	_ "sigs.k8s.io/kustomize/kustomize/v5"
)
