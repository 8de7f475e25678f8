import { expect, test } from 'vitest'
import { readRecord } from '../../../src/dialects/logs/index.ts'
import type { StepNote } from '../../../src/model/step.ts'
import { logRecord } from '../../helpers/steps.ts'

const scope = { name: 'semantic_kernel.utils.telemetry.model_diagnostics.decorators', version: '' }

function read(event: string, body: object | string): readonly StepNote[] | undefined {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return readRecord(logRecord({ scope, body: text, attributes: { 'event.name': event } }))?.notes
}

test('an answer stands as JSON in the text of the record', () => {
  const body = {
    message: { role: 'assistant', content: "I'm sorry, but I can't help with that." },
    finish_reason: 'FinishReason.STOP',
  }
  expect(read('gen_ai.choice', body)).toMatchObject([{ finishReasons: ['stop'], hasContent: true, answer: { form: 'refusal' } }])
})

test('the messages of a call say that content came', () => {
  expect(read('gen_ai.user.message', { role: 'user', content: 'hello' })).toMatchObject([{ hasContent: true, answer: null }])
  expect(read('gen_ai.user.message', { role: 'user', content: '' })).toBeUndefined()
})

test('half a JSON says nothing', () => {
  expect(read('gen_ai.user.message', '{"role": "us')).toBeUndefined()
  expect(read('gen_ai.choice', '{"message": {"ro')).toMatchObject([{ finishReasons: [], hasContent: false, answer: null }])
})
