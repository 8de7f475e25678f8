import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { parseFileConfig } from '../../src/config/file-config.ts'
import { user } from '../../src/init/user.ts'

interface Outcome {
  readonly code: number
  readonly said: readonly string[]
  readonly complained: readonly string[]
}

function runUser(...args: string[]): Outcome {
  const [said, complained]: [string[], string[]] = [[], []]
  const code = user(args, { say: (line) => said.push(line), complain: (line) => complained.push(line) })
  return { code, said, complained }
}

/** The lines for flywheel.yaml, as the processor reads them. */
function pasted({ said }: Outcome): unknown {
  return parseFileConfig(said.slice(said.indexOf('users:')).join('\n'), 'flywheel.yaml')
}

test('prints a token once, and lines for flywheel.yaml that hold only its hash', () => {
  const outcome = runUser('ada', '--role', 'reviewer')
  const token = outcome.said[2]?.trim() ?? ''
  const digest = createHash('sha256').update(token).digest('hex')
  expect(outcome).toEqual({
    code: 0,
    said: [
      'Token for ada (reviewer), shown this once:',
      '',
      `  ${token}`,
      '',
      'For flywheel.yaml; if it has "users:" already, add the lines below that one. Then restart the processor.',
      '',
      'users:',
      '  - name: "ada"',
      '    role: reviewer',
      `    tokenHash: sha256:${digest}`,
    ],
    complained: [],
  })
  expect(Buffer.from(token, 'base64url').length).toBe(32)
  expect(pasted(outcome)).toEqual({
    prices: [],
    feedback: [],
    redaction: [],
    users: [{ name: 'ada', role: 'reviewer', tokenDigest: digest }],
  })
})

test('every token is another one', () => {
  expect(runUser('ada').said[2]).not.toBe(runUser('ada').said[2])
})

test.each(['Ada Ł. #1: "the" \\ first', 'yes', '5', 'null', '? a', "o'neill", '{a}', '@x', '日本'])(
  'the name %j arrives as it was given, for a viewer',
  (name) => {
    expect(pasted(runUser(name))).toMatchObject({ users: [{ name, role: 'viewer' }] })
  },
)

test.each<[string[], string]>([
  [[], 'user: expected one name, got none.'],
  [['ada', 'bo'], 'user: expected one name, got "ada bo".'],
  [['a,b'], 'user: expected a name of 1 to 100 characters on one line, without commas, other than api-token, got "a,b".'],
  [
    ['api-token'],
    'user: expected a name of 1 to 100 characters on one line, without commas, other than api-token, got "api-token".',
  ],
  [['ada', '--role', 'admin'], 'user: --role: expected viewer or reviewer, got "admin".'],
  [['ada', '--rol', 'x'], "user: Unknown option '--rol'."],
])('%j is refused and says why', (args, complaint) => {
  expect(runUser(...args)).toEqual({
    code: 2,
    said: [],
    complained: [`${complaint} "npx agent-flywheel --help" lists what there is.`],
  })
})
