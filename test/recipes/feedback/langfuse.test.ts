/**
 * Langfuse's own clients, as they come from npm and PyPI, against a real processor: an application that has one changes its address, and its scores
 * arrive on the right run. Only the environment tells the clients where to go.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Processor } from '../../helpers/processor.ts'
import { install } from '../install.ts'
import { shell } from '../shell.ts'

const TOKEN = 'sk-lf-ingest-token'
const INSTALL_TIMEOUT_MS = 420_000
const RUN_TIMEOUT_MS = 60_000
const JOIN_TIMEOUT_MS = 20_000

interface Client {
  readonly name: string
  readonly install: string
  readonly file: string
  readonly run: string
  /** Gets the trace id as its argument. Sends a thumb down with a comment, a category, and a score that is withdrawn where the client can. */
  readonly code: string
}

const clients: readonly Client[] = [
  {
    name: 'langfuse-scores-js-3',
    install: 'npm install langfuse@3.39.2',
    file: 'score.mjs',
    run: 'node score.mjs',
    code: `import { Langfuse } from 'langfuse'
const langfuse = new Langfuse()
const traceId = process.argv[2]
langfuse.score({ id: traceId + '-thumb', traceId, name: 'user-feedback', value: 0, dataType: 'BOOLEAN', comment: 'Not my order.' })
langfuse.score({ id: traceId + '-tone', traceId, name: 'tone', value: 'friendly', dataType: 'CATEGORICAL' })
await langfuse.shutdownAsync()
`,
  },
  {
    name: 'langfuse-scores-js-5',
    install: 'npm install @langfuse/client@5.11.1',
    file: 'score.mjs',
    run: 'node score.mjs',
    code: `import { LangfuseClient } from '@langfuse/client'
const langfuse = new LangfuseClient()
const traceId = process.argv[2]
langfuse.score.create({ id: traceId + '-thumb', traceId, name: 'user-feedback', value: 0, dataType: 'BOOLEAN', comment: 'Not my order.' })
await langfuse.flush()
await langfuse.api.scores.create({ id: traceId + '-tone', traceId, name: 'tone', value: 'friendly', dataType: 'CATEGORICAL' })
await langfuse.api.scores.create({ id: traceId + '-mistake', traceId, name: 'tone', value: 'rude', dataType: 'CATEGORICAL' })
await langfuse.api.legacy.scoreV1.delete(traceId + '-mistake')
await langfuse.shutdown()
`,
  },
  {
    name: 'langfuse-scores-python-5',
    install: 'pip install "langfuse==5.0.4"',
    file: 'score.py',
    run: 'python score.py',
    code: `import sys
from langfuse import Langfuse
langfuse = Langfuse()
assert langfuse.auth_check()
trace_id = sys.argv[1]
langfuse.create_score(score_id=trace_id + '-thumb', trace_id=trace_id, name='user-feedback', value=0, data_type='BOOLEAN', comment='Not my order.')
langfuse.create_score(score_id=trace_id + '-tone', trace_id=trace_id, name='tone', value='friendly', data_type='CATEGORICAL')
langfuse.flush()
`,
  },
]

const data = mkdtempSync(join(tmpdir(), 'scores-'))
let processor: Processor

beforeAll(async () => {
  processor = await Processor.create({
    FLYWHEEL_DATA_DIR: data,
    FLYWHEEL_SETTLE_MS: '300',
    FLYWHEEL_FEEDBACK_HOLD_MS: '0',
    FLYWHEEL_INGEST_TOKEN: TOKEN,
  })
  await processor.start()
})

afterAll(async () => {
  await processor.end('SIGTERM')
  rmSync(data, { recursive: true, force: true })
})

test.each(clients)(
  '$name: a score arrives on its run',
  async ({ code, file, run, ...client }) => {
    const { folder, path } = await install({ ...client, files: [], run })
    writeFileSync(join(folder, file), code)
    const [traceId, other] = [traceIdOf(client.name), traceIdOf(`other ${client.name}`)]
    await sendRuns([traceId, other])
    const { exitCode, output } = await shell(`${run} ${traceId}`, {
      cwd: folder,
      env: { PATH: path, HOME: folder, LANG: 'C.UTF-8', NO_PROXY: '127.0.0.1,localhost', ...pointedAt(processor.url) },
      timeoutMs: RUN_TIMEOUT_MS,
    })
    expect({ exitCode, complains: /error/i.test(output) }, output).toEqual({ exitCode: 0, complains: false })
    const thumb = { name: 'user-feedback', rating: 'negative', score: 0, label: null, comment: 'Not my order.', judge: 'user' }
    const tone = { name: 'tone', rating: null, score: null, label: 'friendly', comment: null, judge: 'unknown' }
    expect(await ratingsOf(traceId, 2), output).toEqual([
      expect.objectContaining({ id: `${traceId}-thumb`, source: 'api', ...thumb }),
      expect.objectContaining({ id: `${traceId}-tone`, source: 'api', ...tone }),
    ])
    expect(await ratingsOf(other, 0)).toEqual([])
  },
  INSTALL_TIMEOUT_MS,
)

/** The address and the keys, in the names that the clients' versions read. */
function pointedAt(url: string): Readonly<Record<string, string>> {
  return {
    LANGFUSE_PUBLIC_KEY: 'pk-lf-any',
    LANGFUSE_SECRET_KEY: TOKEN,
    LANGFUSE_BASE_URL: url,
    LANGFUSE_BASEURL: url,
    LANGFUSE_HOST: url,
  }
}

function traceIdOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32)
}

/** A model call each, sent the way Langfuse's exporters do: below their path, with the token for a password. */
async function sendRuns(traceIds: readonly string[]): Promise<void> {
  const nanos = `${Date.now()}000000`
  const spans = traceIds.map((traceId) => ({
    traceId,
    spanId: traceId.slice(16),
    name: 'chat gpt-4o-mini',
    kind: 3,
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    attributes: [
      { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
      { key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o-mini' } },
    ],
  }))
  const response = await fetch(`${processor.url}/api/public/otel/v1/traces`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`pk-lf-any:${TOKEN}`).toString('base64')}`,
    },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  })
  expect(response.status).toBe(200)
}

/** In the order of their ids, once the run is there with so many. */
async function ratingsOf(traceId: string, count: number): Promise<readonly { readonly id: string }[]> {
  const deadline = Date.now() + JOIN_TIMEOUT_MS
  for (;;) {
    const response = await fetch(`${processor.url}/api/runs/${traceId}`)
    const { ratings = [] } = (response.ok ? await response.json() : {}) as { ratings?: readonly { readonly id: string }[] }
    if (response.ok && ratings.length >= count) return ratings.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    if (Date.now() > deadline) return ratings
    await sleep(100)
  }
}
