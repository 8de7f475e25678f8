/** What .env has to hold for docker-compose.yml, and how a file that holds some of it is completed. Text in, text out. */

interface Variable {
  readonly name: string
  readonly comment: string
  /** Null: a fresh secret. */
  readonly value: string | null
}

const header = `# Settings of docker-compose.yml; docs/deploy.md lists more.
# It holds secrets: do not commit it, and keep a copy where only you can read it.
# "npx agent-flywheel init" adds what a newer version needs and changes nothing that is here.
`

const variables: readonly Variable[] = [
  { name: 'FLYWHEEL_INGEST_TOKEN', comment: 'Token of everybody who sends telemetry to the processor.', value: null },
  {
    name: 'FLYWHEEL_API_TOKEN',
    comment: 'Token of everybody who reads its metrics and its API: Prometheus, and you.',
    value: null,
  },
  {
    name: 'FLYWHEEL_FEEDBACK_SECRET',
    comment: 'Key that signs feedback links. The application that makes them needs the same.',
    value: null,
  },
  {
    name: 'GRAFANA_ADMIN_PASSWORD',
    comment: 'Password of the user "admin" in Grafana. Read at the first start only; later it is changed in Grafana.',
    value: null,
  },
  {
    name: 'GRAFANA_SECRET_KEY',
    comment: 'Key with which Grafana encrypts the passwords of data sources. Another key makes those unreadable.',
    value: null,
  },
  {
    name: 'FLYWHEEL_PUBLIC_URL',
    comment: 'Where people reach the processor, for links in alerts and dashboards.',
    value: 'http://127.0.0.1:4319',
  },
  { name: 'FLYWHEEL_GRAFANA_URL', comment: 'Where people reach Grafana.', value: 'http://127.0.0.1:3000' },
  { name: 'ALERT_WEBHOOK_URL', comment: 'Where alerts are sent. Empty: nowhere, they are only shown.', value: '' },
]

/** A complete .env. `secret` returns a new one each time. */
export function newEnv(secret: () => string): string {
  return header + variables.map((variable) => entry(variable, secret)).join('')
}

export type Completion =
  | { readonly kind: 'complete' }
  /** Secrets that are there without a value. Adding a second line would hide the first, so a person has to decide. */
  | { readonly kind: 'empty'; readonly names: readonly string[] }
  /** `text` goes to the end of the file. */
  | { readonly kind: 'missing'; readonly names: readonly string[]; readonly text: string }

/** What a .env that exists lacks. */
export function completion(text: string, secret: () => string): Completion {
  const present = assignments(text)
  const empty = variables.filter(({ name, value }) => value === null && present.get(name) === '')
  if (empty.length > 0) return { kind: 'empty', names: namesOf(empty) }
  const missing = variables.filter(({ name }) => !present.has(name))
  if (missing.length === 0) return { kind: 'complete' }
  return { kind: 'missing', names: namesOf(missing), text: missing.map((variable) => entry(variable, secret)).join('') }
}

function entry({ name, comment, value }: Variable, secret: () => string): string {
  return `\n# ${comment}\n${name}=${value ?? secret()}\n`
}

function namesOf(some: readonly Variable[]): string[] {
  return some.map(({ name }) => name)
}

/** Name to value, as compose reads them: the last line of a name counts. */
function assignments(text: string): Map<string, string> {
  const lines = text.matchAll(/^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*(.*?)[ \t\r]*$/gm)
  return new Map([...lines].map(([, name = '', value = '']) => [name, value === '""' || value === "''" ? '' : value]))
}
