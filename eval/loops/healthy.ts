/** Runs in which something is done again for a good reason: none of them is a loop. */
import { act, passingTrouble, record, refusal, type Shape, times } from './shape.ts'

const pollTools = [
  'get_job_status',
  'check_order',
  'poll_export',
  'fetchBuildState',
  'queue_position',
  'read_sensor',
  'get_report',
] as const
const batchTools = ['lookup_order', 'send_reminder', 'translate_page', 'getPrice', 'label_email', 'create_ticket'] as const

export const healthyShapes: readonly Shape[] = [
  {
    name: 'poll whose result grows',
    write: (run, random) => {
      const tool = random.pick(pollTools)
      times(random.between(3, 20), (at) =>
        run.call(act(tool, { id: 'job-1' }, JSON.stringify({ state: 'running', percent: at * 5 }))),
      )
      run.call(act(tool, { id: 'job-1' }, '{"state":"done"}'))
      run.answer()
    },
  },
  {
    name: 'poll that waits and is done in the end',
    modes: ['all', 'tools only', 'none'],
    write: (run, random) => {
      const tool = random.pick(pollTools)
      times(random.between(2, 15), () => {
        run.call(act(tool, { id: 'job-1' }, '{"state":"pending"}'))
        run.pause(random.between(1, 60))
      })
      run.call(act(tool, { id: 'job-1' }, '{"state":"done"}'))
      if (random.chance(0.5)) run.call(act('download_result', { id: 'job-1' }, record('result')))
      run.answer()
    },
  },
  {
    name: 'poll with stages that last',
    modes: ['all', 'tools only', 'none'],
    write: (run, random) => {
      const tool = random.pick(pollTools)
      for (const state of ['queued', 'starting', 'running', 'done'].slice(0, random.between(2, 4)))
        times(state === 'done' ? 1 : random.between(1, 6), () => run.call(act(tool, { id: 7 }, JSON.stringify({ state }))))
      run.call(act(tool, { id: 7 }, '{"state":"closed"}'))
      run.answer()
    },
  },
  {
    name: 'poll with a sleeping tool in between',
    write: (run, random) => {
      times(random.between(2, 8), () => {
        run.call(act('get_job_status', { id: 'job-1' }, '{"state":"pending"}'))
        run.call(act(random.pick(['sleep', 'wait_seconds']), { seconds: 10 }, 'ok'))
      })
      run.call(act('get_job_status', { id: 'job-1' }, '{"state":"done"}'))
      run.answer()
    },
  },
  {
    name: 'poll that gives up soon',
    write: (run, random) => {
      times(random.between(2, 4), () => run.call(act('get_job_status', { id: 'job-1' }, '{"state":"pending"}')))
      run.answer('still pending')
    },
  },
  {
    name: 'batch over items with the same receipt',
    write: (run, random) => {
      const tool = random.pick(batchTools)
      const first = random.between(1, 900)
      times(random.between(3, 25), (at) => run.call(act(tool, { id: first + at }, '{"status":"ok"}')))
      run.answer()
    },
  },
  {
    name: 'batch over items, each with its own record',
    write: (run, random) => {
      const tool = random.pick(batchTools)
      times(random.between(3, 25), (at) => run.call(act(tool, { sku: `A-${at}` }, record(`A-${at}`))))
      run.answer()
    },
  },
  {
    name: 'batch over pages that are worked on',
    write: (run, random) => {
      times(random.between(3, 20), (page) => run.call(act('translate_page', { document: 'handbook', page }, 'translated')))
      run.answer()
    },
  },
  {
    name: 'batch side by side',
    write: (run, random) => {
      times(random.between(1, 4), (round) =>
        run.callTogether(
          ...Array.from({ length: random.between(2, 8) }, (_, at) =>
            act('lookup_order', { id: round * 10 + at }, '{"state":"paid"}'),
          ),
        ),
      )
      run.answer()
    },
  },
  {
    name: 'batch in which every item fails alike',
    write: (run, random) => {
      const error = random.chance(0.5) ? passingTrouble(random) : refusal(random)
      times(random.between(3, 12), (at) => run.call(act('lookup_order', { id: at }, error)))
      run.answer('none could be read')
    },
  },
  {
    name: 'batch of calls that know nothing of one another',
    write: (run, random) => {
      times(random.between(5, 15), (at) => {
        run.startOver()
        run.call(act('label_email', { id: at, label: 'spam' }, 'ok'))
      })
    },
  },
  {
    name: 'pages until there are no more',
    write: (run, random) => {
      const tool = random.pick(['search_orders', 'list_files'])
      times(random.between(2, 12), (page) => run.call(act(tool, { query: 'open', page }, record(`page ${page}`))))
      if (random.chance(0.7)) run.call(act(tool, { query: 'open', page: 99 }, '{"results":[]}'))
      run.answer()
    },
  },
  {
    name: 'searches in other words that find nothing',
    write: (run, random) => {
      const topics = ['refund', 'refund policy', 'money back', 'return of goods', 'cancel order', 'guarantee']
      for (const query of topics.slice(0, random.between(3, 6))) run.call(act('search_docs', { query }, '[]'))
      run.answer('nothing found')
    },
  },
  {
    name: 'retry of a flaky tool that works in the end',
    write: (run, random) => {
      times(random.between(1, 6), () => run.call(act('charge_card', { order: 1 }, passingTrouble(random))))
      run.call(act('charge_card', { order: 1 }, '{"paid":true}'))
      run.answer()
    },
  },
  {
    name: 'retry of the same trouble that works in the end',
    write: (run, random) => {
      const error = passingTrouble(random)
      times(random.between(1, 8), () => run.call(act('charge_card', { order: 1 }, error)))
      run.call(act('charge_card', { order: 1 }, '{"paid":true}'))
      run.answer()
    },
  },
  {
    name: 'retry that gives up after a few tries',
    write: (run, random) => {
      const error = passingTrouble(random)
      times(random.between(2, 4), () => run.call(act('charge_card', { order: 1 }, error)))
      run.answer('the card could not be charged')
    },
  },
  {
    name: 'retry by the program, without a model',
    write: (run, random) => {
      const error = random.chance(0.5) ? passingTrouble(random) : refusal(random)
      run.call(act('charge_card', { order: 1 }, error))
      times(random.between(1, 3), () => run.run(act('charge_card', { order: 1 }, error)))
      run.answer('the card could not be charged')
    },
  },
  {
    name: 'arguments put right after a refusal',
    write: (run, random) => {
      const error = refusal(random)
      times(random.between(1, 4), (at) => run.call(act('book', { date: `2026-0${at + 1}-30`, seats: at }, error)))
      run.call(act('book', { date: '2026-12-01', seats: 2 }, 'booked'))
      run.answer()
    },
  },
  {
    name: 'reading a page again after other work',
    write: (run, random) => {
      times(random.between(3, 7), (at) => {
        run.call(act('read_file', { path: 'src/app.ts' }, record('app')))
        run.call(act('edit_file', { path: `src/part-${at}.ts`, change: at }, 'ok'))
        if (random.chance(0.5)) run.call(act('read_file', { path: `src/part-${at}.ts` }, record(`part ${at}`)))
      })
      run.answer()
    },
  },
  {
    name: 'tests after each change, with the same end',
    write: (run, random) => {
      times(random.between(3, 8), (at) => {
        run.call(act('edit_file', { path: 'src/app.ts', change: `version ${at}` }, 'ok'))
        run.call(act('run_tests', {}, '1 failed, 41 passed'))
      })
      run.answer()
    },
  },
  {
    name: 'a talk in which the person asks again',
    write: (run, random) => {
      times(random.between(2, 6), (at) => {
        if (at > 0) run.say('and now?')
        run.call(act('get_balance', { account: 1 }, JSON.stringify({ eur: 100 + at })))
        run.answer()
      })
    },
  },
  {
    name: 'a talk in which the person asks for the same again',
    write: (run, random) => {
      times(random.between(2, 4), (at) => {
        if (at > 0) run.say('once more, please')
        run.call(act('get_balance', { account: 1 }, '{"eur":100}'))
        run.answer()
      })
    },
  },
  {
    name: 'a person who says yes each time',
    write: (run, random) => {
      times(random.between(3, 6), (at) => {
        run.call(act(random.pick(['ask_human', 'request_approval']), { question: 'May I go on?' }, 'yes'))
        if (random.chance(0.7)) run.call(act('delete_file', { file: at }, 'deleted'))
      })
      run.answer()
    },
  },
  {
    name: 'the same thing several times because three are wanted',
    write: (run, random) => {
      times(random.between(2, 5), () => run.call(act('add_to_cart', { sku: 'A-1' }, '{"added":true}')))
      run.call(act('checkout', {}, record('order')))
      run.answer()
    },
  },
  {
    name: 'pages of a document with long receipts',
    write: (run, random) => {
      const receipt = JSON.stringify({
        status: 'success',
        message: 'The page was rendered and stored.',
        document: 'handbook',
        format: 'pdf',
        by: 'renderer',
        region: 'eu',
      })
      times(random.between(2, 4), (page) => run.call(act('render_page', { document: 'handbook', page }, receipt)))
      run.answer()
    },
  },
  {
    name: 'a page that is scrolled',
    write: (run, random) => {
      times(random.between(3, 7), () => run.call(act(random.pick(['scroll_down', 'scroll_down', 'page_scroll']), {}, 'scrolled')))
      run.call(act('click', { selector: '#next' }, 'clicked'))
      run.call(act('take_screenshot', {}, 'image omitted'))
      run.answer()
    },
  },
  {
    name: 'writer and critic',
    write: (run, random) => {
      times(random.between(2, 6), () => {
        run.agent('writer', () => run.answer('a draft'))
        run.agent('critic', () => run.answer('better'))
      })
    },
  },
  {
    name: 'supervisor who hands over work that is done',
    write: (run, random) => {
      times(random.between(2, 6), (at) => {
        run.agent('supervisor', () => run.call(act('transfer_to_researcher', {}, 'transferred')))
        run.agent('researcher', () => {
          run.call(act('search', { query: `part ${at}` }, record(`part ${at}`)))
          run.call(act('transfer_back_to_supervisor', {}, 'transferred'))
        })
      })
      run.agent('supervisor', () => run.answer())
    },
  },
  {
    name: 'helpers that each ask the same once',
    write: (run, random) => {
      times(random.between(3, 8), (at) =>
        run.agent('helper', () => {
          run.call(act('get_date', {}, '2026-11-25'))
          run.call(act('work_on', { part: at }, record(`part ${at}`)))
          run.answer()
        }),
      )
      run.answer()
    },
  },
  {
    name: 'a task that is split a few levels deep',
    write: (run, random) => {
      const split = (level: number): void => {
        if (level === 0) {
          run.call(act('solve', { level, part: random.hex(4) }, record(random.hex(4))))
        } else {
          times(2, (half) => {
            run.call()
            run.run(act('solve_part', { level, half }, 'solved'), { inside: () => run.agent('solver', () => split(level - 1)) })
          })
        }
        run.answer()
      }
      split(random.between(1, 3))
    },
  },
  {
    name: 'the same question several times side by side',
    write: (run, random) => {
      run.callTogether(
        ...Array.from({ length: random.between(3, 6) }, () => act('ask_expert', { question: 'which?' }, 'the first')),
      )
      run.answer()
    },
  },
]
