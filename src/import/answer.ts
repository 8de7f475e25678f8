/** What the processor answers to an import, in words. Its version may be another one, so nothing of it is taken for granted. */

export interface Answer {
  /** False = nothing of the file was taken; `reason` says why. */
  readonly isTaken: boolean
  /** Rows that were left out. */
  readonly leftOut: number
  readonly reason: string
  readonly json: Readonly<Record<string, unknown>>
}

const outcomes = ['new', 'changed', 'known', 'repeated', 'deleted'] as const
const words: Readonly<Record<(typeof outcomes)[number], string>> = {
  new: 'new',
  changed: 'changed',
  known: 'known',
  repeated: 'more than once in the file',
  deleted: 'deleted before, left out',
}

export function answerOf(status: number, text: string): Answer {
  const json = objectOf(text)
  if (json === null)
    return { isTaken: false, leftOut: 0, reason: `the answer is none of ours (status ${status}).`, json: { error: status } }
  if (status !== 200) {
    const detail = typeof json['detail'] === 'string' ? json['detail'] : `status ${status}.`
    return { isTaken: false, leftOut: 0, reason: detail, json }
  }
  return { isTaken: true, leftOut: countOf(json['wrongRows']), reason: '', json }
}

export function linesOf(path: string, { isTaken, leftOut, reason, json }: Answer): readonly string[] {
  if (!isTaken) return [`${path}: ${reason}`, ...wrongLines(json['errors'])]
  const counts = outcomes.map((name) => [name, countOf(json[name])] as const)
  const told = counts.filter(([name, count]) => count > 0 || name === 'new').map(([name, count]) => `${count} ${words[name]}`)
  const ignored = Array.isArray(json['ignored']) ? json['ignored'].map(String) : []
  return [
    `${path}: ${told.join(', ')}${leftOut === 0 ? '' : `; ${leftOut} ${leftOut === 1 ? 'row was' : 'rows were'} left out`}`,
    ...wrongLines(json['wrong']),
    ...(ignored.length === 0 ? [] : [`  columns not read: ${ignored.map(plain).join(', ')}`]),
  ]
}

function wrongLines(wrong: unknown): readonly string[] {
  if (!Array.isArray(wrong)) return []
  return wrong.flatMap((problem: unknown) => {
    if (!isObject(problem)) return []
    const { line, field, expected, received } = problem
    const where = typeof line === 'number' ? `line ${line}, ` : ''
    const got = typeof received === 'string' ? `, got ${JSON.stringify(received)}` : ''
    return [`  ${where}${plain(String(field))}: expected ${plain(String(expected))}${got}`]
  })
}

/** What comes from a file may hold anything, also what moves the cursor of a terminal. */
function plain(text: string): string {
  return text.replaceAll(/\p{C}/gu, '?')
}

function countOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
