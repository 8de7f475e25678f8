/**
 * Sends an answer, also to a sender that is still sending. Closing a socket with unread bytes resets it, and the reset can
 * overtake the answer; so an early answer goes out first and the rest of the body is thrown away for a while.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { declaredBytes } from './body.ts'

export interface Answer {
  readonly code: number
  readonly contentType: string
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

/** How long a sender may take to notice an early answer before its connection is closed. */
const LINGER_MS = 5_000

/** Sends the answer. Up to `maxDiscardedBytes` of an unread body are read and thrown away; after more the connection is closed. */
export function send(request: IncomingMessage, response: ServerResponse, answer: Answer, maxDiscardedBytes: number): void {
  const declared = declaredBytes(request)
  const keepsConnection = request.complete || (declared !== null && declared <= maxDiscardedBytes)
  response.writeHead(answer.code, {
    ...answer.headers,
    ...(keepsConnection ? {} : { connection: 'close' }),
    'content-type': answer.contentType,
    'content-length': answer.body.length,
  })
  if (keepsConnection) {
    response.end(answer.body)
    request.resume()
  } else {
    // The whole answer by its Content-Length; `end` would close the socket.
    response.write(answer.body)
    discardThenEnd(request, response, maxDiscardedBytes)
  }
}

function discardThenEnd(request: IncomingMessage, response: ServerResponse, maxDiscardedBytes: number): void {
  let discarded = 0
  const timer = setTimeout(end, LINGER_MS).unref()
  function end(): void {
    clearTimeout(timer)
    request.off('data', onData).off('end', end).off('close', end)
    response.end()
  }
  function onData(chunk: Buffer): void {
    discarded += chunk.length
    if (discarded > maxDiscardedBytes) end()
  }
  request.on('data', onData).on('end', end).on('close', end).resume()
}
