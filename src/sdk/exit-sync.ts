/**
 * The last delivery inside of `process.exit()` or after an uncaught exception, where nothing asynchronous runs any more: a worker thread posts
 * what is left while this thread waits for it, for a second at most. Programs that end this way are the usual reason for missing spans.
 */
import { Worker } from 'node:worker_threads'
import type { Leftover } from './delivery/courier.ts'
import type { Delivery } from './state.ts'

/** Starting a thread takes about 30 ms, a delivery a few. */
const LIMIT_MS = 1_000

/** Delivers what is left. A receiver that did not answer last time is not asked: the end must not wait for it. */
export function deliverSynchronously(deliveries: Iterable<Delivery>): void {
  const taken: { readonly delivery: Delivery; readonly leftover: Leftover }[] = []
  for (const delivery of deliveries) {
    if (delivery.items === 0) continue
    if (delivery.isFailing) delivery.abandon('the process ended')
    else taken.push({ delivery, leftover: delivery.takeAll() })
  }
  if (taken.length === 0) return
  const delivered = postAll(taken.map(({ leftover }) => leftover))
  for (const [index, { delivery }] of taken.entries()) {
    if (delivered[index] !== 1) delivery.abandon('the process ended at once')
  }
}

/** For each leftover 1 if all of it was taken. */
function postAll(leftovers: readonly Leftover[]): Int32Array {
  const shared = new Int32Array(new SharedArrayBuffer(4 * (leftovers.length + 1)))
  const worker = new Worker(program, {
    eval: true,
    workerData: { shared, leftovers, timeoutMs: LIMIT_MS },
    // Nothing of the application's preloads: an instrumentation file would start all over again in there.
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
  })
  worker.unref()
  Atomics.wait(shared, leftovers.length, 0, LIMIT_MS)
  return shared
}

/** CommonJS, run from text, so that it needs no file of its own wherever a bundler put this module. */
const program = `
const { workerData: { shared, leftovers, timeoutMs } } = require('node:worker_threads')
const post = ({ url, headers, tls }, body) => new Promise((resolve) => {
  const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http')
  const sent = request(url, { method: 'POST', headers: { ...headers, 'content-length': body.length }, timeout: timeoutMs, ...tls }, (response) => {
    response.resume()
    response.on('end', () => resolve(response.statusCode >= 200 && response.statusCode <= 299))
    response.on('error', () => resolve(false))
  })
  sent.on('error', () => resolve(false))
  sent.on('timeout', () => sent.destroy(new Error('timeout')))
  sent.end(body)
})
const deliver = async (leftover, index) => {
  for (const body of leftover.bodies) if (!(await post(leftover, body))) return
  shared[index] = 1
}
Promise.all(leftovers.map(deliver)).finally(() => {
  Atomics.store(shared, leftovers.length, 1)
  Atomics.notify(shared, leftovers.length)
})
`
