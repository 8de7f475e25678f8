/** Tags: words that an application puts on its runs (`beta`, `internal`). */
import { MAX_TAGS } from '../model/step.ts'
import type { Attributes } from '../otlp/span.ts'
import type { Chain } from './dialect.ts'
import { cut, toName } from './read.ts'

const MAX_TAG_CHARACTERS = 64
/** A list of that many tags with room for its punctuation. */
const MAX_TEXT = 2_048

/** What libraries tag their own spans with: LangChain's places in a chain, what it hides from LangSmith, Logfire's word for model calls. */
const ofLibraries = /^(?:(?:seq|graph):step:\d+|map:key:.*|condition:.*|langsmith:.*|LLM)$/

/**
 * The tags under the first key of the chain that is there, in the order sent, each once: at most 16 of at most 64 characters. They come as a
 * list (Langfuse, OpenInference, Logfire, AI SDK), as JSON of one (Mastra) or with commas between them (LangSmith).
 */
export function tagsOf(attributes: Attributes, chain: Chain): readonly string[] {
  const key = chain.find((name) => attributes.has(name))
  if (key === undefined) return none
  const value = attributes.value(key)
  const list = Array.isArray(value) ? value : typeof value === 'string' ? splitText(cut(value, MAX_TEXT)) : []
  const words = list.flatMap((item) => toName(item) ?? []).filter((word) => !ofLibraries.test(word))
  return [...new Set(words.map((word) => cut(word, MAX_TAG_CHARACTERS)))].slice(0, MAX_TAGS)
}

const none: readonly string[] = []

function splitText(text: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(text)
    if (Array.isArray(list)) return list
  } catch {
    // Not JSON: words.
  }
  return text.split(',')
}
