/** Agent frameworks in JavaScript that were seen on the wire lately. */
import type { Emitter } from './emitter.ts'

export const javascriptFrameworks: readonly Emitter[] = [
  {
    name: 'VoltAgent',
    packages: '@voltagent/core 2.10.0',
    captures: ['voltagent'],
    calls: 'partly: one span for all calls of an agent; a stream that breaks sends none',
    tokens: 'yes',
    cache: 'yes',
    reasoning: 'yes',
    cost: 'not sent',
    tools: 'partly: one that was asked for in vain has no span',
    content: 'yes',
    conversation: 'yes',
    user: 'yes',
    failures:
      'partly: arguments that did not fit and tools that nobody defined leave no sign; a stream that breaks sends no span; a refusal of OpenAI comes as content filter',
  },
  {
    name: 'Google ADK (JavaScript)',
    packages: '@google/adk 2.0.0',
    captures: ['js-google-adk'],
    calls: 'partly: a call that failed sends no span',
    tokens: 'yes',
    cache: 'yes',
    reasoning: 'yes',
    cost: 'not sent',
    tools: 'yes',
    content: 'yes',
    conversation: 'partly: a run that was given no session has one that was made up',
    user: 'not sent',
    failures: 'partly: calls that failed and errors of the framework leave no sign',
  },
]
