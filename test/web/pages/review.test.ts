/** The pages for reading chats, as text: a run with its transcript, a conversation, the inbox. */
import { describe, expect, test } from 'vitest'
import { type FeedbackRecord, noTarget } from '../../../src/model/feedback.ts'
import type { KeepRequest } from '../../../src/model/checkpoint.ts'
import type { Transcript } from '../../../src/model/transcript.ts'
import type { FeedbackFilter } from '../../../src/records/feedback.ts'
import type { Store } from '../../../src/records/store.ts'
import { asksFor, AT_MS, feedback, type PlannedStep, reviewed, says, spanIdOf, toolStep } from '../../helpers/review.ts'
import { conversation, type Get, problemOf, started, storeWith } from '../fixtures.ts'
import { cookieOf, tokenOf, userNamed, visiting } from '../visitor.ts'

const TRACE = `${'0'.repeat(31)}1`
const args = '{"id":1881}'

const steps: readonly PlannedStep[] = [
  { kind: 'agent', name: 'invoke_agent support', startMs: 0, ms: 9_000 },
  {
    kind: 'llm',
    name: 'chat gpt-4o-mini',
    startMs: 100,
    ms: 1_200,
    said: {
      input: [says('system', 'Be kind.'), says('user', 'I was charged twice.', { type: 'media', what: 'image/png' })],
      output: [says('assistant', { type: 'thought', text: 'Look it up.' }, asksFor('lookup_order', args))],
    },
    more: { responseId: 'resp-1' },
  },
  toolStep('lookup_order', args, '{"status":"paid"}', { startMs: 1_400 }),
  {
    kind: 'llm',
    name: 'chat gpt-4o-mini',
    startMs: 1_600,
    ms: 1_000,
    said: { repeated: 3, output: [says('assistant', asksFor('lookup_order', null))], isPartial: true },
  },
  toolStep('lookup_order', args, '{"status":"paid"}', {
    startMs: 3_000,
    failure: { kind: 'recursion_loop', impact: 'fatal', detail: 'the same arguments again and again' },
  }),
  { kind: 'llm', name: 'chat gpt-4o-mini', startMs: 4_000, ms: 500, said: { missing: 'not_sent' } },
  { kind: 'parse', name: 'parse answer', startMs: 5_000, ms: 1, more: { parse: { format: 'json', outcome: 'failed' } } },
  { kind: 'other', name: 'GET /a', startMs: 6_000, ms: 1 },
  { kind: 'other', name: 'GET /b', startMs: 6_010, ms: 1 },
  { kind: 'other', name: 'GET /c', startMs: 6_020, ms: 1 },
]
const { run, transcript } = reviewed({ traceId: TRACE, steps })

interface Known {
  readonly transcript?: Transcript | null
  readonly state?: 'kept' | 'pending' | 'none'
  readonly feedback?: readonly FeedbackRecord[]
  readonly store?: Partial<Store>
  readonly request?: (request: KeepRequest) => Promise<void>
}

function storeOf(known: Known = {}): Store {
  const said = known.feedback ?? []
  const shown = known.transcript === undefined ? transcript : known.transcript
  const base = storeWith()
  return {
    ...base,
    findRun: () => Promise.resolve(run),
    listRuns: () => Promise.resolve({ runs: [run], next: null }),
    findConversation: () => Promise.resolve(conversation),
    feedbackOfRuns: () => Promise.resolve(new Map([[TRACE, said]])),
    feedbackOfConversation: () => Promise.resolve(said),
    transcripts: {
      ...base.transcripts,
      find: () => Promise.resolve(shown),
      state: () => Promise.resolve(known.state ?? (shown === null ? 'none' : 'kept')),
      request: known.request ?? (() => Promise.resolve()),
    },
    ...known.store,
  }
}

async function htmlOf(known: Known = {}, path = `/runs/${TRACE}`, options: Parameters<typeof started>[0] = {}): Promise<string> {
  const get: Get = await started({ store: storeOf(known), ...options })
  return (await get(path)).text()
}

