import { expect, test } from 'vitest'
import { isRebound } from '../../src/web/host-name.ts'
import { visiting } from './visitor.ts'

const publicUrl = 'https://Flywheel.Example.com/base'

test.each([
  undefined,
  '',
  'localhost',
  'localhost:4318',
  'LOCALHOST:4318',
  'app.localhost:4318',
  '127.0.0.1',
  '127.0.0.1:4318',
  '192.168.1.5:4318',
  '[::1]:4318',
  'processor:4318',
  'host.docker.internal:4318',
  'flywheel.monitoring.svc.cluster.local',
  'printer.lan',
  'box.home.arpa:80',
  'flywheel.example.com',
  'FLYWHEEL.example.com.:443',
])('%j is a name of ours, or of nobody outside', (host) => {
  expect(isRebound('127.0.0.1', host, publicUrl)).toBe(false)
})

test.each([
  'evil.example',
  'evil.example:4318',
  'evil.example.',
  'localhost.evil.example',
  '127.0.0.1.evil.example:4318',
  'flywheel.example.com.evil.example',
  'xflywheel.example.com',
  'evil-localhost.com',
  'evillocal.com',
  'x.notlocal',
])('%j may be a stranger’s', (host) => {
  expect(isRebound('127.0.0.1', host, publicUrl)).toBe(true)
})

test.each([
  ['127.0.0.1', true],
  ['127.5.0.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['172.18.0.2', false],
  ['::ffff:172.18.0.2', false],
  ['::2', false],
  [undefined, false],
])('only what comes in over loopback is looked at: %j', (address, isLookedAt) => {
  expect(isRebound(address, 'evil.example', publicUrl)).toBe(isLookedAt)
})

test('an instance that everybody on the machine may read does not answer to a name that another site can have', async () => {
  const ask = await visiting()
  const { status, body } = await ask('/api/runs', { headers: { host: 'evil.example:4318' } })
  expect([status, JSON.parse(body)]).toEqual([
    403,
    expect.objectContaining({ detail: expect.stringMatching(/^Everybody on this machine may read here/) as unknown }),
  ])
  expect((await ask('/api/runs', { headers: { host: 'localhost:4318' } })).status).toBe(200)
})

test('an instance with a token answers to any name: what is read there is not read by accident', async () => {
  const ask = await visiting({ apiToken: 'a-token-of-enough-characters' })
  const headers = { host: 'anything.example', authorization: 'Bearer a-token-of-enough-characters' }
  expect((await ask('/api/runs', { headers })).status).toBe(200)
})
