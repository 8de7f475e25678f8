/** Texts of users, models and tools: as they are, in monospace, wrapped, long ones folded with their size. Never markup. */
import { html, type SafeHtml } from '@remix-run/html-template'
import { plural } from './format.ts'
import { withOddCharacters } from './odd-characters.ts'
import { prettyJson } from './pretty-json.ts'

const MAX_OPEN_CHARACTERS = 1_500
const MAX_OPEN_LINES = 24
const PREVIEW_CHARACTERS = 320
const PREVIEW_LINES = 5

export interface TextOptions {
  /** `always` for what few people want to read: thoughts, system prompts. Default: what is long. */
  readonly fold?: 'long' | 'always'
  /** What a folded text is, in front of its size. */
  readonly label?: string
}

/** A text as a block. JSON is indented and can be copied, like every text that is long. */
export function textBlock(text: string, { fold = 'long', label = '' }: TextOptions = {}): SafeHtml {
  if (text === '') return html`<p class="empty">empty</p>`
  const json = prettyJson(text)
  const shown = json ?? text
  const lines = countLines(shown)
  const isLong = shown.length > MAX_OPEN_CHARACTERS || lines > MAX_OPEN_LINES
  const isShort = shown.length <= 120 && lines === 1
  if (!isLong && (fold === 'long' || isShort)) return body(shown, json !== null || shown.length > 200)
  const size = [plural(text.length, 'character'), ...(lines > 1 ? [plural(lines, 'line')] : [])].join(', ')
  return html`<details class="fold">
    <summary>
      ${label === '' ? '' : html`<b>${label}</b> `}${
        fold === 'always' ? '' : html`<span class="said preview">${withOddCharacters(previewOf(shown))}</span> `
      }<small>${size}</small>
    </summary>
    ${body(shown, true)}
  </details>`
}

function body(text: string, isCopied: boolean): SafeHtml {
  const marked = withOddCharacters(text)
  // A line break that a page begins a block with is not shown: one more saves that of the text.
  return isCopied
    ? html`<div class="copyable"><pre class="said" data-copy>${'\n'}${marked}</pre></div>`
    : html`<pre class="said">${'\n'}${marked}</pre>`
}

function previewOf(text: string): string {
  const lines = text.slice(0, PREVIEW_CHARACTERS).split('\n', PREVIEW_LINES)
  const preview = cut(lines.join('\n'), PREVIEW_CHARACTERS)
  return preview.length < text.length ? `${preview} …` : preview
}

/** No half of a character is left at the end. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\u{d800}-\u{dbff}]$/u, '')
}

function countLines(text: string): number {
  let lines = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}