/** Text as a reader sees it: without markup, with spaces where markup was. */
function textOf(html: string): string {
  return html
    .replaceAll(/<dialog[\s\S]*?<\/dialog>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function cardOf(html: string, index: number): string {
  const cards = html.split('<article').slice(1)
  const card = cards.find((text) => text.includes(`id="step-${spanIdOf(index)}"`)) ?? ''
  return textOf(`<article${card.slice(0, card.indexOf('</article>'))}`)
}

describe('a run', () => {
  test('has a card for each step, with what was said there, what it took and which time it is', async () => {
    const html = await htmlOf()
    expect([0, 1, 2, 3, 5, 6].map((index) => cardOf(html, index).replace(/ details .*/, ''))).toEqual([
      'agent support 9.0 s #',
      'model gpt-4o-mini-2024-07-18 1.2 s · 472 in · 31 out · 0.000089 USD # system Be kind. user I was charged twice. image/png, its content is not kept ' +
        'model thought 11 characters Look it up. → calls lookup_order ({"id":1881})',
      'tool lookup_order same arguments: 1 of 2 · 90 ms # arguments {"id": 1881} result {"status": "paid"}',
      'model gpt-4o-mini-2024-07-18 1.0 s · 592 in · 31 out · 0.00011 USD # 3 messages as above model → calls lookup_order arguments not sent ' +
        'Some of it could not be read: cut by the sender, or too long.',
      'model gpt-4o-mini-2024-07-18 500 ms · 712 in · 31 out · 0.00013 USD # No texts were sent for this step.',
      'parsing parse answer 1 ms # as json : did not parse',
    ])
    expect(textOf(html)).toContain('3 spans without anything of an agent')
  })

  test('is marked at the step where it failed, with the evidence', async () => {
    const html = await htmlOf()
    expect(cardOf(html, 4)).toContain(
      'tool lookup_order went in circles same arguments, same result: 2 of 2 · 90 ms # the same arguments again and again The run failed because of it.',
    )
    expect([...html.matchAll(/<article\s+class="card [a-z]+ failed"\s+id="([^"]+)"/g)].map(([, id]) => id)).toEqual([
      `step-${spanIdOf(4)}`,
    ])
  })

  test('is named by the first words of the user', async () => {
    const text = textOf(await htmlOf())
    expect(text).toContain('I was charged twice. failed: went in circles')
    expect(text).toMatch(/^I was charged twice\. 00000000 · Agent Flywheel/)
  })

  test('says where it stands in its conversation', async () => {
    const other = (traceId: string) => ({ ...run, traceId })
    const runs = [other('c'.repeat(32)), run, other('a'.repeat(32))]
    const html = await htmlOf({ store: { listRuns: () => Promise.resolve({ runs, next: null }) } })
    expect(html.match(/<a rel="[^"]+" href="[^"]+">/g)).toEqual([
      `<a rel="prev" href="/runs/${'a'.repeat(32)}">`,
      `<a rel="next" href="/runs/${'c'.repeat(32)}">`,
    ])
    expect(textOf(html)).toContain('conversation 2 of 3 · previous · next')
  })

  test('shows what people said, also at the step they mean', async () => {
    const said = [
      feedback({ comment: 'No!', target: { ...noTarget, traceId: TRACE, spanId: spanIdOf(3) } }),
      feedback({ id: 'b', target: { ...noTarget, responseId: 'resp-1' }, countedRating: 'positive', source: 'api' }),
      feedback({
        id: 'c',
        source: 'otlp',
        judge: 'model',
        userId: null,
        name: 'helpfulness',
        score: 0.2,
        scale: { min: 0, max: 1, higherIsBetter: true },
        correction: 'Refunded.',
      }),
      feedback({ id: 'd', source: 'implicit', judge: 'code', userId: null, name: 'repeated_question', comment: 'asked twice' }),
    ]
    const html = await htmlOf({ feedback: said })
    const list = html.slice(html.indexOf('<h2>Feedback'), html.indexOf('class="review"'))
    expect(textOf(list)).toBe(
      'Feedback 4 negative user_rating No! user-7 by the widget · 2026-01-31 11:57:00 UTC · at its step ' +
        'positive user_rating user-7 by the API · 2026-01-31 11:57:00 UTC ' +
        '0.2 on 0 to 1 helpfulness should have been Refunded. a model by telemetry · 2026-01-31 11:57:00 UTC ' +
        'negative repeated_question asked twice seen in the conversation itself · 2026-01-31 11:57:00 UTC' +
        ' <div',
    )
    expect(cardOf(html, 3)).toContain('negative user_rating No! user-7 by the widget')
    expect(cardOf(html, 1)).toContain('positive user_rating user-7 by the API')
  })

  test('leads to a note, to the notes about it, and to runs that are like it', async () => {
    const note = {
      id: 'n1',
      kind: 'interview' as const,
      title: 'Call with a shop owner',
      text: '',
      author: { name: 'Bo', role: 'customer', weight: 1 },
      userId: null,
      atMs: AT_MS,
      about: { text: null, task: null, tags: [] },
      rating: null,
      source: { system: null, externalId: null, file: null, url: null },
      createdAtMs: AT_MS,
      createdBy: null,
      changedAtMs: AT_MS,
      excerpt: 'They asked twice.',
      quoteCount: 1,
      linkedCount: 1,
    }
    const html = await htmlOf({}, `/runs/${TRACE}`, {
      store: storeOf(),
      review: { notesOfRun: (id) => Promise.resolve(id === TRACE ? [note] : []) },
    })
    expect(textOf(html)).toContain('Call with a shop owner interview They asked twice. Bo · 2026-01-31 11:55:00 UTC')
    for (const link of [
      `/notes/new?run=${TRACE}`,
      '/notes/n1',
      '/runs?kind=recursion_loop&amp;since=7d&amp;service=shop',
      '/runs?kind=recursion_loop&amp;since=7d&amp;service=shop&amp;agent=support',
      '/runs?kind=recursion_loop&amp;service=shop&amp;release=1.4.2',
    ])
      expect(html).toContain(`href="${link}"`)
  })

  test.each<[string, Known, Partial<Transcript> | null, string]>([
    ['kept', {}, {}, 'Transcript kept because the run failed, 2026-01-31 11:56:01 UTC'],
    ['being read', { state: 'pending' }, null, 'The texts are being read from the log. Reload the page to see them.'],
    ['not kept', {}, null, 'The texts of this run are not kept: it did not fail, nobody rated it, and it is not in the sample.'],
    ['kept without its texts', {}, { incomplete: 'log_expired' }, 'they had left the log before the run was kept'],
    ['kept while texts are off', {}, { incomplete: 'content_off' }, 'No texts are kept here: FLYWHEEL_CONTENT is off .'],
    ['too long', {}, { omittedSteps: 12 }, 'The texts of 12 more steps are not kept: the run is too long.'],
  ])('says when its transcript is %s', async (_, known, change, words) => {
    const text = textOf(await htmlOf({ ...known, transcript: change === null ? null : { ...transcript, ...change } }))
    expect(text).toContain(words)
  })

  test('says when the log has lost its texts', async () => {
    const text = textOf(
      await htmlOf({ transcript: null }, `/runs/${TRACE}`, {
        store: storeOf({ transcript: null }),
        review: { logRetentionMs: 1_000 },
      }),
    )
    expect(text).toContain('The texts of this run have left the log')
    expect(text).not.toContain('keep')
  })

  test('without any text says whose doing that is, and what would bring them', async () => {
    const silent = { ...run, steps: run.steps.map((step) => ({ ...step, hasContent: false })) }
    const review = { howToCapture: (scope: string) => `Switch it on in ${scope}.` }
    const store = storeOf({ transcript: null, store: { findRun: () => Promise.resolve(silent) } })
    const text = textOf(await htmlOf({}, `/runs/${TRACE}`, { store, review }))
    expect(text).toContain('its sender leaves them out until it is told to send them. Switch it on in openai. agent support')
    const some = textOf(await htmlOf({}, `/runs/${TRACE}`, { store: storeOf(), review }))
    expect(some).toContain('1 step came without texts. Switch it on in openai. agent support')
  })
})

test('failures that happened again in the same words stand once, the fatal ones first', async () => {
  const again = (index: number, impact: 'fatal' | 'recovered', detail: string) => ({
    ...run.failures[0]!,
    spanId: spanIdOf(index),
    impact,
    detail,
  })
  const failures = [
    again(1, 'recovered', 'cut'),
    again(3, 'recovered', 'cut'),
    again(5, 'fatal', 'cut'),
    again(2, 'recovered', 'cut'),
  ]
  const html = await htmlOf({ store: { findRun: () => Promise.resolve({ ...run, failures }) } })
  expect(html.match(/data-row="failure [^"]+"/g)).toEqual([
    `data-row="failure ${spanIdOf(5)} recursion_loop"`,
    `data-row="failure ${spanIdOf(1)} recursion_loop"`,
  ])
  expect(textOf(html)).toContain('at execute_tool lookup_order and 2 more steps · the same')
})

