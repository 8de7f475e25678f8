import { expect, test } from 'vitest'
import { secretIn } from '../../src/model/authorization.ts'

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

test.each<[header: string | undefined, secret: string | null]>([
  ['Bearer secret', 'secret'],
  [' bearer   secret ', 'secret'],
  [basic('pk-lf-1:sk-lf-2'), 'sk-lf-2'],
  [basic(':secret'), 'secret'],
  // Only the first colon parts the two.
  [basic('key:a:b'), 'a:b'],
  [basic('key:'), null],
  [basic('secret'), null],
  ['Basic secret', null],
  ['Basic c2VjcmV0', null],
  ['Basic =', null],
  ['Basic', null],
  ['Bearer a b', null],
  ['Digest secret', null],
  ['', null],
  [undefined, null],
])('of %j', (header, secret) => {
  expect(secretIn(header)).toBe(secret)
})
