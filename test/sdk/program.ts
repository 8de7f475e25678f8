/** A program that makes one span and ends in the way its second argument names; run as a child process by the tests of exits. */
import { setTimeout as sleep } from 'node:timers/promises'
import { agent, flush, start } from '../../src/sdk/index.ts'

const [url = '', ending = ''] = process.argv.slice(2)
const HOUR_MS = 3_600_000

function forever(): void {
  setInterval(() => undefined, HOUR_MS)
  process.send?.('ready')
}

const endings: Readonly<Record<string, () => unknown>> = {
  normal: () => undefined,
  'process.exit': () => process.exit(3),
  'process.exit in a listener': () => {
    process.on('SIGTERM', () => process.exit(5))
    forever()
  },
  'exception in a timer': () => setTimeout(() => JSON.parse('not JSON'), 1),
  rejection: () => void agent('later', () => Promise.reject(new TypeError('nobody waits for this'))),
  'exception while handling an exception': () => {
    process.on('uncaughtException', () => {
      throw new Error('second')
    })
    setTimeout(() => JSON.parse('not JSON'), 1)
  },
  signal: forever,
  'graceful end': () => {
    const timer = setInterval(() => undefined, HOUR_MS)
    process.on('SIGTERM', () => {
      agent('while closing', () => 1)
      clearInterval(timer)
    })
    process.send?.('ready')
  },
  'listener that stays': () => {
    process.on('SIGTERM', () => process.send?.('still here'))
    forever()
  },
  'onlooker of signal-exit': () => {
    // What version 4 of that package does: it looks on, and ends the process only when nobody else listens.
    Object.defineProperty(globalThis, Symbol.for('signal-exit emitter'), { value: { count: 1 } })
    const onlooker = (): void => {
      if (process.listenerCount('SIGTERM') !== 1) return
      process.off('SIGTERM', onlooker)
      process.kill(process.pid, 'SIGTERM')
    }
    process.on('SIGTERM', onlooker)
    forever()
  },
  'known to be away': async () => {
    await flush()
  },
  'more work before the end': () => {
    process.once('beforeExit', () => setTimeout(() => agent('second', () => 1), 1))
  },
}

start({ service: 'program', url, instrumentations: [] })
agent('support', () => 1)
// Only the parent decides when it ends, not the channel to it.
process.channel?.unref()
await sleep(1)
await endings[ending]?.()
