/** What was said at a step: one block a message, who says it at its side. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { MessagePart, MessageRole, TranscriptMessage } from '../../../model/transcript.ts'
import { plural, visible } from '../format.ts'
import { withOddCharacters } from '../odd-characters.ts'
import { textBlock } from '../text-block.ts'

const roles: Readonly<Record<Exclude<MessageRole, 'other'>, string>> = {
  system: 'system',
  user: 'user',
  assistant: 'model',
  tool: 'tool',
}

/** Arguments of this length stand behind the tool's name. */
const MAX_INLINE = 90

/** `tool` = the tool whose own step this is; null = a step of another kind. `nobody` = what to call words that no role is known of. */
export function messages(said: readonly TranscriptMessage[], tool: string | null, nobody: string): SafeHtml {
  return html`${said.map((message) => messageBlock(message, tool, nobody))}`
}

function messageBlock({ role, parts }: TranscriptMessage, tool: string | null, nobody: string): SafeHtml {
  const own = tool === null ? null : ownRole(parts)
  return html`<div class="say ${role}">
    <span class="role">${own ?? (role === 'other' ? nobody : roles[role])}</span>
    <div>
      ${parts.length === 0 ? html`<p class="empty">no text</p>` : ''} ${parts.map((part) => partBlock(part, role, own !== null))}
    </div>
  </div>`
}

/** At a tool's own step its name needs no saying: what goes in are its arguments, what comes out is its result. */
function ownRole(parts: readonly MessagePart[]): string | null {
  if (parts.length > 0 && parts.every(({ type }) => type === 'tool_call')) return 'arguments'
  return parts.length > 0 && parts.every(({ type }) => type === 'tool_result') ? 'result' : null
}

function partBlock(part: MessagePart, role: MessageRole, isOwn: boolean): SafeHtml {
  switch (part.type) {
    case 'text':
      return textBlock(part.text, role === 'system' ? { fold: 'always', label: 'instructions' } : {})
    case 'thought':
      return thought(part.text)
    case 'refusal':
      return html`<p class="note">refused</p>
        ${textBlock(part.text)}`
    case 'tool_call':
      return toolCall(part.name, part.arguments, isOwn)
    case 'tool_result':
      return html`${part.name === null || isOwn ? '' : html`<p class="note">${visible(part.name)}</p>`}
      ${part.isError ? html`<p class="note bad">marked as an error</p>` : ''} ${textBlock(part.text)}`
    default:
      part satisfies { readonly type: 'media' }
      return html`<p class="empty">${part.what === '' ? 'media' : visible(part.what)}, its content is not kept</p>`
  }
}

function thought(text: string): SafeHtml {
  return text === ''
    ? html`<p class="empty">a thought whose text was not sent</p>`
    : html`<details class="fold thought">
        <summary><b>thought</b> <small>${plural(text.length, 'character')}</small></summary>
        ${textBlock(text)}
      </details>`
}

function toolCall(name: string, sent: string | null, isOwn: boolean): SafeHtml {
  if (isOwn) return sent === null ? html`<p class="empty">not sent</p>` : textBlock(sent)
  const arrow = html`<span aria-hidden="true">→</span><span class="sr">calls</span> <b>${visible(name)}</b>`
  if (sent === null) return html`<p class="call said">${arrow} <span class="empty">arguments not sent</span></p>`
  const isInline = sent.length <= MAX_INLINE && !sent.includes('\n')
  if (isInline) return html`<p class="call said">${arrow}(${withOddCharacters(sent)})</p>`
  return html`<p class="call said">${arrow}</p>
    ${textBlock(sent)}`
}
