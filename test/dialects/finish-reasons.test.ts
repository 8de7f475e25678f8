import { expect, test } from 'vitest'
import { finishReasonOf } from '../../src/dialects/read.ts'
import type { FinishReason } from '../../src/model/step.ts'

test.each<[who: string, word: string, reason: FinishReason]>([
  ['an enum of a protocol buffer', 'FINISH_REASON_STOP', 'stop'],
  ['the same with its class', 'FinishReason.FINISH_REASON_MAX_TOKENS', 'length'],
  ['LangChain4j', 'TOOL_EXECUTION', 'tool_call'],
  ['text generation of Hugging Face', 'max_length', 'length'],
  ['Gemini, of pictures', 'IMAGE_PROHIBITED_CONTENT', 'content_filter'],
  ['Gemini, of pictures', 'IMAGE_RECITATION', 'content_filter'],
  ['Gemini', 'MALFORMED_RESPONSE', 'error'],
  ['Gemini', 'TOO_MANY_TOOL_CALLS', 'error'],
  ['Bedrock', 'malformed_tool_use', 'error'],
  ['Bedrock', 'malformed_model_output', 'error'],
  ['DeepSeek', 'insufficient_system_resource', 'error'],
  ['a value that says nothing', 'FINISH_REASON_UNSPECIFIED', 'other'],
  ['who cancelled is not said', 'cancelled', 'other'],
])('%s: %s is %s', (_who, word, reason) => {
  expect(finishReasonOf(word)).toBe(reason)
})
