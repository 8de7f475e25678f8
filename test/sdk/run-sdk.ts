/** The SDK, started for one test against a receiver. */
import { onTestFinished } from 'vitest'
import { setContentCapture } from '../../src/sdk/content.ts'
import { type Flywheel, start, type StartOptions } from '../../src/sdk/index.ts'
import { type Receiver, startReceiver } from './receiver.ts'

export interface Running {
  readonly flywheel: Flywheel
  readonly receiver: Receiver
}

/** Starts receiver and SDK; both end with the test. */
export async function startSdk(options: StartOptions = {}): Promise<Running> {
  const receiver = await startReceiver()
  const flywheel = start({ service: 'shop', url: receiver.url, quiet: true, flushOnExit: false, ...options })
  onTestFinished(async () => {
    await flywheel.shutdown()
    setContentCapture(null)
  })
  return { flywheel, receiver }
}
