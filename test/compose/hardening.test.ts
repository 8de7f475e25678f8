import { expect, test } from 'vitest'
import { compose, composeText, mountsOf, services } from './compose-file.ts'

/** What differs from the rules below, each with its reason. Nothing else may. */
const root = new Map([['collector-volume', 'gives the volume of the Collector its owner and ends']])
const capabilities = new Map([
  ['collector-volume', ['CHOWN']],
  // Its program is marked with it, and does not start where it is out of reach; it runs without.
  ['proxy', ['NET_BIND_SERVICE']],
])
const withoutHealthcheck = new Map([
  ['collector', 'the image has nothing that could ask; Prometheus scrapes it'],
  ['collector-volume', 'ends at once'],
  ['demo', 'listens to nobody and ends when it cannot go on'],
])
const endsByItself = new Set(['collector-volume'])

test.each(services)('%s runs one exact version', (_name, { image }) => {
  expect(image).toMatch(/^[a-z][\w./-]*:v?\d+\.\d+\.\d+(-[\w.]+)?$/)
})

test.each(services)('%s is no root', (name, { user }) => {
  if (root.has(name)) return
  expect(user).toMatch(/^[1-9]\d*:\d+$/)
})

test.each(services)('%s cannot write its image, gain rights, or come nearer to the host', (name, service) => {
  expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
  expect(service.cap_add ?? []).toEqual(capabilities.get(name) ?? [])
  expect([service.privileged, service.pid, service.ipc, service.devices]).toEqual([undefined, undefined, undefined, undefined])
  expect([undefined, 'none']).toContain(service.network_mode)
})

test.each(services)('%s writes to named volumes only, and sees files of the repository read-only', (_name, service) => {
  for (const mount of mountsOf(service)) {
    if (mount.isBind) expect(mount).toMatchObject({ source: expect.stringMatching(/^\.\/[^.]/) as string, isReadOnly: true })
    else expect(Object.keys(compose.volumes)).toContain(mount.source)
  }
})

test('nobody gets the socket of the container engine', () => {
  expect(composeText).not.toMatch(/docker\.sock|podman\.sock|containerd\.sock/)
})

test.each(services)('%s has limits for memory, processors, processes and logs', (_name, { deploy, logging }) => {
  expect(deploy?.resources.limits).toEqual({
    cpus: expect.any(String) as string,
    memory: expect.stringMatching(/^\d+[mg]$/) as string,
    pids: expect.any(Number) as number,
  })
  expect(logging?.options).toEqual({ 'max-size': '10m', 'max-file': '3' })
})

test.each(services)(
  '%s, when it is a Go program, collects its garbage before the memory limit',
  (_name, { environment, deploy }) => {
    const limit = environment?.['GOMEMLIMIT']
    if (limit === undefined || limit === null) return
    const share = mebibytes(limit) / mebibytes(String(deploy?.resources.limits['memory']))
    expect(share).toBeGreaterThan(0.5)
    expect(share).toBeLessThanOrEqual(0.8)
  },
)

test.each(services)('%s says whether it is healthy, or why it cannot', (name, { healthcheck }) => {
  expect(healthcheck?.test[0]).toBe(withoutHealthcheck.has(name) ? undefined : 'CMD')
})

test.each(services)('%s comes back after a crash, or has done its work', (name, { restart }) => {
  expect(restart).toBe(endsByItself.has(name) ? 'no' : 'unless-stopped')
})

test.each(services)('%s is reached from this machine only, except through the profile tls', (_name, { ports = [], profiles }) => {
  for (const port of ports) {
    if (profiles?.includes('tls') === true) expect(port).toMatch(/^\$\{TLS_\w+:-\d+\}:\d+$/)
    else expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z_]+_PORT:-\d+\}:\d+$/)
  }
})

function mebibytes(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+)(m|g|MiB|GiB)$/.exec(text) ?? []
  return Number(amount) * (unit.toLowerCase().startsWith('g') ? 1024 : 1)
}