describe('keeping a run', () => {
  test('is one click for a reviewer, and none for a viewer', async () => {
    const asked: KeepRequest[] = []
    const store = storeOf({ transcript: null, request: (request) => Promise.resolve(void asked.push(request)) })
    const users = [userNamed('ada', 'reviewer'), userNamed('bob', 'viewer')]
    const ask = await visiting({ store, users })
    const form = `action="/runs/${TRACE}/keep"`
    const keeping = async (name: string): Promise<readonly [hasButton: boolean, status: number]> => {
      const headers = { cookie: await cookieOf(ask, tokenOf(name)) }
      const { body } = await ask(`/runs/${TRACE}`, { headers })
      const csrf = /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? ''
      const { status } = await ask(`/runs/${TRACE}/keep`, { method: 'POST', headers, form: { csrf } })
      return [body.includes(form), status]
    }
    expect(await keeping('ada')).toEqual([true, 303])
    expect(await keeping('bob')).toEqual([false, 403])
    expect(asked.map(({ traceId, reason }) => ({ traceId, reason }))).toEqual([{ traceId: TRACE, reason: 'picked' }])
  })
})

describe('a conversation', () => {
  test('shows what was asked and answered, what went wrong and what people said', async () => {
    const answered: Transcript = {
      ...transcript,
      steps: [...transcript.steps, { ...transcript.steps[0]!, input: [], output: [says('assistant', 'It is paid once.')] }],
    }
    const html = await htmlOf(
      { transcript: answered, feedback: [feedback({ comment: 'No!' }), feedback({ id: 'x', runId: null, comment: 'Hello?' })] },
      '/conversations/chat-42',
    )
    const text = textOf(html.slice(html.indexOf('<main'), html.indexOf('</main>')))
    expect(text).toContain('Conversation chat-42 support · shop')
    expect(text).toContain('2 runs · 1 failed · 3 model calls · 1 tool call · 0.0013 USD')
    expect(text).toContain('Other feedback 1 negative user_rating Hello?')
    expect(text).toMatch(
      /run 00000000 failed went in circles .* user I was charged twice\. model It is paid once\. negative user_rating No! user-7 by the widget/,
    )
  })

  test('says where texts are missing, and that nobody knows one', async () => {
    const silent = { listRuns: () => Promise.resolve({ runs: [{ ...run, title: null }], next: null }) }
    expect(textOf(await htmlOf({ transcript: null, store: silent }, '/conversations/chat-42'))).toContain(
      'Its texts are not kept.',
    )
    const page = textOf(await htmlOf({ transcript: null }, '/conversations/chat-42'))
    expect(page).toContain('user I was charged twice. model the answer is not kept')
    const get = await started({ store: storeOf({ store: { findConversation: () => Promise.resolve(null) } }) })
    expect(await problemOf(await get('/conversations/x'))).toMatchObject({ status: 404 })
  })
})

