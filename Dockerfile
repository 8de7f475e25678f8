# The processor, as docker-compose.yml runs it: `docker build --tag agent-flywheel:0.1.0 .`
#
# It runs the TypeScript sources, as `npm start` does: Node 24 strips the types itself (only under node_modules it refuses to, which is why a
# published package would hold dist/ and this image does not). So there is no compiler and no second version of the code in it, and the line numbers
# of an error are those of the repository. No "# syntax" line, because that would fetch a program from the internet at each build.

# The version that package.json pins; a test compares the two.
FROM node:24.21.0-bookworm-slim AS base
WORKDIR /app

FROM base AS dependencies
COPY package.json package-lock.json ./
# Nothing that runs here needs an install script, so none may run.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

# The traffic generator uses the OpenTelemetry SDK, which the processor does not need.
FROM base AS demo-dependencies
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM base AS runtime
LABEL org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
# The package managers are for the stages above: what is not there cannot be misused. The folder of the data gets its owner here, because a fresh
# volume takes over the owner of the folder that it covers.
RUN rm -rf /usr/local/lib/node_modules /opt/yarn-* \
           /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg \
 && install -d -o node -g node -m 0700 /data
ENV NODE_ENV=production
# What is copied belongs to root and is never written. The user is "node", by number: "runAsNonRoot" of Kubernetes accepts no name.
COPY package.json LICENSE ./
USER 1000:1000
STOPSIGNAL SIGTERM
# No shell in between, so that the signal to stop arrives.
ENTRYPOINT ["node"]

# What the profile demo runs.
FROM runtime AS demo
LABEL org.opencontainers.image.title="Agent Flywheel demo" \
      org.opencontainers.image.description="Sends simulated agent traffic."
COPY --from=demo-dependencies /app/node_modules ./node_modules
COPY demo ./demo
# --live: each span is sent when it ends, as agents do, so that open runs are seen and nothing looks like a backlog.
CMD ["demo/traffic/main.ts", "--live"]

# The last stage is what a build without --target gives.
FROM runtime AS processor
LABEL org.opencontainers.image.title="Agent Flywheel" \
      org.opencontainers.image.description="Turns the OpenTelemetry spans of LLM agents into true metrics in Prometheus."
COPY --from=dependencies /app/node_modules ./node_modules
# Where the links in alerts lead, and what the live page offers to copy: the processor shows them as pages.
COPY docs/runbook.md ./docs/runbook.md
COPY docs/instrument ./docs/instrument
COPY src ./src
# Reachable from outside the container; without both tokens the processor then refuses to start.
ENV FLYWHEEL_HOST=0.0.0.0 \
    FLYWHEEL_PORT=4318 \
    FLYWHEEL_DATA_DIR=/data
EXPOSE 4318
HEALTHCHECK --interval=10s --timeout=5s --retries=3 --start-period=5m \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.FLYWHEEL_PORT+'/readyz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["src/main.ts"]
