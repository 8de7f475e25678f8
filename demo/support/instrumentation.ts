/**
 * Telemetry, started before anything else is loaded: `node --import ./demo/support/instrumentation.ts ...`. The hook lets the standard OpenTelemetry
 * instrumentation of the openai package see that package being imported; one call starts the rest.
 */
import { register } from 'node:module'
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai'
import { type Flywheel, start } from '../../src/sdk/index.ts'

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url)

export const flywheel: Flywheel = start({
  service: 'support',
  release: process.env['SUPPORT_RELEASE'] ?? '1.4.0',
  environment: process.env['SUPPORT_ENVIRONMENT'] ?? 'demo',
  // The customers are invented. In an application of your own this is a decision about your users' words.
  captureContent: true,
  instrumentations: [new OpenAIInstrumentation({ captureMessageContent: true })],
})
