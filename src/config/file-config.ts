/** flywheel.yaml: settings that need structure. Strict: an unknown key is a mistake, and every mistake is named with its line. */
import { LineCounter, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import { z } from 'zod'
import { isPersonName } from '../model/person.ts'
import type { User } from '../model/person.ts'
import type { PriceOverride } from '../model/price.ts'
import type { RedactionPattern } from '../model/redaction.ts'
import { quote } from './config-error.ts'
import { type RatingRuleConfig, ratingRuleKeys, ratingRulesSchema } from './feedback-config.ts'
import { redactionKeys, redactionSchema } from './redaction-config.ts'

export interface FileConfig {
  /** The user's own prices, consulted before the built-in table. */
  readonly prices: readonly PriceOverride[]
  /** How feedback of each name is read; the first that fits holds. */
  readonly feedback: readonly RatingRuleConfig[]
  /** The user's own patterns of what no stored text may hold. */
  readonly redaction: readonly RedactionPattern[]
  /** People who may log in, or whose role is known when the proxy names them. */
  readonly users: readonly User[]
}

const usdExpected = 'a price in USD per million tokens, 0 or more'
const usdPerMillion = z.number({ error: usdExpected }).min(0, { error: usdExpected })

const factorExpected = 'a factor from 0 to 100'
const factor = z.number({ error: factorExpected }).min(0, { error: factorExpected }).max(100, { error: factorExpected })

const name = z.string({ error: 'a text' }).min(1, { error: 'a text that is not empty' })

const priceSchema = z.strictObject(
  {
    model: name.describe(
      'Model name; `*` stands for any characters. Matched against the response model, then the request model, with and without a gateway’s prefix.',
    ),
    provider: name
      .optional()
      .describe(
        'Provider in the spelling of the GenAI conventions, such as `aws.bedrock`, or shorter, such as `bedrock`. Absent: any.',
      ),
    input: usdPerMillion
      .optional()
      .describe(
        'USD per million input tokens that no cache served. Required, with `output`, unless factors on the list price stand here.',
      ),
    output: usdPerMillion.optional().describe('USD per million output tokens. 0 with `input` 0 for a model of your own.'),
    cacheRead: usdPerMillion.optional().describe('USD per million input tokens read from a cache. Absent: like `input`.'),
    cacheWrite: usdPerMillion.optional().describe('USD per million input tokens written to a cache. Absent: like `input`.'),
    cacheWrite1h: usdPerMillion
      .optional()
      .describe('USD per million input tokens written to a cache that keeps them for an hour. Absent: like `cacheWrite`.'),
    multiplier: factor.optional().describe('Factor on the list price, in place of `input` and `output`: 0.85 is 15 % off.'),
    serviceTiers: z
      .record(z.string().trim().toLowerCase().min(1), factor, { error: 'a factor for each service tier' })
      .optional()
      .describe(
        'Factors by service tier as spans name it, such as `priority: 2`. Of tiers that are not here, prices of your own hold unchanged; ' +
          'list prices know `flex` and `batch` of OpenAI and `batch` of Anthropic and Bedrock.',
      ),
    from: z.iso
      .date({ error: 'a date such as 2026-01-31' })
      .optional()
      .describe(
        'First day the price holds (UTC). Absent: always. Of several, the latest that has begun wins, then the first in the file.',
      ),
  },
  { error: 'a price with model, input and output' },
)

/** Rates of one's own are whole, or there are none. */
function isWholePrice({ value: price, issues }: z.core.ParsePayload<z.output<typeof priceSchema>>): void {
  const isRelative = price.input === undefined && price.output === undefined
  const isFactor = price.multiplier !== undefined || price.serviceTiers !== undefined
  const expect = (key: keyof typeof price, message: string): void => {
    issues.push({ code: 'custom', path: [key], message, input: price[key] })
  }
  if (isRelative && !isFactor) expect('input', `${usdExpected}, or multiplier or serviceTiers for the list price`)
  if (!isRelative && price.input === undefined) expect('input', `${usdExpected}, beside output`)
  if (!isRelative && price.output === undefined) expect('output', `${usdExpected}, beside input`)
  if (!isRelative && price.multiplier !== undefined) expect('multiplier', 'no factor on the list price beside prices of your own')
  for (const key of ['cacheRead', 'cacheWrite', 'cacheWrite1h'] as const) {
    if (isRelative && price[key] !== undefined) expect(key, 'no price of cached tokens without input and output')
  }
}

const hashExpected = 'sha256: and 64 hexadecimal digits, as `npx agent-flywheel user` prints them'
const nameExpected = 'a name of 1 to 100 characters on one line, without commas, other than api-token'

const userSchema = z.strictObject(
  {
    name: z
      .string({ error: nameExpected })
      .refine(isPersonName, { error: nameExpected })
      .describe('Who it is. The audit log and notes carry it; behind a proxy it is the name that the proxy states.'),
    role: z
      .enum(['viewer', 'reviewer'], { error: 'viewer or reviewer' })
      .default('viewer')
      .describe(
        '`viewer` reads and adds notes; `reviewer` also keeps runs, gives feedback, decides what notes are about, and deletes. Absent: `viewer`.',
      ),
    tokenHash: z
      .string({ error: hashExpected })
      .regex(/^sha256:[0-9a-f]{64}$/i, { error: hashExpected })
      .optional()
      .describe('SHA-256 of the token: `npx agent-flywheel user NAME` makes both. Absent: comes through the proxy only.'),
  },
  { error: 'a user with name, role and tokenHash' },
)

const usersSchema = z
  .array(userSchema, { error: 'a list of users' })
  .check(distinct)
  .transform((users) => users.map(toUser))

const fileSchema = z.strictObject(
  {
    prices: z
      .array(priceSchema.check(isWholePrice), { error: 'a list of prices' })
      .default([])
      .describe('Prices of your own, or factors on the list prices; consulted before the built-in table.'),
    feedback: ratingRulesSchema
      .prefault([])
      .describe('How scores and labels of your own become positive, neutral or negative, by the name of the feedback.'),
    redaction: redactionSchema.prefault({}).describe('What stored texts may not hold, beside what is found anyway.'),
    users: usersSchema.prefault([]).describe('People who log in with a token of their own, or come through the proxy.'),
  },
  { error: 'a mapping with the documented keys' },
)

export const emptyFileConfig: FileConfig = { prices: [], feedback: [], redaction: [], users: [] }

/** Parses the text of the file at `path` (the path is for messages only). Returns every problem with file, line, place, expected and received. */
export function parseFileConfig(text: string, path: string): FileConfig | readonly string[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  if (document.errors.length > 0) {
    return document.errors.map(
      (error) => `${path}:${error.linePos?.[0].line ?? 1}: expected valid YAML: ${error.message.split('\n')[0] ?? ''}`,
    )
  }
  let content: unknown
  try {
    content = document.toJS() ?? {}
  } catch (cause) {
    return [`${path}: expected a plain document, got ${cause instanceof Error ? cause.message : 'aliases without end'}`]
  }
  const parsed = fileSchema.safeParse(content, { reportInput: true })
  if (parsed.success) return parsed.data
  return parsed.error.issues.flatMap((issue) => describeIssue(issue, (at) => `${path}:${lineOf(document, lines, at)}`))
}

/** One documented key of the file. */
export interface FileKeyDoc {
  readonly key: string
  readonly isRequired: boolean
  readonly description: string
}

/** Every key of the file, in the order of the schema. */
export function fileKeyDocs(): FileKeyDoc[] {
  return [
    ...Object.entries(fileSchema.shape).map(([key, schema]) => docOf(key, schema)),
    ...Object.entries(priceSchema.shape).map(([key, schema]) => docOf(`prices[].${key}`, schema)),
    ...Object.entries(ratingRuleKeys).map(([key, schema]) => docOf(`feedback[].${key}`, schema)),
    ...Object.entries(redactionKeys).map(([key, schema]) => docOf(`redaction.${key}`, schema)),
    ...Object.entries(userSchema.shape).map(([key, schema]) => docOf(`users[].${key}`, schema)),
  ]
}

function docOf(key: string, schema: z.ZodType): FileKeyDoc {
  return { key, isRequired: !schema.safeParse(undefined).success, description: schema.description ?? '' }
}

function describeIssue(issue: z.core.$ZodIssue, placeOf: (path: readonly PropertyKey[]) => string): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) =>
        `${placeOf([...issue.path, key])}: ${spell([...issue.path, key])}: expected no such key. Remove it or correct its name.`,
    )
  }
  const came = issue.input === undefined ? 'nothing' : quoteUnlessSecret(issue)
  return [`${placeOf(issue.path)}: ${spell(issue.path)}: expected ${issue.message}, got ${came}.`]
}

