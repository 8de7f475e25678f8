//go:build tools

// Package tools pins the real docker compose, with which the stack tests read docker-compose.yml: `go install` by version refuses it because of the
// exclude directives in its go.mod.
package tools

import _ "github.com/docker/compose/v2/cmd"
