/** What a planned span looks like on the wire: name, kind and attributes of the OpenTelemetry GenAI conventions in their newest spelling. */
import { type Attributes, SpanKind } from '@opentelemetry/api'
import { type PlannedOpinion, type PlannedRun, type PlannedSpan, spansOf, type Tokens } from './plan.ts'

export interface WireSpan {
  readonly name: string
  readonly kind: SpanKind
  readonly attributes: Attributes
}

export function wireSpan(span: PlannedSpan, run: PlannedRun): WireSpan {
  const { work, error } = span
  const failure: Attributes = error === null ? {} : { 'error.type': error.type }
  // On every span that means something: when the agent dies before its root ends, the others still say whose run it was.
  const whose: Attributes = { 'gen_ai.conversation.id': run.conversationId, 'user.id': run.userId, ...failure }
  switch (work.type) {
    case 'request':
      return { name: `POST ${work.route}`, kind: SpanKind.SERVER, attributes: requestAttributes(work.route, span) }
    case 'agent':
      return {
        name: `invoke_agent ${work.name}`,
        kind: SpanKind.INTERNAL,
        attributes: { ...operation('invoke_agent'), ...whose, 'gen_ai.agent.name': work.name, ...usageSum(span) },
      }
    case 'workflow':
      return {
        name: `invoke_workflow ${work.name}`,
        kind: SpanKind.INTERNAL,
        attributes: { ...operation('invoke_workflow'), ...whose, 'gen_ai.workflow.name': work.name },
      }
    case 'chat':
      return {
        name: `chat ${work.model.requested}`,
        kind: SpanKind.CLIENT,
        attributes: { ...operation('chat'), ...whose, ...callAttributes(work, span) },
      }
    case 'tool':
      return {
        name: `execute_tool ${work.name}`,
        kind: SpanKind.INTERNAL,
        attributes: {
          ...operation('execute_tool'),
          ...whose,
          'gen_ai.tool.name': work.name,
          'gen_ai.tool.type': 'function',
          'gen_ai.tool.call.arguments': work.arguments,
          ...(work.result === null ? {} : { 'gen_ai.tool.call.result': work.result }),
        },
      }
    case 'retrieval':
      return {
        name: `retrieval ${work.source}`,
        kind: SpanKind.CLIENT,
        attributes: { ...operation('retrieval'), ...whose, 'gen_ai.data_source.id': work.source },
      }
    default:
      return {
        name: `embeddings ${work.model.requested}`,
        kind: SpanKind.CLIENT,
        attributes: {
          ...operation('embeddings'),
          ...whose,
          'gen_ai.provider.name': work.model.provider,
          'gen_ai.request.model': work.model.requested,
          'gen_ai.response.model': work.model.answered,
          'gen_ai.usage.input_tokens': work.inputTokens,
        },
      }
  }
}

/**
 * Feedback as OpenInference sends it after the fact: a span of its own that links to what it is about. It goes where spans go, through a Collector too.
 */
export function opinionSpan({ judge, rating, comment }: PlannedOpinion, { userId }: PlannedRun): WireSpan {
  const isUser = judge === 'user'
  const of = (field: string): string => `annotations.0.annotation.${field}`
  return {
    name: isUser ? 'user feedback' : 'evaluation',
    kind: SpanKind.INTERNAL,
    attributes: {
      'openinference.span.kind': 'EVALUATOR',
      [of('name')]: isUser ? 'user_rating' : 'helpfulness',
      [of('annotator_kind')]: isUser ? 'HUMAN' : 'LLM',
      [of('score')]: scores[rating],
      ...(comment === null ? {} : { [of('explanation')]: comment }),
      ...(isUser ? { 'user.id': userId } : {}),
    },
  }
}

const scores = { positive: 1, neutral: 0.5, negative: 0 } as const

function operation(name: string): Attributes {
  return { 'gen_ai.operation.name': name }
}

function requestAttributes(route: string, { error }: PlannedSpan): Attributes {
  return {
    'http.request.method': 'POST',
    'http.route': route,
    'http.response.status_code': error === null ? 200 : 500,
    ...(error === null ? {} : { 'error.type': '500' }),
  }
}

function callAttributes(work: Extract<PlannedSpan['work'], { type: 'chat' }>, { error }: PlannedSpan): Attributes {
  const { model, promptName, answer } = work
  return {
    'gen_ai.provider.name': model.provider,
    'gen_ai.request.model': model.requested,
    ...(promptName === null ? {} : { 'gen_ai.prompt.name': promptName }),
    ...(error?.httpStatus == null ? {} : { 'http.response.status_code': error.httpStatus }),
    ...(answer === null
      ? {}
      : {
          'gen_ai.response.id': answer.id,
          'gen_ai.response.model': model.answered,
          'gen_ai.response.finish_reasons': [answer.finish],
          ...usageAttributes(answer.tokens),
          ...(answer.firstTokenMs === null
            ? {}
            : { 'gen_ai.request.stream': true, 'gen_ai.response.time_to_first_chunk': answer.firstTokenMs / 1_000 }),
        }),
  }
}

/** Emitters leave parts out that there are none of. */
function usageAttributes({ input, output, cacheRead, cacheWrite, reasoning }: Tokens): Attributes {
  return {
    'gen_ai.usage.input_tokens': input,
    'gen_ai.usage.output_tokens': output,
    ...(cacheRead === 0 ? {} : { 'gen_ai.usage.cache_read.input_tokens': cacheRead }),
    ...(cacheWrite === 0 ? {} : { 'gen_ai.usage.cache_write.input_tokens': cacheWrite }),
    ...(reasoning === 0 ? {} : { 'gen_ai.usage.reasoning.output_tokens': reasoning }),
  }
}

/** Agents repeat the sum of their calls, as real frameworks do: whoever counts it as well counts double. */
function usageSum(agent: PlannedSpan): Attributes {
  let [input, output] = [0, 0]
  for (const { work } of spansOf(agent)) {
    if (work.type !== 'chat' || work.answer === null) continue
    input += work.answer.tokens.input
    output += work.answer.tokens.output
  }
  return input === 0 ? {} : { 'gen_ai.usage.input_tokens': input, 'gen_ai.usage.output_tokens': output }
}
