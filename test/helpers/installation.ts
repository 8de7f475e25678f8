/** A processor with people who log in, to which everything can be said that somebody may later want to be forgotten. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { type Scrape, scrape } from '../crash/scrape.ts'
import { answersOf, type Asked, bodiesIn, filesIn } from './canary-search.ts'
import type { Person } from './canary-person.ts'
import type { OtlpRequest } from './otlp-request.ts'
import { Processor } from './processor.ts'

export const tokens = { rita: 'the-token-of-rita-the-reviewer', vera: 'the-token-of-vera-the-viewer' } as const

export interface Deletion {
  readonly id: string
  readonly state: 'asked' | 'erased' | 'wiped'
  readonly kind: string
  readonly subject: string
  readonly who: string
  readonly counts: Readonly<Record<string, number>>
}

const configFile = `users:
  - { name: rita, role: reviewer, tokenHash: 'sha256:${digestOf(tokens.rita)}' }
  - { name: vera, role: viewer, tokenHash: 'sha256:${digestOf(tokens.vera)}' }
`

export class Installation {
  readonly dataDir: string
  readonly processor: Processor
  readonly headers: Readonly<Record<string, string>>

  private constructor(dataDir: string, processor: Processor, headers: Installation['headers']) {
    this.dataDir = dataDir
    this.processor = processor
    this.headers = headers
  }

  /** Starts it; it ends with the test. `isOpen`: nobody has to log in. */
  static async open(env: Readonly<Record<string, string>> = {}, isOpen = false): Promise<Installation> {
    const folder = mkdtempSync(join(tmpdir(), 'flywheel-installation-'))
    const dataDir = join(folder, 'data')
    writeFileSync(join(folder, 'flywheel.yaml'), configFile)
    const processor = await Processor.create({
      FLYWHEEL_DATA_DIR: dataDir,
      FLYWHEEL_CONTENT: 'full',
      FLYWHEEL_SETTLE_MS: '500',
      FLYWHEEL_FEEDBACK_HOLD_MS: '300',
      FLYWHEEL_SCRAPE_INTERVAL_MS: '0',
      ...(!isOpen && { FLYWHEEL_CONFIG: join(folder, 'flywheel.yaml') }),
      ...env,
    })
    onTestFinished(async () => {
      await processor.end('SIGKILL')
      rmSync(folder, { recursive: true })
    })
    await processor.start()
    return new Installation(dataDir, processor, isOpen ? {} : { authorization: `Bearer ${tokens.rita}` })
  }

  async send(...requests: readonly OtlpRequest[]): Promise<void> {
    for (const { path, headers, body } of requests) {
      const response = await fetch(this.processor.url + path, { method: 'POST', headers: { ...headers }, body })
      if (response.status !== 200) throw new Error(`${path} was answered with ${response.status}: ${await response.text()}`)
      await response.arrayBuffer()
    }
  }

  async post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const response = await fetch(this.processor.url + path, {
      method: 'POST',
      headers: { ...this.headers, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      redirect: 'manual',
    })
    const text = await response.text()
    if (response.status >= 400) throw new Error(`${path} was answered with ${response.status}: ${text}`)
    return text === '' ? null : JSON.parse(text)
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(this.processor.url + path, { headers: { ...this.headers } })
    const answer: T = JSON.parse(await response.text())
    return answer
  }

  /** Everything that a person can say, in runs, logs, feedback and notes. */
  async plant(person: Person): Promise<void> {
    await this.send(...person.wholeRun(), ...person.logs(), ...person.failedRun())
    await this.say(person)
  }

  /** What of it comes by our own API. */
  async say(person: Person): Promise<void> {
    await this.post('/v1/feedback', person.feedback())
    await this.post(
      '/v1/feedback',
      { target: { responseId: person.word('response') }, rating: 'negative', comment: person.word('keyed') },
      { 'idempotency-key': person.word('key') },
    )
    await this.post('/api/public/scores', {
      id: person.word('scoreid'),
      traceId: person.traceId('whole'),
      name: person.word('scorename'),
      value: person.word('score'),
      dataType: 'CATEGORICAL',
      comment: person.word('scorecomment'),
    })
    if (person.isKnown) await this.post('/api/notes', person.note())
  }

  async keep(traceId: string): Promise<void> {
    const response = await fetch(`${this.processor.url}/runs/${traceId}/keep`, {
      method: 'POST',
      headers: { ...this.headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: '',
      redirect: 'manual',
    })
    if (response.status !== 303) throw new Error(`keep was answered with ${response.status}: ${await response.text()}`)
  }

  /** Waits until no run is open, and nothing has been counted for longer than it takes to save it. */
  async quiet(): Promise<Scrape> {
    let before = ''
    let still = 0
    for (let attempt = 0; attempt < 100 && still < 3; attempt++) {
      const response = await fetch(`${this.processor.url}/metrics`, { headers: { ...this.headers } })
      const lines = (await response.text()).split('\n')
      const counted = lines.filter((line) => /^flywheel_(?!log_|received_requests|checkpoint)/.test(line)).join('\n')
      still = counted === before && !counted.includes('flywheel_open_runs{') ? still + 1 : 0
      before = counted
      await sleep(1_100)
    }
    if (still === 3) return this.totals()
    throw new Error(`the processor does not come to rest:\n${before}`)
  }

  async totals(): Promise<Scrape> {
    const counters = await scrape(this.processor.url, this.headers)
    if (counters === null) throw new Error('no metrics')
    return counters
  }

  request(body: object): Promise<Deletion> {
    return this.post('/api/deletions', body) as Promise<Deletion>
  }

  /** Waits until the job is done; answers what it says then, and after how long. */
  async done({ id }: Deletion): Promise<{ readonly job: Deletion; readonly tookMs: number }> {
    const began = performance.now()
    for (;;) {
      const job = await this.get<Deletion>(`/api/deletions/${id}`)
      const tookMs = performance.now() - began
      if (job.state === 'wiped') return { job, tookMs }
      if (tookMs > 60_000) throw new Error(`the deletion is ${job.state} after a minute:\n${this.processor.stderr}`)
      await sleep(50)
    }
  }

  async delete(body: object): Promise<Deletion> {
    return (await this.done(await this.request(body))).job
  }

  /** What can be seen from outside: the files, what was printed, every answer. To be asked when it is quiet. */
  async surfaces(ids: Asked['ids']): Promise<Readonly<Record<string, string>>> {
    const { url, stdout, stderr } = this.processor
    const answers = await answersOf({ url, headers: this.headers, ids })
    return { ...answers, ...filesIn(this.dataDir), ...bodiesIn(this.dataDir), stdout, stderr }
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
