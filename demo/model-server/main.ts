/** The stand-in model server on the command line. `--help` says the rest. */
import { parseArgs } from 'node:util'
import { FaultError, faults } from './faults.ts'
import { startModelServer } from './server.ts'

const help = `A stand-in for the model servers of OpenAI, Anthropic and Gemini, for demos and tests. Nothing leaves this machine.

  node demo/model-server/main.ts [options]

  --port N        port, default 42280; 0 takes a free one
  --host ADDRESS  default 127.0.0.1
  --fault FAULT   what goes wrong with every call, for example "rate_limit; times=2"
  --help          this text

Clients: OPENAI_BASE_URL=http://127.0.0.1:42280/v1, ANTHROPIC_BASE_URL=http://127.0.0.1:42280, Gemini: base URL http://127.0.0.1:42280.
Any key is taken. What was served: GET /stand-in/calls, cleared by DELETE. What goes wrong: the header "x-stand-in" of a call, or
PUT /stand-in/fault with the same text for all calls, ended by DELETE. Parameters: times=N after=N ms=N retry-after=SECONDS
cache-read=N cache-write=N reasoning=N input=N output=N. Faults:

${Object.entries(faults)
  .map(([name, meaning]) => `  ${name.padEnd(26)}${meaning}`)
  .join('\n')}
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, host: { type: 'string' }, fault: { type: 'string' }, help: { type: 'boolean' } },
  })
  if (values.help === true) {
    process.stdout.write(help)
    return
  }
  const port = Number(values.port ?? '42280')
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new FaultError(`--port: expected a whole number from 0 to 65535, got "${values.port ?? ''}".`)
  }
  const server = await startModelServer({
    port,
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.fault === undefined ? {} : { fault: values.fault }),
  })
  process.stdout.write(`Stand-in model server at ${server.url}\n`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close())
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
})
