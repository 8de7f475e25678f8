/** The command line `agent-flywheel`. Apart from `npm start`, because it has to work before there are any settings. */
import { importNotes } from './import/import-notes.ts'
import { init } from './init/init.ts'
import { user } from './init/user.ts'

const EXIT_MISUSED = 2

const help = `Agent Flywheel

  npx agent-flywheel init [--dir FOLDER]
  npx agent-flywheel user NAME [--role ROLE]
  npx agent-flywheel import FILE...

  init            writes .env, the settings and fresh secrets of docker-compose.yml; adds what is missing when there is one
  --dir FOLDER    where to write it (default: the current folder, which has to hold docker-compose.yml)
  user NAME       makes the token with which this person logs in, and prints what to put into flywheel.yaml
  --role ROLE     viewer, who reads (default), or reviewer, who also approves
  import FILE...  adds notes to a running processor: CSV, JSON lines, Markdown, WebVTT, SubRip; the same file twice adds nothing
  --url URL       where it is (default: FLYWHEEL_PUBLIC_URL, else http://127.0.0.1:4318); FLYWHEEL_API_TOKEN is sent along
  --map MAP       which column is what: text:Comment,userId:Customer No
  --system NAME   where the ids in the file are from, so that a row that has changed replaces the one before
  --kind KIND     interview, meeting, ticket, review or other; for notes that do not say
  --role ROLE     who said it, for notes that do not say: customer, user, support
  --roles ROLES   of speakers in a transcript: Speaker 1:customer,Speaker 2:support
  --at TIME       when it was said, for notes that do not say
  --strict        all of a file or nothing
  --try           says what would happen, and changes nothing
  --json          the answers as JSON, one line a file
                  also --format, --title, --weight, --scale 1..5, --dates dmy, --charset, --restore: docs/notes.md
  --help          this text
`

async function run(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help)
    return 0
  }
  const terminal = { say: (line: string) => process.stdout.write(`${line}\n`), complain }
  if (command === 'init') return init(rest, terminal)
  if (command === 'user') return user(rest, terminal)
  if (command === 'import') return importNotes(rest, terminal, process.env)
  complain(command === undefined ? 'Expected a command.' : `${command}: unknown command.`)
  complain('"npx agent-flywheel --help" lists what there is.')
  return EXIT_MISUSED
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`)
}

// Whoever reads only the first lines (`| head`) has not made it fail.
process.stdout.on('error', () => undefined)
process.exitCode = await run(process.argv.slice(2))
