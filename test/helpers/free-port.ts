/** Ports for programs that must be told theirs. */
import { createServer } from 'node:net'

// Below the ports that the kernel hands out by itself (32768 and up on Linux, 49152 elsewhere): between this check and the program's start, one of those
// can become the near end of somebody's connection.
const LOWEST = 10_000
const HIGHEST = 32_000
const TRIES = 100
const handedOut = new Set<number>()

/** A loopback port that nobody listens on, and that this process was not told before. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST))
    if (handedOut.has(port) || !(await isFree(port))) continue
    handedOut.add(port)
    return port
  }
  throw new Error(`no free port found between ${LOWEST} and ${HIGHEST}`)
}

/** Several of them. */
export function freePorts(count: number): Promise<readonly number[]> {
  return Promise.all(Array.from({ length: count }, freePort))
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