/** In place of the hash somebody may have put the token itself. */
function quoteUnlessSecret({ path, input }: z.core.$ZodIssue): string {
  if (path.at(-1) !== 'tokenHash') return quote(input)
  return typeof input === 'string' ? `${input.length} characters that are not shown here` : `a ${typeof input}`
}

/** No two users share a name or a token: it would not be clear who came. */
function distinct({ value: users, issues }: z.core.ParsePayload<z.output<typeof userSchema>[]>): void {
  for (const field of ['name', 'tokenHash'] as const) {
    const what = field === 'name' ? 'name' : 'token'
    users.forEach((user, i) => {
      const input = user[field]?.toLowerCase()
      const first = users.findIndex((other) => other[field]?.toLowerCase() === input)
      if (input === undefined || first === i) return
      const message = `a ${what} that no other user has (users[${first}] has it)`
      issues.push({ code: 'custom', path: [i, field], message, input: user[field] })
    })
  }
}

function toUser({ name: userName, role, tokenHash }: z.output<typeof userSchema>): User {
  return { name: userName, role, tokenDigest: tokenHash === undefined ? null : tokenHash.slice('sha256:'.length).toLowerCase() }
}

/** `prices[2].input` */
function spell(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the document'
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : (i === 0 ? '' : '.') + String(part))).join('')
}

/** Line of the nearest node that exists on the way to a place. */
function lineOf(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    if (
      node !== null &&
      typeof node === 'object' &&
      'range' in node &&
      Array.isArray(node.range) &&
      typeof node.range[0] === 'number'
    ) {
      return lines.linePos(node.range[0]).line
    }
  }
  return 1
}
