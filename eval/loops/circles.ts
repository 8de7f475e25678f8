/** Runs that go in circles. */
import type { Random } from '../support/random.ts'
import type { RunWriter } from './run-writer.ts'
import { act, passingTrouble, record, refusal, type Shape, times } from './shape.ts'

const visible = ['all', 'tools only'] as const
const tools = ['search_docs', 'lookup_order', 'get_weather', 'query_database', 'fetchPage'] as const

/** Some honest work before, or none. */
function workFirst(run: RunWriter, random: Random): void {
  times(random.between(0, 4), (at) => run.call(act('read_note', { note: at }, record(`note ${at}`))))
}

/** Some find out, some run into the end. */
function endSomehow(run: RunWriter, random: Random): void {
  if (random.chance(0.6)) run.answer('sorry')
}

export const circleShapes: readonly Shape[] = [
  {
    name: 'the same call, the same result',
    modes: visible,
    write: (run, random) => {
      workFirst(run, random)
      const tool = random.pick(tools)
      const result = random.chance(0.5) ? record('x') : '[]'
      times(random.between(3, 12), () => run.call(act(tool, { query: 'x' }, result)))
      endSomehow(run, random)
    },
  },
  {
    name: 'the same call in other letters',
    modes: visible,
    write: (run, random) => {
      workFirst(run, random)
      const spellings = [
        '{"query":"refund policy","top":5}',
        '{"top": 5, "query": "Refund policy"}',
        '{"query":" refund  policy ","top":5}',
      ]
      const spelling = (at: number): string => spellings[at % spellings.length] ?? ''
      times(random.between(3, 9), (at) => run.call(act('search_docs', spelling(at), record('refunds'))))
      endSomehow(run, random)
    },
  },
  {
    name: 'a page number that grows and finds nothing new',
    modes: visible,
    write: (run, random) => {
      workFirst(run, random)
      const result = random.chance(0.5) ? record('first page') : '{"results":[]}'
      const key = random.pick(['page', 'offset', 'limit', 'pageNumber'])
      times(random.between(3, 9), (at) => run.call(act('search_orders', { query: 'open', [key]: at + 1 }, result)))
      endSomehow(run, random)
    },
  },
  {
    name: 'two to four tools in turn',
    modes: visible,
    write: (run, random) => {
      workFirst(run, random)
      const ring = ['search_docs', 'open_page', 'list_links', 'fetchPage'].slice(0, random.between(2, 4))
      times(random.between(4, 7), () => {
        for (const tool of ring) run.call(act(tool, { of: tool }, record(tool)))
      })
      endSomehow(run, random)
    },
  },
  {
    name: 'a call that is refused again and again',
    modes: visible,
    write: (run, random) => {
      workFirst(run, random)
      const error = refusal(random)
      times(random.between(3, 8), () => {
        if (random.chance(0.4)) run.call(act('think', { thought: random.hex(8) }, 'noted'))
        run.call(act('book_flight', { flight: 'HAT001', price: 300 }, error))
      })
      endSomehow(run, random)
    },
  },
  {
    name: 'a call that fails and fails',
    modes: visible,
    write: (run, random) => {
      const error = passingTrouble(random)
      times(random.between(5, 15), () => run.call(act('lookup_order', { id: 1 }, error)))
      endSomehow(run, random)
    },
  },
  {
    name: 'a state that never changes',
    modes: visible,
    write: (run, random) => {
      times(random.between(6, 20), () => run.call(act('get_job_status', { id: 1 }, '{"state":"pending"}')))
      endSomehow(run, random)
    },
  },
  {
    name: 'a call that models ask for, without spans of tools',
    modes: ['messages only'],
    write: (run, random) => {
      workFirst(run, random)
      times(random.between(5, 12), () => run.call(act('search_docs', { query: 'x' }, '[]')))
      endSomehow(run, random)
    },
  },
  {
    name: 'agents that only hand over',
    write: (run, random) => {
      times(random.between(3, 6), () => {
        run.agent('triage', () => run.call(act('transfer_to_billing', {}, 'transferred')))
        run.agent('billing', () => run.call(act('transfer_to_triage', {}, 'transferred')))
      })
    },
  },
  {
    name: 'an agent inside itself',
    modes: ['all', 'tools only', 'none'],
    write: (run, random) => {
      const sink = (level: number): void => {
        if (level === 0) return
        run.call()
        run.run(act('ask_solver', { question: `q${level}` }, 'unsolved'), {
          inside: () => run.agent('solver', () => sink(level - 1)),
        })
      }
      run.agent('solver', () => sink(random.between(6, 15)))
    },
  },
  {
    name: 'a quiet step limit, without content',
    modes: ['none'],
    write: (run, random) => {
      times(random.between(5, 15), () => run.call(act('search_docs', { query: 'x' }, '[]')))
    },
  },
]
