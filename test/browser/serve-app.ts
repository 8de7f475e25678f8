/** The web app in the process of the test, on a store from memory: for pages that need records which nobody sends. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { createWebApp, type WebOptions } from '../../src/web/app.ts'
import { webOptions } from '../web/fixtures.ts'

/** Returns its address. */
export async function serveApp(options: Partial<WebOptions>): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  server.on('request', createWebApp({ ...webOptions, nowMs: Date.now, ...options, publicUrl: url }))
  return url
}
