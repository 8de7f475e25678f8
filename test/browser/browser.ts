/** Debian's Chromium, driven by playwright-core, and the real processor with spans as OTLP/JSON. */
import axe from 'axe-core'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Processor } from '../helpers/processor.ts'

/** Where Debian puts it; another place can be named. */
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

const SETTLE_MS = 300

/** A headless Chromium that stays on this machine. */
export function launchBrowser(moreArguments: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...moreArguments,
    ],
  })
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string | null
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

/** Everything that axe-core finds. */
export async function accessibilityFindings(page: Page): Promise<readonly string[]> {
  // Through the debugger: the page's own policy allows no script of anybody else.
  await page.evaluate(axe.source)
  const { violations } = (await page.evaluate('axe.run()')) as AxeResult
  return violations.flatMap(({ id, impact, nodes }) => nodes.map(({ html }) => `${impact} ${id}: ${html.slice(0, 200)}`))
}

let shared: Promise<Browser> | null = null

/** One browser for all tests of a file. */
function browser(): Promise<Browser> {
  shared ??= launchBrowser()
  return shared
}

export async function closeBrowser(): Promise<void> {
  await (await shared)?.close()
  shared = null
}

/** A page whose errors, and whatever the policy blocked, fail the test. */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await (await browser()).newContext(options)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (
      message.type() === 'error' &&
      !/status of (?:4|5)\d\d|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/.test(
        message.text(),
      )
    )
      complaints.push(message.text())
  })
  onTestFinished(async () => {
    await context.close()
    if (complaints.length > 0) throw new Error(`the page complained:\n${complaints.join('\n')}`)
  })
  await page.goto(url)
  return page
}

/** A processor of its own for the running test. */
export async function processor(env: Readonly<Record<string, string>> = {}): Promise<Processor> {
  const folder = await mkdtemp(join(tmpdir(), 'flywheel-browser-'))
  const started = await Processor.create({
    FLYWHEEL_DATA_DIR: join(folder, 'data'),
    FLYWHEEL_SETTLE_MS: String(SETTLE_MS),
    ...env,
  })
  await started.start()
  onTestFinished(async () => {
    await started.end('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })
  return started
}

export interface SpanPlan {
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number>>
  /** Says that the span failed, and why. */
  readonly error?: string
  readonly children?: readonly SpanPlan[]
  readonly kind?: number
}

export interface RunPlan {
  readonly traceId: string
  readonly resource?: Readonly<Record<string, string>>
  readonly scope?: string
  readonly root: SpanPlan
  /** Unix milliseconds. Default: three seconds ago. */
  readonly startMs?: number
}

/** Sends a run whole and waits until it has settled; answers when that was by the log's clock. */
export async function sendRun(url: string, run: RunPlan): Promise<number> {
  await post(url, [run])
  for (let attempt = 0; attempt < 200; attempt++) {
    const response = await fetch(`${url}/api/runs/${run.traceId}`)
    const body = (response.status === 200 ? await response.json() : { settledAt: null }) as { settledAt: string | null }
    if (body.settledAt !== null) return Date.parse(body.settledAt)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`run ${run.traceId} did not settle`)
}

/** Sends runs in one request. */
export async function post(url: string, runs: readonly RunPlan[]): Promise<void> {
  const response = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: runs.map(resourceSpans) }),
  })
  if (response.status !== 200) throw new Error(`expected 200, got ${response.status}: ${await response.text()}`)
}

function resourceSpans({
  traceId,
  resource = { 'service.name': 'shop' },
  scope = 'test',
  root,
  startMs = Date.now() - 3_000,
}: RunPlan): object {
  const spans: object[] = []
  let number = 0
  let nowMs = startMs
  const add = (plan: SpanPlan, parentSpanId: string): void => {
    const spanId = (++number).toString(16).padStart(16, '0')
    const beganMs = nowMs
    nowMs += 5
    for (const child of plan.children ?? []) add(child, spanId)
    nowMs += 100
    spans.push({
      traceId,
      spanId,
      parentSpanId,
      name: plan.name,
      kind: plan.kind ?? 1,
      startTimeUnixNano: `${beganMs}000000`,
      endTimeUnixNano: `${nowMs}000000`,
      attributes: keyValues(plan.attributes),
      status: plan.error === undefined ? {} : { code: 2, message: plan.error },
    })
  }
  add(root, '')
  return { resource: { attributes: keyValues(resource) }, scopeSpans: [{ scope: { name: scope }, spans }] }
}

function keyValues(values: Readonly<Record<string, string | number>>): object[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }))
}

export function traceIdOf(number: number): string {
  return number.toString(16).padStart(32, '0')
}

/** A support agent that calls a model and a tool; with an error in the tool the run fails. */
export function supportRun(number: number, options: { readonly error?: string; readonly startMs?: number } = {}): RunPlan {
  const whose = { 'gen_ai.conversation.id': `chat-${number}`, 'user.id': `user-${number}` }
  const failure = options.error === undefined ? {} : { error: options.error }
  return {
    traceId: traceIdOf(number),
    resource: { 'service.name': 'shop', 'service.version': '1.4.2' },
    ...(options.startMs === undefined ? {} : { startMs: options.startMs }),
    root: {
      name: 'invoke_agent support',
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'support', ...whose },
      ...failure,
      children: [
        chatSpan('gpt-4o-mini', whose),
        {
          name: 'execute_tool lookup_order',
          attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'lookup_order' },
          ...failure,
        },
      ],
    },
  }
}

export function chatSpan(model: string, more: Readonly<Record<string, string | number>> = {}): SpanPlan {
  return {
    name: `chat ${model}`,
    kind: 3,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': model,
      'gen_ai.usage.input_tokens': 1_000,
      'gen_ai.usage.output_tokens': 100,
      'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"Where is my order?"}]}]',
      ...more,
    },
  }
}
