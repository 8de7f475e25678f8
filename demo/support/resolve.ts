/** The step that does the work: the model calls tools until it has an answer, at most so many times. */
import type OpenAI from 'openai'
import { parse, tool } from '../../src/sdk/index.ts'
import { type Asker, ask } from './ask.ts'
import type { ChatMessage } from './chat-request.ts'
import type { Release } from './release.ts'
import type { Article } from './shop.ts'
import { type SupportTool, definitionOf } from './tools.ts'

const MAX_STEPS = 8
const NO_ANSWER = 'I could not find an answer. Please say it in other words.'

class AgentStoppedError extends Error {
  override readonly name = 'AgentStoppedError'
}

class UnknownToolError extends Error {
  override readonly name = 'UnknownToolError'
}

const prompt = `You are the support agent of an online shop. Be short, kind and exact. Answer in the customer's language.
Never promise what the help center does not allow. Look orders up before you talk about them. Ask for the order number if it is missing.
If a tool fails, say what you could not find out and offer to hand over to a person.`

export interface Work {
  readonly messages: readonly ChatMessage[]
  readonly articles: readonly Article[]
  readonly tools: readonly SupportTool[]
  /** What has been decided before. */
  readonly notes: string
}

export async function resolve(asker: Asker, release: Release, work: Work): Promise<string> {
  const dialogue: OpenAI.Chat.ChatCompletionMessageParam[] = [{ role: 'system', content: systemText(work) }, ...work.messages]
  const asked = new Map<string, number>()
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const { message, text } = await ask(asker, {
      model: release.models.resolve,
      messages: dialogue,
      tools: work.tools.map(definitionOf),
      temperature: 0.2,
    })
    const calls = message.tool_calls ?? []
    if (calls.length === 0) return text === '' ? NO_ANSWER : text
    dialogue.push(message)
    for (const call of calls) {
      if (call.type !== 'function') continue
      const key = `${call.function.name} ${call.function.arguments}`
      asked.set(key, (asked.get(key) ?? 0) + 1)
      const isRepeat = release.stopsRepeats && (asked.get(key) ?? 0) > 1
      const content = isRepeat ? 'You have asked this before and have the result. Answer now.' : await callTool(work.tools, call)
      dialogue.push({ role: 'tool', tool_call_id: call.id, content })
    }
  }
  throw new AgentStoppedError(`Agent stopped after ${MAX_STEPS} steps without an answer`)
}

/** What the tool returned, or its error in words: the model can often do better the next time. */
async function callTool(tools: readonly SupportTool[], call: OpenAI.Chat.ChatCompletionMessageFunctionToolCall): Promise<string> {
  const { name, arguments: raw } = call.function
  try {
    const result = await tool({ name, callId: call.id, arguments: raw }, async () => {
      const wanted = tools.find((known) => known.name === name)
      if (wanted === undefined) throw new UnknownToolError(`there is no tool ${name}`)
      const args = parse({ format: 'tool_call' }, () => wanted.arguments.parse(JSON.parse(raw)))
      return wanted.run(args)
    })
    return JSON.stringify(result)
  } catch (error) {
    return `The tool failed: ${error instanceof Error ? error.message : String(error)}`
  }
}

function systemText({ articles, notes }: Work): string {
  const found = articles.map((article) => `## ${article.title}\n${article.text}`).join('\n')
  return `${prompt}\n\n# Help center\n${found === '' ? 'Nothing was found.' : found}\n\n# Decided so far\n${notes}`
}
