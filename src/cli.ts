/** The command line `agent-flywheel`. Apart from `npm start`, because it has to work before there are any settings. */
import { init } from './init/init.ts'
import { user } from './init/user.ts'

const EXIT_MISUSED = 2

const help = `Agent Flywheel

  npx agent-flywheel init [--dir FOLDER]
  npx agent-flywheel user NAME [--role ROLE]

  init          writes .env, the settings and fresh secrets of docker-compose.yml; adds what is missing when there is one
  --dir FOLDER  where to write it (default: the current folder, which has to hold docker-compose.yml)
  user NAME     makes the token with which this person logs in, and prints what to put into flywheel.yaml
  --role ROLE   viewer, who reads (default), or reviewer, who also approves
  --help        this text
`

function run(args: readonly string[]): number {
  const [command, ...rest] = args
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help)
    return 0
  }
  const terminal = { say: (line: string) => process.stdout.write(`${line}\n`), complain }
  if (command === 'init') return init(rest, terminal)
  if (command === 'user') return user(rest, terminal)
  complain(command === undefined ? 'Expected a command.' : `${command}: unknown command.`)
  complain('"npx agent-flywheel --help" lists what there is.')
  return EXIT_MISUSED
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`)
}

// Whoever reads only the first lines (`| head`) has not made it fail.
process.stdout.on('error', () => undefined)
process.exitCode = run(process.argv.slice(2))
