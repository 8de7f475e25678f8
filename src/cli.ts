/** The command line `agent-flywheel`. Apart from `npm start`, because it has to work before there are any settings. */
import { init } from './init/init.ts'

const EXIT_MISUSED = 2

const help = `Agent Flywheel

  npx agent-flywheel init [--dir FOLDER]

  init          writes .env, the settings and fresh secrets of docker-compose.yml; adds what is missing when there is one
  --dir FOLDER  where to write it (default: the current folder, which has to hold docker-compose.yml)
  --help        this text
`

function run(args: readonly string[]): number {
  const [command, ...rest] = args
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help)
    return 0
  }
  if (command === 'init') return init(rest, { say: (line) => process.stdout.write(`${line}\n`), complain })
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
