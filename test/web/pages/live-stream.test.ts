import { EventEmitter } from 'node:events'
import { html } from '@remix-run/html-template'
import type { Response } from 'express'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { LiveStream } from '../../../src/web/pages/live-stream.ts'

/** What a browser would have: the texts of the sections it was sent, `fault`, or `here` for a sign of life. */
type Event = Readonly<Record<string, string>> | 'fault' | 'here'

/** As much of a response as the stream needs; everything written is kept. */
class FakeResponse extends EventEmitter {
  readonly req: { readonly method: string }
  readonly headers: Record<string, string> = {}
  state: 'open' | 'ended' | 'destroyed' = 'open'
  areHeadersSent = false
  writableNeedDrain = false
  #written = ''

  constructor(method = 'GET') {
    super()
    this.req = { method }
  }

  set(headers: Readonly<Record<string, string>>): void {
    Object.assign(this.headers, headers)
  }

  flushHeaders(): void {
    this.areHeadersSent = true
  }

  write(text: string): void {
    if (this.state !== 'open') throw new Error(`written after it was ${this.state}`)
    this.#written += text
  }

  end(): void {
    this.#stop('ended')
  }

  destroy(): void {
    this.#stop('destroyed')
  }

  /** What came since it was asked last, without the pause before a new attempt. */
  taken(): readonly Event[] {
    const blocks = this.#written.split('\n\n')
    this.#written = ''
    return blocks.flatMap((block): readonly Event[] => {
      if (block === '' || block.startsWith('retry: ')) return []
      if (block === ': here') return ['here']
      if (block.startsWith('event: fault\n')) return ['fault']
      const data = /^event: update\ndata: (.*)$/.exec(block)?.[1]
      if (data === undefined) throw new Error(`no event: ${block}`)
      return [JSON.parse(data) as Readonly<Record<string, string>>]
    })
  }

  #stop(state: 'ended' | 'destroyed'): void {
    if (this.state !== 'open') return
    this.state = state
    // As a socket does: later, and not within the call.
    queueMicrotask(() => this.emit('close'))
  }
}

/** The page that is shown, by section. */
let page: Record<string, string>
let version: string
let error: Error | null
/** Services whose page was made, one for each time. */
let made: (string | null)[]
let faults: unknown[]
let stream: LiveStream

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  page = { stats: '1 run', latest: 'run a' }
  version = '1'
  error = null
  made = []
  faults = []
  stream = new LiveStream({
    version: () => version,
    sections: (service) => {
      made.push(service)
      if (error !== null) throw error
      return Object.entries(page).map(([id, text]) => ({ id, html: html`${text}` }))
    },
    onFault: (fault) => faults.push(fault),
  })
})

afterEach(() => vi.useRealTimers())

function open(service: string | null = null, response: FakeResponse = new FakeResponse()): FakeResponse {
  stream.open(service, response as unknown as Response)
  return response
}

/** A viewer that has seen what the page begins with. */
function watching(service: string | null = null): FakeResponse {
  const viewer = open(service)
  viewer.taken()
  made = []
  return viewer
}

async function pass(seconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(seconds * 1_000)
}

function change(id: string, text: string): void {
  page[id] = text
  version += '+'
}

describe('what is sent', () => {
  test('first the whole page, later only what changed', async () => {
    const viewer = open()
    expect([viewer.areHeadersSent, viewer.headers]).toEqual([
      true,
      {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store, no-transform',
        'X-Accel-Buffering': 'no',
      },
    ])
    expect(viewer.taken()).toEqual([{ stats: '1 run', latest: 'run a' }])
    change('stats', '2 runs')
    await pass(1)
    expect(viewer.taken()).toEqual([{ stats: '2 runs' }])
  })

  test('nothing while nothing changes, and nothing is made for it', async () => {
    const viewer = watching()
    await pass(9)
    expect([viewer.taken(), made]).toEqual([[], []])
  })

  test('nothing when a new version shows the same', async () => {
    const viewer = watching()
    version = '2'
    await pass(1)
    expect([viewer.taken(), made]).toEqual([[], [null]])
    await pass(1)
    expect(made).toEqual([null])
  })

  test('what only time changes, every ten seconds', async () => {
    const viewer = watching()
    page['latest'] = 'run a, a while ago'
    await pass(9)
    expect(viewer.taken()).toEqual([])
    await pass(1)
    expect(viewer.taken()).toEqual([{ latest: 'run a, a while ago' }])
  })

  test('line breaks of a page stay within its event', () => {
    page = { stats: 'two\n\nlines' }
    expect(open().taken()).toEqual([{ stats: 'two\n\nlines' }])
  })

  test('a sign of life every fifteen seconds', async () => {
    const viewer = watching()
    await pass(40)
    expect(viewer.taken()).toEqual(['here', 'here'])
  })

  test('browsers are asked to come back after two to five seconds', () => {
    const viewer = new FakeResponse()
    const write = vi.spyOn(viewer, 'write')
    open(null, viewer)
    const pauseMs = Number(/^retry: (\d+)\n\n$/.exec(write.mock.calls[0]?.[0] ?? '')?.[1])
    expect(pauseMs).toBeGreaterThanOrEqual(2_000)
    expect(pauseMs).toBeLessThanOrEqual(5_000)
  })
})

