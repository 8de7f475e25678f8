/** The command `user`: makes the token with which one person logs in. What is kept is its hash; the token itself is shown once and never again. */
import { createHash, randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { isPersonName } from '../model/person.ts'
import type { Role } from '../model/person.ts'
import type { Terminal } from './init.ts'

const EXIT_MISUSED = 2
const TOKEN_BYTES = 32

interface Wanted {
  readonly name: string
  readonly role: Role
}

/** Returns the exit code. */
export function user(args: readonly string[], terminal: Terminal): number {
  const wanted = wantedOf(args)
  if ('mistake' in wanted) {
    terminal.complain(`user: ${wanted.mistake} "npx agent-flywheel --help" lists what there is.`)
    return EXIT_MISUSED
  }
  const { name, role } = wanted
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const hash = createHash('sha256').update(token).digest('hex')
  terminal.say(`Token for ${name} (${role}), shown this once:`)
  terminal.say('')
  terminal.say(`  ${token}`)
  terminal.say('')
  terminal.say('For flywheel.yaml; if it has "users:" already, add the lines below that one. Then restart the processor.')
  terminal.say('')
  terminal.say('users:')
  // A JSON text is a YAML text: no name is taken for a number, a truth or a comment.
  terminal.say(`  - name: ${JSON.stringify(name)}`)
  terminal.say(`    role: ${role}`)
  terminal.say(`    tokenHash: sha256:${hash}`)
  return 0
}

function wantedOf(args: readonly string[]): Wanted | { readonly mistake: string } {
  const parsed = parse(args)
  if ('mistake' in parsed) return parsed
  const [name, ...more] = parsed.names
  if (name === undefined || more.length > 0)
    return { mistake: `expected one name, got ${parsed.names.length === 0 ? 'none' : JSON.stringify(parsed.names.join(' '))}.` }
  if (!isPersonName(name))
    return {
      mistake: `expected a name of 1 to 100 characters on one line, without commas, other than api-token, got ${JSON.stringify(name)}.`,
    }
  if (parsed.role !== 'viewer' && parsed.role !== 'reviewer')
    return { mistake: `--role: expected viewer or reviewer, got ${JSON.stringify(parsed.role)}.` }
  return { name, role: parsed.role }
}

function parse(args: readonly string[]): { names: readonly string[]; role: string } | { mistake: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { role: { type: 'string', default: 'viewer' } },
      allowPositionals: true,
    })
    return { names: positionals, role: values.role }
  } catch (error) {
    if (error instanceof TypeError) return { mistake: `${error.message.split('. ')[0] ?? ''}.` }
    throw error
  }
}