test('of a conversation the texts that nobody keeps are read from the log', async () => {
  const asked: string[] = []
  const html = await htmlOf({ transcript: null }, '/conversations/chat-42', {
    review: {
      readTranscripts: (runs) => {
        asked.push(...runs.map(({ traceId }) => traceId))
        return Promise.resolve([transcript])
      },
    },
  })
  expect(asked).toEqual([TRACE])
  expect(textOf(html)).toContain('user I was charged twice.')
  expect(textOf(html)).not.toContain('the answer is not kept')
})

describe('the inbox', () => {
  const items = [
    feedback({ comment: 'No!', target: { ...noTarget, traceId: TRACE, spanId: spanIdOf(3) } }),
    feedback({ id: 'u', runId: null, target: { ...noTarget, traceId: 'f'.repeat(32), conversationId: 'chat-9' } }),
  ]
  const filled: Partial<Store> = {
    listFeedback: () => Promise.resolve({ feedback: items, next: 'further' }),
    countFeedback: () => Promise.resolve({ all: 9, positive: 3, neutral: 0, negative: 5, unmatched: 1 }),
  }

  test('shows what came, where it leads, and why something leads nowhere', async () => {
    const html = await htmlOf({ store: filled }, '/feedback?rating=negative')
    const text = textOf(html.slice(html.indexOf('class="count"')))
    expect(text).toContain('9 items · 5 negative · 3 positive · 1 without a rating · 1 without a run')
    expect(text).toContain('No! user-7 by the widget · 2026-01-31 11:57:00 UTC · run 00000000 at its step')
    expect(text).toContain(
      `No run with this trace id ${'f'.repeat(32)} or conversation id chat-9 has come. It waits until 2026-03-02 11:57:01 UTC .`,
    )
    expect(html).toContain(`href="/runs/${TRACE}?step=${spanIdOf(3)}#step-${spanIdOf(3)}"`)
    expect(html).toContain('href="/feedback?rating=negative&amp;cursor=further"')
  })

  test('takes the filters of the API, and empty fields of its form are none', async () => {
    const filters: FeedbackFilter[] = []
    const store = storeOf({
      store: { ...filled, listFeedback: (filter) => (filters.push(filter), Promise.resolve({ feedback: [], next: null })) },
    })
    const get = await started({ store })
    await get('/feedback?rating=negative&source=&judge=user&matched=no&text=yes&name=&user=u1&service=&since=1h')
    expect(filters.map((filter) => JSON.parse(JSON.stringify(filter)) as unknown)).toEqual([
      {
        sinceMs: expect.any(Number) as unknown,
        rating: 'negative',
        judge: 'user',
        userId: 'u1',
        isMatched: false,
        hasText: true,
        limit: 50,
      },
    ])
    expect(await problemOf(await get('/feedback?rating=bad'))).toMatchObject({ status: 422, errors: [{ field: 'rating' }] })
  })

  test('that is empty says how feedback comes in', async () => {
    const text = textOf(await htmlOf({}, '/feedback'))
    for (const way of ['/v1/feedback', 'widget.js', 'gen_ai.evaluation.result', 'LANGFUSE_']) expect(text).toContain(way)
  })
})

test('the list of runs shows first words and thumbs where they are known', async () => {
  const said = [feedback(), feedback({ id: 'b' }), feedback({ id: 'c', countedRating: 'positive' })]
  const html = await htmlOf({}, '/runs?rating=negative', {
    store: storeOf({ feedback: said }),
  })
  expect(textOf(html)).toContain('support 1.4.2 I was charged twice. failed went in circles lookup_order 3')
  expect([...html.matchAll(/role="img" aria-label="([^"]*)"/g)].map(([, label]) => label)).toEqual(['positive', '2 negative'])
})
