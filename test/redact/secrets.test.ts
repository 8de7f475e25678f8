import { expect, test } from 'vitest'
import { secretKinds } from '../../eval/redaction/secrets.ts'
import { createRedactor } from '../../src/redact/redactor.ts'

const redactor = createRedactor({ mode: 'redacted', patterns: [] })

test('there are many kinds, each once', () => {
  expect(secretKinds.length).toBeGreaterThan(80)
  expect(new Set(secretKinds.map(({ kind }) => kind)).size).toBe(secretKinds.length)
})

test.each(secretKinds)('$kind: nothing of it is left', ({ secret, text }) => {
  const left = redactor.text(text)
  const pieces = secret.split(/[^A-Za-z0-9]+/).filter((piece) => piece.length >= 8 && left.includes(piece))
  expect({ text: left.replaceAll(secret, 'THE SECRET'), pieces }).toEqual({
    text: expect.stringMatching(/^(?:(?!THE SECRET)[^])*\[secret\](?:(?!THE SECRET)[^])*$/),
    pieces: [],
  })
})

test.each(secretKinds.filter(({ text }) => !/[&;]/.test(text)))('$kind: the words around it are', ({ secret, text }) => {
  const [before = '', after = ''] = text.split(secret)
  const left = redactor.text(text)
  expect(left.split(' ').filter((word) => !word.includes('[secret]'))).toEqual(
    text
      .split(' ')
      .filter((word) => [...before.split(' '), ...after.split(' ')].includes(word) && left.split(' ').includes(word)),
  )
  expect(left.length).toBeLessThan(before.length + after.length + '[secret]'.length + 1)
})
