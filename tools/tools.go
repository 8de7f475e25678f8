//go:build tools

// Package tools pins the Go programs that the stack tests build: `go install` by version refuses them, because their go.mod has replace directives.
package tools

import (
	_ "github.com/prometheus/prometheus/cmd/prometheus"
	_ "github.com/prometheus/prometheus/cmd/promtool"
)
