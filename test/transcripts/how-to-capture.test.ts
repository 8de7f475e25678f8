import { expect, test } from 'vitest'
import { howToCapture } from '../../src/transcripts/how-to-capture.ts'
import { captureNames } from '../helpers/captures.ts'
import { capturedTranscripts } from '../helpers/transcripts.ts'

const fallback = howToCapture('')

test.each([
  ['@opentelemetry/instrumentation-openai', 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true'],
  ['opentelemetry.instrumentation.genai.langchain', 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=span_only'],
  ['com.anthropic.claude_code.tracing', 'OTEL_LOG_USER_PROMPTS=1'],
  ['com.anthropic.sdk.python', 'ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE=content'],
  ['haystack', 'HAYSTACK_CONTENT_TRACING_ENABLED=true'],
  ['codex_otel.log_only', 'log_user_prompt = true'],
  ['openinference.instrumentation.openai', 'OPENINFERENCE_HIDE_INPUTS'],
  ['opentelemetry.instrumentation.openai.v1', 'TRACELOOP_TRACE_CONTENT'],
  ['agent-flywheel', 'captureContent: true'],
])('%s: names the switch', (scope, words) => {
  expect(howToCapture(scope)).toContain(words)
})

/** Scopes of the applications themselves, whose spans hold what somebody put on them. */
const ownScopes = new Set(['shop', 'shop-assistant', 'shop.agents'])

test('every instrumentation that left out content in a capture has a sentence of its own', async () => {
  const scopes = new Set<string>()
  for (const name of captureNames)
    for (const { run, transcript } of await capturedTranscripts(name))
      for (const { spanId, missing } of transcript.steps)
        if (missing !== null) scopes.add(run.steps.find((step) => step.spanId === spanId)?.scope ?? '')
  expect([...scopes].filter((scope) => howToCapture(scope) === fallback && !ownScopes.has(scope))).toEqual([])
}, 60_000)

test('an emitter that nobody knows gets the usual way', () => {
  expect(fallback).toContain('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true')
})
