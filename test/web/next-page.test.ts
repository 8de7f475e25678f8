import { expect, test } from 'vitest'
import { nextPage } from '../../src/web/next-page.ts'

test.each([
  ['/', '/'],
  ['/runs', '/runs'],
  ['/runs?kind=timeout&since=1h&agent=a%26b', '/runs?kind=timeout&since=1h&agent=a%26b'],
  [
    '/runs/0af7651916cd43dd8448eb211c80319c?step=b7ad6b7169203331#x',
    '/runs/0af7651916cd43dd8448eb211c80319c?step=b7ad6b7169203331#x',
  ],
  ['/runs?to=https://evil.example', '/runs?to=https://evil.example'],
  ['/a/../runs', '/runs'],
  ['/api/conversations/ä', '/api/conversations/%C3%A4'],
  ['/api/conversations/a%2Fb', '/api/conversations/a%2Fb'],
])('%s is a page of ours', (text, page) => {
  expect(nextPage(text)).toBe(page)
})

test.each([
  undefined,
  null,
  5,
  ['/runs'],
  '',
  ' ',
  'runs',
  '?x',
  '#x',
  './runs',
  '../runs',
  '//evil.example',
  '//evil.example/runs',
  '///evil.example',
  '////evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '\\/evil.example',
  '/runs\\..\\..\\evil',
  '/.//evil.example',
  '/..//evil.example',
  '/./%2e//evil.example',
  '/%2e//evil.example',
  '/%2e%2e//evil.example',
  '/runs/..//evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/ /evil.example',
  '/\u00a0/evil.example',
  '/\u2028/evil.example',
  '/\u0000/evil.example',
  'http://evil.example',
  'https://evil.example/runs',
  'https:/evil.example',
  'https:evil.example',
  'http://flywheel.invalid/runs',
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'mailto:a@b',
  '@evil.example',
  ':80',
  '/runs\r\nSet-Cookie: a=b',
  '/runs\nLocation: //evil.example',
  '/login',
  '/login?next=/login',
  '/logout',
  '/x/../login',
  `/${'a'.repeat(2_000)}`,
])('%j leads to the first page instead', (text) => {
  expect(nextPage(text)).toBe('/')
})

test('whatever it is given, what comes out stays here, and is the same when it is given again', () => {
  const parts = [
    '/',
    '\\',
    '.',
    '..',
    '%2e',
    '%5c',
    '%2f',
    ':',
    '@',
    '?',
    '#',
    'http:',
    'evil.example',
    '\t',
    ' ',
    'ä',
    '\u3002',
    ';',
    '%00',
  ]
  for (let i = 0; i < 40_000; i++) {
    const text = Array.from({ length: 6 }, (_, place) => parts[(i * 7 + place * (i % 13) + (i >> place)) % parts.length]).join('')
    const page = nextPage(`/${text}`)
    expect([text, new URL(page, 'https://flywheel.example.com').origin, nextPage(page)]).toEqual([
      text,
      'https://flywheel.example.com',
      page,
    ])
  }
})
