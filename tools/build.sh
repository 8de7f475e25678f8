#!/usr/bin/env bash
# Builds the real programs that the stack tests run, each only when its version is not there yet. Needs Go 1.26 or newer and the Go module proxy.
# Everything lands in the ignored folder .cache/tools; cold it takes about seven minutes on two cores, warm a moment.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
bin=$root/.cache/tools/bin
src=$root/.cache/tools/src
collector_version=0.159.0
prometheus_version=0.314.0
alertmanager_version=0.34.0
compose_version=2.40.3
mkdir -p "$bin" "$src"

# The stamp holds what the program was built from, so that a change builds it anew.
is_built() {
  local program=$1 stamp=$2
  [ -x "$bin/$program" ] && [ "$(cat "$bin/$program.stamp" 2>/dev/null)" = "$stamp" ]
}

require_go() {
  command -v go >/dev/null || {
    echo 'The stack tests build Prometheus, Alertmanager, the Collector and docker compose: install Go 1.26 or newer.' >&2
    exit 1
  }
}

build_collector() {
  local stamp
  stamp="$collector_version $(sha256sum otel-collector/builder-config.yaml | cut -d' ' -f1)"
  is_built otelcol "$stamp" && return
  require_go
  echo "building the Collector $collector_version"
  GOBIN=$bin go install "go.opentelemetry.io/collector/cmd/builder@v$collector_version"
  "$bin/builder" --config otel-collector/builder-config.yaml --output-path="$src/otelcol" >"$src/otelcol.log" 2>&1 || { tail -20 "$src/otelcol.log" >&2 && exit 1; }
  mv "$src/otelcol/otelcol" "$bin/otelcol"
  echo "$stamp" >"$bin/otelcol.stamp"
}

# `go install` by version refuses it because of the replace directives in its go.mod: tools/go.mod names it instead.
build_prometheus() {
  is_built prometheus "$prometheus_version" && return
  require_go
  echo "building Prometheus $prometheus_version"
  (cd tools && GOBIN=$bin go install github.com/prometheus/prometheus/cmd/prometheus github.com/prometheus/prometheus/cmd/promtool)
  echo "$prometheus_version" >"$bin/prometheus.stamp"
}

# The module lacks its built web pages and does not compile without: it gets an empty one, its API is all that is used here.
build_alertmanager() {
  is_built alertmanager "$alertmanager_version" && return
  require_go
  echo "building Alertmanager $alertmanager_version"
  local module
  module=$(cd "$src" && GOFLAGS=-mod=mod go mod download -json "github.com/prometheus/alertmanager@v$alertmanager_version" | sed -n 's/^.*"Dir": "\(.*\)".*$/\1/p')
  rm -rf "$src/alertmanager"
  cp -r "$module" "$src/alertmanager"
  chmod -R u+w "$src/alertmanager"
  mkdir -p "$src/alertmanager/ui/app/dist"
  echo '<!doctype html><title>Alertmanager</title>' >"$src/alertmanager/ui/app/dist/index.html"
  (cd "$src/alertmanager" && go build -o "$bin/" ./cmd/alertmanager ./cmd/amtool)
  echo "$alertmanager_version" >"$bin/alertmanager.stamp"
}

# Its go.mod has exclude directives, which `go install` by version refuses: tools/compose-check/go.mod names it instead.
build_compose() {
  is_built docker-compose "$compose_version" && return
  require_go
  echo "building docker compose $compose_version"
  (cd tools/compose-check && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X github.com/docker/compose/v2/internal.Version=v$compose_version" -o "$bin/docker-compose" github.com/docker/compose/v2/cmd)
  echo "$compose_version" >"$bin/docker-compose.stamp"
}

build_collector
build_prometheus
build_alertmanager
build_compose
