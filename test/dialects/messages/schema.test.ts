/** An answer against the schema it was asked for, where the schema is on the wire. */
import { expect, test } from 'vitest'
import { schemaCheckOf } from '../../../src/dialects/messages/schema.ts'
import type { PlainValue } from '../../../src/otlp/span.ts'
import { type Json, span } from '../../helpers/steps.ts'

const recipe = {
  type: 'object',
  properties: { title: { type: 'string' }, minutes: { type: 'integer', minimum: 1 } },
  required: ['title', 'minutes'],
  additionalProperties: false,
}
const good = { title: 'Pancakes', minutes: 20 }

function problem(sent: Json, answer: PlainValue): string | null {
  const check = schemaCheckOf(span({ attributes: { sent } }).attributes, ['sent'])
  return check === null ? 'no schema' : check(answer)
}

test.each<[where: string, sent: Json]>([
  ['alone', recipe],
  ['as text', JSON.stringify(recipe)],
  ['in a response format of chat completions', { type: 'json_schema', json_schema: { name: 'recipe', schema: recipe } }],
  ['in the parameters of a call', { model: 'm', response_format: { type: 'json_schema', json_schema: { schema: recipe } } }],
  ['in the Responses API', { text: { format: { type: 'json_schema', schema: recipe } } }],
  ['in Pydantic AI’s parameters', { output_object: { json_schema: recipe } }],
])('is found %s', (_where, sent) => {
  expect([problem(sent, good), typeof problem(sent, { title: 17, minutes: 20 })]).toEqual([null, 'string'])
})

test.each<[what: string, answer: PlainValue, found: string | null]>([
  ['what fits', good, null],
  ['a wrong type', { title: 17, minutes: 20 }, '#/title: Instance type "number" is invalid. Expected "string".'],
  ['a missing field', { title: 'Pancakes' }, '#: Instance does not have required property "minutes".'],
  ['a value out of range', { title: 'Pancakes', minutes: 0 }, '#/minutes: 0 is less than 1.'],
  ['a list', [good], '#: Instance type "array" is invalid. Expected "object".'],
  ['a field too many, which breaks nothing', { ...good, note: 'hot' }, null],
])('%s', (_what, answer, found) => {
  expect(problem(recipe, answer)).toBe(found)
})

test.each<[what: string, sent: Json]>([
  ['nothing', ''],
  ['a word', 'json'],
  ['a schema of a list', { type: 'array', items: recipe }],
  ['half a schema', JSON.stringify(recipe).slice(0, 60)],
  ['more than anybody reads', JSON.stringify({ ...recipe, description: 'x'.repeat(70_000) })],
  ['the schema of a tool', { tools: [{ parameters: recipe }] }],
])('%s is no schema', (_what, sent) => {
  expect(problem(sent, good)).toBe('no schema')
})

test('a schema that cannot be used proves nothing', () => {
  expect(problem({ ...recipe, properties: { title: { $ref: '#/nowhere' } } }, { title: 17, minutes: 1 })).toBeNull()
  const deep = Array.from({ length: 60 }).reduce<Json>((inner) => ({ type: 'object', properties: { a: inner } }), {
    type: 'string',
  })
  expect(problem(deep, { a: 1 })).toBeNull()
})

test('patterns, which may be slow, are not tried', () => {
  const slow = { type: 'object', properties: { title: { type: 'string', pattern: '^(a+)+$' } } }
  expect(problem(slow, { title: `${'a'.repeat(50)}!` })).toBeNull()
})
