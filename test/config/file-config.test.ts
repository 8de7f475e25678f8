import { expect, test } from 'vitest'
import { parseFileConfig } from '../../src/config/file-config.ts'

const parse = (text: string) => parseFileConfig(text, 'flywheel.yaml')

test('prices with everything stated', () => {
  expect(
    parse(`
prices:
  - model: "gpt-4o*"
    provider: openai
    input: 2.5
    output: 10
    cacheRead: 1.25
    cacheWrite: 0
    from: 2026-01-31
`),
  ).toEqual({
    prices: [
      { model: 'gpt-4o*', provider: 'openai', input: 2.5, output: 10, cacheRead: 1.25, cacheWrite: 0, from: '2026-01-31' },
    ],
    feedback: [],
    redaction: [],
    users: [],
  })
})

test('factors in place of prices, and a price for each part of a cache', () => {
  expect(
    parse(`
prices:
  - { model: "*", provider: openai, multiplier: 0.85, serviceTiers: { Flex: 0.5, " priority ": 2 } }
  - { model: llama*, input: 0, output: 0 }
  - { model: my-*, input: 1, output: 2, cacheWrite: 1.25, cacheWrite1h: 2, serviceTiers: {} }
`),
  ).toEqual({
    prices: [
      { model: '*', provider: 'openai', multiplier: 0.85, serviceTiers: { flex: 0.5, priority: 2 } },
      { model: 'llama*', input: 0, output: 0 },
      { model: 'my-*', input: 1, output: 2, cacheWrite: 1.25, cacheWrite1h: 2, serviceTiers: {} },
    ],
    feedback: [],
    redaction: [],
    users: [],
  })
})

test('a price is whole or a factor, not both and not half', () => {
  expect(
    parse(`prices:
  - model: a
  - model: b
    input: 1
  - model: c
    output: 1
  - model: d
    input: 1
    output: 2
    multiplier: 0.5
  - model: e
    multiplier: 0.5
    cacheRead: 1
    cacheWrite1h: 1
  - model: f
    multiplier: -1
  - model: g
    serviceTiers: { flex: half, priority: 101 }
  - model: h
    serviceTiers: 2
`),
  ).toEqual([
    'flywheel.yaml:2: prices[0].input: expected a price in USD per million tokens, 0 or more, or multiplier or serviceTiers for the list price, got nothing.',
    'flywheel.yaml:3: prices[1].output: expected a price in USD per million tokens, 0 or more, beside input, got nothing.',
    'flywheel.yaml:5: prices[2].input: expected a price in USD per million tokens, 0 or more, beside output, got nothing.',
    'flywheel.yaml:10: prices[3].multiplier: expected no factor on the list price beside prices of your own, got 0.5.',
    'flywheel.yaml:13: prices[4].cacheRead: expected no price of cached tokens without input and output, got 1.',
    'flywheel.yaml:14: prices[4].cacheWrite1h: expected no price of cached tokens without input and output, got 1.',
    'flywheel.yaml:16: prices[5].multiplier: expected a factor from 0 to 100, got -1.',
    'flywheel.yaml:18: prices[6].serviceTiers.flex: expected a factor from 0 to 100, got "half".',
    'flywheel.yaml:18: prices[6].serviceTiers.priority: expected a factor from 0 to 100, got 101.',
    'flywheel.yaml:20: prices[7].serviceTiers: expected a factor for each service tier, got 2.',
  ])
})

test.each(['', '# only a comment\n', '{}', 'prices: []'])('%j states nothing', (text) => {
  expect(parse(text)).toEqual({ prices: [], feedback: [], redaction: [], users: [] })
})

test('every mistake is named with line, place, expected and received', () => {
  expect(
    parse(`prices:
  - model: a
    input: -1
    output: "10"
  - input: 1
    ouput: 2
    from: yesterday
    output: .nan
agents: []
`),
  ).toEqual([
    'flywheel.yaml:3: prices[0].input: expected a price in USD per million tokens, 0 or more, got -1.',
    'flywheel.yaml:4: prices[0].output: expected a price in USD per million tokens, 0 or more, got "10".',
    'flywheel.yaml:5: prices[1].model: expected a text, got nothing.',
    'flywheel.yaml:8: prices[1].output: expected a price in USD per million tokens, 0 or more, got NaN.',
    'flywheel.yaml:7: prices[1].from: expected a date such as 2026-01-31, got "yesterday".',
    'flywheel.yaml:6: prices[1].ouput: expected no such key. Remove it or correct its name.',
    'flywheel.yaml:9: agents: expected no such key. Remove it or correct its name.',
  ])
})

test('wrong shapes', () => {
  expect(parse('- 1')).toEqual(['flywheel.yaml:1: the document: expected a mapping with the documented keys, got [1].'])
  expect(parse('prices: 5')).toEqual(['flywheel.yaml:1: prices: expected a list of prices, got 5.'])
  expect(parse('\nprices: [3]')).toEqual(['flywheel.yaml:2: prices[0]: expected a price with model, input and output, got 3.'])
})

test('what is no YAML is reported with its line', () => {
  expect(parse('prices:\n  - [}\n')).toEqual([expect.stringMatching(/^flywheel\.yaml:2: expected valid YAML: /)])
})

test('aliases that multiply without end are refused', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...['b', 'c', 'd', 'e'].map((name, i) => `${name}: &${name} [${`*${'abcd'[i]},`.repeat(9)}]`),
  ].join('\n')
  expect(parse(bomb)).toEqual([expect.stringMatching(/^flywheel\.yaml: expected a plain document, got /)])
})