describe('many viewers', () => {
  test('of one service share one rendering a tick; each service has its own', async () => {
    const viewers = [open(), open(), open(), open('shop'), open('shop')]
    expect(made).toEqual([null, 'shop'])
    for (const viewer of viewers) viewer.taken()
    change('stats', '2 runs')
    await pass(1)
    expect(made).toEqual([null, 'shop', null, 'shop'])
    expect(viewers.map((viewer) => viewer.taken())).toEqual(viewers.map(() => [{ stats: '2 runs' }]))
  })

  test('who comes within the same second gets the page that is there, and the next tick brings everybody what changed', async () => {
    const first = watching()
    change('stats', '2 runs')
    const second = open()
    expect([second.taken(), first.taken(), made]).toEqual([[{ stats: '1 run', latest: 'run a' }], [], []])
    await pass(1)
    expect([second.taken(), first.taken(), made]).toEqual([[{ stats: '2 runs' }], [{ stats: '2 runs' }], [null]])
  })

  test('who comes later gets a new page, and the others what changed in it', async () => {
    const first = watching()
    await pass(3)
    page['latest'] = 'run a, a while ago'
    const second = open()
    expect([second.taken(), first.taken(), made]).toEqual([
      [{ stats: '1 run', latest: 'run a, a while ago' }],
      [{ latest: 'run a, a while ago' }],
      [null],
    ])
  })

  test('five hundred are served, the next is told that it is one too many', () => {
    for (let count = 0; count < 500; count++) open()
    const refused = new FakeResponse()
    expect(() => open(null, refused)).toThrow(expect.objectContaining({ name: 'Problem', status: 503 }))
    expect([stream.viewers, refused.areHeadersSent, refused.taken()]).toEqual([500, false, []])
  })

  test('fifty services are looked at together; one more is too many, those that are open take more viewers', async () => {
    const viewers = Array.from({ length: 50 }, (_, index) => open(`service ${index}`))
    expect(() => open('service 50')).toThrow(expect.objectContaining({ name: 'Problem', status: 503 }))
    open('service 7')
    expect(stream.viewers).toBe(51)
    viewers[0]?.destroy()
    await pass(0)
    open('service 50')
    expect(stream.viewers).toBe(51)
  })

  test('one who only asks for the head is answered at once and is none', () => {
    const viewer = open(null, new FakeResponse('HEAD'))
    expect([viewer.state, viewer.areHeadersSent, viewer.taken()]).toEqual(['ended', true, []])
    expect([stream.viewers, made, vi.getTimerCount()]).toEqual([0, [], 0])
  })
})

describe('a viewer that does not read', () => {
  test('gets nothing until it does, then the whole page once', async () => {
    const [slow, quick] = [watching(), watching()]
    slow.writableNeedDrain = true
    change('stats', '2 runs')
    await pass(1)
    change('stats', '3 runs')
    await pass(20)
    expect([slow.taken(), quick.taken()]).toEqual([[], [{ stats: '2 runs' }, { stats: '3 runs' }, 'here']])
    slow.writableNeedDrain = false
    await pass(1)
    expect([slow.taken(), quick.taken()]).toEqual([[{ stats: '3 runs', latest: 'run a' }], []])
    change('latest', 'run b')
    await pass(1)
    expect([slow.taken(), quick.taken()]).toEqual([[{ latest: 'run b' }], [{ latest: 'run b' }]])
  })

  test('loses its place after a minute', async () => {
    const slow = watching()
    slow.writableNeedDrain = true
    await pass(60)
    expect([slow.state, stream.viewers]).toEqual(['open', 1])
    await pass(1)
    expect([slow.state, stream.viewers]).toEqual(['destroyed', 0])
  })

  test('has a whole minute again after it has read', async () => {
    const slow = watching()
    slow.writableNeedDrain = true
    await pass(50)
    slow.writableNeedDrain = false
    await pass(1)
    slow.writableNeedDrain = true
    await pass(50)
    expect(slow.state).toBe('open')
  })
})

