import { rules } from '@secretlint/secretlint-rule-preset-recommend'
import { expect, test } from 'vitest'
import { secretKinds } from '../../eval/redaction/secrets.ts'
import { replaceKnownKeys } from '../../src/redact/secretlint.ts'

test('rules of secretlint find the keys that they know, in the midst of a text', () => {
  const found = secretKinds.filter(({ secret, text }) => replaceKnownKeys(text) === text.replace(secret, '[secret]'))
  expect(found.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining([
      'Databricks token',
      'Docker Hub token',
      'Figma token',
      'Anthropic key',
      'OpenAI project key',
      'Groq key',
      'Shopify token',
    ]),
  )
})

test('several keys in one text are found each, also beside a key that two rules know', () => {
  const keys = secretKinds
    .filter(({ kind }) => ['Figma token', 'Groq key', 'Shopify token'].includes(kind))
    .map(({ secret }) => secret)
  expect(keys).toHaveLength(3)
  expect(replaceKnownKeys(`${keys.join(' ')} and ${keys.join(',')}.`)).toBe(
    '[secret] [secret] [secret] and [secret],[secret],[secret].',
  )
})

test('a text without keys is the same text', () => {
  expect(replaceKnownKeys('secretlint-disable nothing to see')).toBe('secretlint-disable nothing to see')
})

test('the rules that are left out still have the names by which they are', () => {
  const names = rules.map(({ meta }) => meta.id.replace('@secretlint/secretlint-rule-', ''))
  expect(names).toEqual(
    expect.arrayContaining(['basicauth', 'database-connection-string', 'filter-comments', 'github', 'npm', 'sendgrid']),
  )
})
