/** Runs that go in circles and hide it: each leaves out something that the detector goes by. What is not found here is the price of flagging nothing healthy. */
import type { ContentMode } from './run-writer.ts'
import { act, record, type Shape, times } from './shape.ts'

const visible: readonly ContentMode[] = ['all', 'tools only']

export const hardCircleShapes: readonly Shape[] = [
  {
    name: 'the same question in other words, the same result',
    modes: visible,
    write: (run, random) => {
      const topics = [
        'refund policy',
        'policy for refunds',
        'how do refunds work',
        'money back policy',
        'get money back',
        'refund rules',
      ]
      for (const query of topics.slice(0, random.between(4, 6))) run.call(act('search_docs', { query }, record('refunds')))
      run.answer('sorry')
    },
  },
  {
    name: 'a result with the time in it',
    modes: visible,
    write: (run, random) => {
      times(random.between(4, 9), () =>
        run.call(act('search_docs', { query: 'x' }, JSON.stringify({ hits: [], took_ms: random.between(1, 9_999) }))),
      )
      run.answer('sorry')
    },
  },
  {
    name: 'a circle with honest work in between',
    modes: visible,
    write: (run, random) => {
      times(random.between(4, 8), (at) => {
        run.call(act('search_docs', { query: 'x' }, '[]'))
        if (at % 2 === 1) run.call(act('read_note', { note: random.hex(3) }, record(`note ${at}`)))
      })
      run.answer('sorry')
    },
  },
  {
    name: 'a refusal with changes in between that change nothing',
    modes: visible,
    write: (run, random) => {
      times(random.between(3, 6), (at) => {
        run.call(act('book_flight', { flight: 1 }, new Error('payment amount does not add up')))
        run.call(act('update_note', { text: `try ${at}` }, 'ok'))
      })
      run.answer('sorry')
    },
  },
  {
    name: 'without content, with an answer in the end',
    modes: ['none'],
    write: (run, random) => {
      times(random.between(5, 15), () => run.call(act('search_docs', { query: 'x' }, '[]')))
      run.answer('sorry')
    },
  },
  {
    name: 'agents that say the same to one another again',
    modes: ['all', 'messages only'],
    write: (run, random) => {
      times(random.between(3, 6), () => {
        run.agent('planner', () => run.answer('Please send me the code.'))
        run.agent('coder', () => run.answer('Which code do you mean?'))
      })
    },
  },
  {
    name: 'nine tools in turn',
    modes: visible,
    write: (run, random) => {
      times(random.between(3, 5), () => {
        times(9, (tool) => run.call(act(`tool_${tool}`, {}, record(String(tool)))))
      })
      run.answer('sorry')
    },
  },
]