const hash = 'ab'.repeat(32)

test('users with everything stated, and with as little as possible', () => {
  expect(
    parse(`
users:
  - name: ada@example.com
    role: reviewer
    tokenHash: sha256:${hash.toUpperCase()}
  - { name: "Łucja B." }
`),
  ).toEqual({
    prices: [],
    feedback: [],
    redaction: [],
    users: [
      { name: 'ada@example.com', role: 'reviewer', tokenDigest: hash },
      { name: 'Łucja B.', role: 'viewer', tokenDigest: null },
    ],
  })
})

test('every mistake in users is named with line, place, expected and received', () => {
  const nameExpected = 'a name of 1 to 100 characters on one line, without commas, other than api-token'
  expect(
    parse(`users:
  - name: 5
    role: admin
  - name: api-token
  - name: a,b
  - name: " a"
  - name: "a\\nb"
  - role: viewer
    token: x
  - ada
`),
  ).toEqual([
    `flywheel.yaml:2: users[0].name: expected ${nameExpected}, got 5.`,
    'flywheel.yaml:3: users[0].role: expected viewer or reviewer, got "admin".',
    `flywheel.yaml:4: users[1].name: expected ${nameExpected}, got "api-token".`,
    `flywheel.yaml:5: users[2].name: expected ${nameExpected}, got "a,b".`,
    `flywheel.yaml:6: users[3].name: expected ${nameExpected}, got " a".`,
    `flywheel.yaml:7: users[4].name: expected ${nameExpected}, got "a\\nb".`,
    `flywheel.yaml:8: users[5].name: expected ${nameExpected}, got nothing.`,
    'flywheel.yaml:9: users[5].token: expected no such key. Remove it or correct its name.',
    'flywheel.yaml:10: users[6]: expected a user with name, role and tokenHash, got "ada".',
  ])
  expect(parse('users: ada')).toEqual(['flywheel.yaml:1: users: expected a list of users, got "ada".'])
})

test('two users share neither a name nor a token', () => {
  expect(
    parse(`users:
  - name: ada
    tokenHash: sha256:${hash}
  - name: Ada
    tokenHash: sha256:${hash.toUpperCase()}
  - name: bo
  - name: cy
`),
  ).toEqual([
    'flywheel.yaml:4: users[1].name: expected a name that no other user has (users[0] has it), got "Ada".',
    'flywheel.yaml:5: users[1].tokenHash: expected a token that no other user has (users[0] has it), got 71 characters that are not shown here.',
  ])
})

test.each(['a-token-that-is-no-hash', `sha256:${hash}0`, `sha256:${hash.slice(1)}`, hash, `md5:${hash}`, ''])(
  'a token hash that is none is not shown, because it may be the token: %j',
  (text) => {
    expect(parse(`users: [{ name: ada, tokenHash: "${text}" }]`)).toEqual([
      `flywheel.yaml:1: users[0].tokenHash: expected sha256: and 64 hexadecimal digits, as \`npx agent-flywheel user\` prints them, ` +
        `got ${text.length} characters that are not shown here.`,
    ])
  },
)

test('patterns of one’s own for the redaction', () => {
  expect(parse('redaction:\n  patterns:\n    - name: employee_id\n      pattern: EMP-\\d{6}\n')).toMatchObject({
    redaction: [{ name: 'employee_id', pattern: 'EMP-\\d{6}' }],
  })
})

test('a pattern that RE2 cannot run, that is too large or that finds nothing is refused with its reason', () => {
  const nameExpected = 'lower-case letters, digits, _ and -, beginning with a letter, at most 32'
  const re2 = 'a regular expression in the syntax of RE2'
  expect(
    parse(`redaction:
  patterns:
    - { name: Employee, pattern: "a+" }
    - { name: a, pattern: "(?=a)" }
    - { name: b, pattern: "(a+)\\\\1" }
    - { name: c, pattern: "[" }
    - { name: d, pattern: "(a{1,30}b){1,30}" }
    - { name: e, pattern: "a*" }
    - { name: f, pattern: "" }
    - { name: g }
    - { name: h, patern: b }
`),
  ).toEqual([
    `flywheel.yaml:3: redaction.patterns[0].name: expected ${nameExpected}, got "Employee".`,
    `flywheel.yaml:4: redaction.patterns[1].pattern: expected ${re2} (error parsing regexp: invalid or unsupported Perl syntax: \`(?=\`), got "(?=a)".`,
    `flywheel.yaml:5: redaction.patterns[2].pattern: expected ${re2} (error parsing regexp: invalid escape sequence: \`\\1\`), got "(a+)\\\\1".`,
    `flywheel.yaml:6: redaction.patterns[3].pattern: expected ${re2} (error parsing regexp: missing closing ]: \`[\`), got "[".`,
    'flywheel.yaml:7: redaction.patterns[4].pattern: expected a smaller pattern: counted repetitions multiply, got "(a{1,30}b){1,30}".',
    'flywheel.yaml:8: redaction.patterns[5].pattern: expected a pattern that does not match the empty text, got "a*".',
    'flywheel.yaml:9: redaction.patterns[6].pattern: expected a pattern that does not match the empty text, got "".',
    `flywheel.yaml:10: redaction.patterns[7].pattern: expected ${re2}, of at most 1000 characters, got nothing.`,
    `flywheel.yaml:11: redaction.patterns[8].pattern: expected ${re2}, of at most 1000 characters, got nothing.`,
    'flywheel.yaml:11: redaction.patterns[8].patern: expected no such key. Remove it or correct its name.',
  ])
})