describe('the end', () => {
  test('comes after ten minutes, so that whoever logged out stays outside', async () => {
    const viewer = watching()
    await pass(599)
    expect(viewer.state).toBe('open')
    await pass(1)
    expect([viewer.state, stream.viewers]).toEqual(['ended', 0])
  })

  test('comes for all when the processor stops', async () => {
    const viewers = [open(), open(), open('shop')]
    stream.close()
    await pass(0)
    expect(viewers.map(({ state }) => state)).toEqual(['ended', 'ended', 'ended'])
    expect([stream.viewers, vi.getTimerCount()]).toEqual([0, 0])
  })

  test('of the last viewer stops the clock, and the next one starts it again', async () => {
    const [first, second] = [open(), open('shop')]
    first.destroy()
    await pass(0)
    expect(vi.getTimerCount()).toBe(1)
    second.destroy()
    await pass(0)
    expect(vi.getTimerCount()).toBe(0)
    const third = watching()
    change('stats', '2 runs')
    await pass(1)
    expect([third.taken(), vi.getTimerCount()]).toEqual([[{ stats: '2 runs' }], 1])
  })

  test('that is told twice, as an error and as a close, takes nothing from who came in between', async () => {
    const gone = watching('shop')
    gone.emit('error', new Error('reset'))
    expect([stream.viewers, vi.getTimerCount()]).toEqual([0, 0])
    const next = watching('shop')
    gone.emit('close')
    expect([stream.viewers, vi.getTimerCount()]).toEqual([1, 1])
    change('stats', '2 runs')
    await pass(1)
    expect([next.taken(), gone.taken()]).toEqual([[{ stats: '2 runs' }], []])
  })
})

describe('a page that cannot be made', () => {
  test('is said to its viewers and told once, and they get the page as soon as it can', async () => {
    const viewer = watching()
    error = new Error('broken')
    change('stats', '2 runs')
    await pass(1)
    expect([viewer.taken(), faults]).toEqual([['fault'], [error]])
    await pass(4)
    expect([new Set(viewer.taken()), faults]).toEqual([new Set(['fault']), [error]])
    error = null
    await pass(1)
    expect([viewer.taken(), faults.length]).toEqual([[expect.objectContaining({ stats: '2 runs' })], 1])
  })

  test('is told again when it could be made in between', async () => {
    watching()
    const errors = [new Error('first'), new Error('second')]
    for (error of errors) {
      version += '+'
      await pass(2)
      error = null
      await pass(2)
    }
    expect(faults).toEqual(errors)
  })

  test('says that it is well again also when it shows the same as before', async () => {
    const viewer = watching()
    error = new Error('broken')
    // Nothing has happened: the page is made again only because time has passed.
    await pass(10)
    expect(viewer.taken()).toEqual(['fault'])
    error = null
    await pass(1)
    expect(viewer.taken()).toEqual([{ stats: '1 run', latest: 'run a' }])
  })

  test('for one service is told once, however well the others are', async () => {
    stream = new LiveStream({
      version: () => version,
      sections: (service) => {
        if (service === 'shop') throw new Error('broken')
        return [{ id: 'stats', html: html`${version}` }]
      },
      onFault: (fault) => faults.push(fault),
    })
    const [all, shop] = [open(), open('shop')]
    version = '2'
    await pass(1)
    version = '3'
    await pass(1)
    expect(all.taken()).toEqual([{ stats: '1' }, { stats: '2' }, { stats: '3' }])
    expect([new Set(shop.taken()), faults.length]).toEqual([new Set(['fault']), 1])
  })

  test('at the very first try keeps the viewer, who gets the page at the next tick', async () => {
    error = new Error('broken')
    const viewer = open()
    expect([faults, stream.viewers]).toEqual([[error], 1])
    error = null
    viewer.taken()
    await pass(1)
    expect(viewer.taken()).toEqual([{ stats: '1 run', latest: 'run a' }])
  })
})
