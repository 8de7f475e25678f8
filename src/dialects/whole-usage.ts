/**
 * What emitters leave out of their two counts. Anthropic's and Bedrock's APIs count cached tokens beside the input, Gemini's and xAI's count thoughts
 * beside the output, and instrumentations pass both on as they are. Two signs give it away: a part larger than its whole, and a stated total that
 * holds just that much more than input and output.
 */
import { cachedTokens, type Usage } from '../model/usage.ts'

/** `total` is the sum that the emitter states, `model` the one that answered, or was asked; null = it states none. */
export function wholeUsage(told: Usage, total: number | null, model: string | null = null): Usage {
  const usage = withThoughts(told, total, model)
  const { input, output } = usage
  const cached = cachedTokens(usage)
  const thought = usage.reasoning ?? 0
  const missing = total === null || input === null || output === null ? 0 : total - input - output
  const isShortOfBoth = missing > 0 && missing === cached + thought
  // Equal parts explain the total equally well: then nobody can tell which of them is outside.
  const isShortOf = (part: number): boolean => isShortOfBoth || (missing > 0 && missing === part && cached !== thought)
  const isCacheOutside = input !== null && (cached > input || isShortOf(cached))
  const isThoughtOutside = output !== null && (thought > output || isShortOf(thought))
  if (!isCacheOutside && !isThoughtOutside) return usage
  return {
    ...usage,
    input: isCacheOutside ? input + cached : input,
    output: isThoughtOutside ? output + thought : output,
  }
}

/** Models whose API counts thoughts beside the output. */
const thinksBeside = /gemini|grok/i

/** Thoughts that only the total tells of. What a cache served may be missing in the same way: then nobody can tell which it is. */
function withThoughts(usage: Usage, total: number | null, model: string | null): Usage {
  const { input, output, reasoning } = usage
  if (reasoning !== null || input === null || output === null || total === null || !thinksBeside.test(model ?? '')) return usage
  const missing = total - input - output
  return missing <= 0 || missing === cachedTokens(usage) ? usage : { ...usage, output: output + missing, reasoning: missing }
}
