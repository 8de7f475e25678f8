/** Attributes of a model call in the current conventions: the least that counts as one. */
export function chat(inputTokens: number, outputTokens: number): Readonly<Record<string, string | number>> {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.usage.input_tokens': inputTokens,
    'gen_ai.usage.output_tokens': outputTokens,
  }
}
