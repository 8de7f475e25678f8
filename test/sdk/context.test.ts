import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import { trace } from '@opentelemetry/api'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ContextFields, withContext } from '../../src/sdk/index.ts'
import { startSdk } from './run-sdk.ts'

/** A program of nested contexts and asynchronous detours, with spans at its leaves. */
type Program =
  | { readonly does: 'span' }
  | { readonly does: 'context'; readonly fields: ContextFields; readonly inner: Program }
  | { readonly does: 'stream out'; readonly fields: ContextFields; readonly parts: readonly Program[] }
  | {
      readonly does: 'await' | 'all' | 'timer' | 'immediate' | 'tick' | 'emitter' | 'readable'
      readonly parts: readonly Program[]
    }

const fields = fc.record(
  {
    conversationId: fc.constantFrom('c-1', 'c-2', 'c-3'),
    userId: fc.constantFrom('u-1', 'u-2', null),
    messageId: fc.constantFrom('m-1', 'm-2', undefined),
    agent: fc.constantFrom('support', 'billing'),
    promptVersion: fc.constantFrom('1', '2', undefined, ''),
  },
  { requiredKeys: [] },
)

const programs = fc.letrec<{ program: Program; parts: Program[] }>((tie) => ({
  parts: fc.array(tie('program'), { minLength: 1, maxLength: 3 }),
  program: fc.oneof(
    { depthSize: 'medium' },
    fc.constant<Program>({ does: 'span' }),
    fc.record({ does: fc.constant('context' as const), fields, inner: tie('program') }),
    fc.record({ does: fc.constant('stream out' as const), fields, parts: tie('parts') }),
    fc.record({
      does: fc.constantFrom(
        'await' as const,
        'all' as const,
        'timer' as const,
        'immediate' as const,
        'tick' as const,
        'emitter' as const,
        'readable' as const,
      ),
      parts: tie('parts'),
    }),
  ),
}))

/** What the span should be stamped with, by the rule that a reader would use: the innermost word on each field. */
function merged(outer: ContextFields, inner: ContextFields): ContextFields {
  const said = Object.entries(inner).filter(([, value]) => value !== undefined && value !== null && value !== '')
  return { ...outer, ...Object.fromEntries(said) }
}

async function run(program: Program, known: ContextFields): Promise<void> {
  switch (program.does) {
    case 'span':
      trace
        .getTracer('test')
        .startSpan('leaf', { attributes: { expected: JSON.stringify(stampsOf(known)) } })
        .end()
      return
    case 'context':
      return withContext(program.fields, () => run(program.inner, merged(known, program.fields)))
    case 'stream out': {
      const inside = merged(known, program.fields)
      const stream = withContext(program.fields, async function* () {
        for (const part of program.parts) {
          await run(part, inside)
          yield part
        }
      })
      // The reader stands outside: its spans must not get what is stamped inside.
      for await (const _ of stream) await run({ does: 'span' }, known)
      return
    }
    case 'await':
      for (const part of program.parts) {
        await Promise.resolve()
        await run(part, known)
      }
      return
    case 'all':
      await Promise.all(program.parts.map((part) => run(part, known)))
      return
    case 'timer':
      return each(program.parts, (part, done) => setTimeout(() => done(run(part, known)), 0))
    case 'immediate':
      return each(program.parts, (part, done) => setImmediate(() => done(run(part, known))))
    case 'tick':
      return each(program.parts, (part, done) => process.nextTick(() => done(run(part, known))))
    case 'emitter':
      return each(program.parts, (part, done) => {
        const emitter = new EventEmitter().on('go', () => done(run(part, known)))
        emitter.emit('go')
      })
    case 'readable':
      await Readable.from(program.parts).forEach((part: Program) => run(part, known))
  }
}

async function each(
  parts: readonly Program[],
  begin: (part: Program, done: (running: Promise<void>) => void) => void,
): Promise<void> {
  await Promise.all(parts.map((part) => new Promise<void>((resolve) => begin(part, resolve))))
}

const attributeOf = {
  conversationId: 'gen_ai.conversation.id',
  userId: 'user.id',
  messageId: 'flywheel.message.id',
  agent: 'gen_ai.agent.name',
  promptVersion: 'gen_ai.prompt.version',
} as const

function stampsOf(known: ContextFields): Record<string, unknown> {
  const stamps = Object.entries(attributeOf).map(([field, attribute]) => [attribute, known[field as keyof ContextFields] ?? null])
  return Object.fromEntries(stamps) as Record<string, unknown>
}

test('every span carries the innermost context, whatever asynchronous way led to it', async () => {
  const { flywheel, receiver } = await startSdk()
  let leaves = 0
  await fc.assert(
    fc.asyncProperty(programs.program, async (generated) => {
      receiver.received.length = 0
      await run(generated, {})
      expect(await flywheel.flush()).toBe(true)
      const spans = receiver.spans()
      leaves += spans.length
      for (const { attributes } of spans) {
        const stamped = Object.values(attributeOf).map((name) => [name, attributes[name] ?? null])
        expect(JSON.stringify(Object.fromEntries(stamped))).toBe(attributes['expected'])
      }
    }),
    { numRuns: 150 },
  )
  expect(leaves).toBeGreaterThan(300)
})

test('two requests served at the same time do not mix', async () => {
  const { flywheel, receiver } = await startSdk()
  const serve = (user: string): Promise<void> =>
    withContext({ userId: user }, async () => {
      for (let turn = 0; turn < 20; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve))
        trace.getTracer('test').startSpan(`turn of ${user}`).end()
      }
    })
  await Promise.all(Array.from({ length: 20 }, (_, index) => serve(`u-${index}`)))
  await flywheel.flush()
  const mixed = receiver.spans().filter(({ name, attributes }) => attributes['user.id'] !== name.slice('turn of '.length))
  expect(mixed).toEqual([])
  expect(receiver.spans().length).toBe(400)
})

test('a span that names its own agent keeps it', async () => {
  const { flywheel, receiver } = await startSdk()
  withContext({ agent: 'support' }, () =>
    trace
      .getTracer('test')
      .startSpan('own', { attributes: { 'gen_ai.agent.name': 'researcher' } })
      .end(),
  )
  await flywheel.flush()
  expect(receiver.spans()[0]?.attributes).toEqual({ 'gen_ai.agent.name': 'researcher' })
})

test('ids may be numbers, and are cut where they are long', async () => {
  const { flywheel, receiver } = await startSdk()
  withContext({ userId: 42 as unknown as string, conversationId: 'x'.repeat(1_000) }, () =>
    trace.getTracer('test').startSpan('own').end(),
  )
  await flywheel.flush()
  expect(receiver.spans()[0]?.attributes).toEqual({ 'user.id': '42', 'gen_ai.conversation.id': 'x'.repeat(256) })
})
