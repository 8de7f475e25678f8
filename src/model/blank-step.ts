/** A step of which nothing is known yet: what a reader fills in, and what a row that an earlier version wrote lacks. */
import type { Step } from './step.ts'
import { unknownUsage } from './usage.ts'

/** Everything but what every step has: its ids, times, kind and name, and where it ran. */
export const blankStep: Omit<
  Step,
  | 'spanId'
  | 'parentId'
  | 'isEntry'
  | 'parentIsLocal'
  | 'kind'
  | 'name'
  | 'startUs'
  | 'endUs'
  | 'service'
  | 'environment'
  | 'release'
  | 'operation'
> = {
  agent: null,
  node: null,
  outerNode: null,
  conversationId: null,
  isConversationMadeUp: false,
  userId: null,
  messageId: null,
  tags: [],
  provider: null,
  requestModel: null,
  responseModel: null,
  responseId: null,
  usage: unknownUsage,
  unreadable: [],
  timeToFirstTokenUs: null,
  finishReasons: [],
  tool: null,
  answer: null,
  toolReports: [],
  said: null,
  askedFormat: null,
  documents: null,
  statedCostNanoUsd: null,
  serviceTier: null,
  cacheWrite1hTokens: null,
  parse: null,
  error: null,
  scope: '',
  hasContent: false,
  isContinuation: false,
  linkedTraceId: null,
  source: 'span',
}
