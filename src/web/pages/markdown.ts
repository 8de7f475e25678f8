/** Our own Markdown (recipes, the runbook) as HTML: code can be copied and scrolled with keys, wide tables scroll by themselves. Nothing foreign is rendered. */
import { html } from '@remix-run/html-template'
import { Marked, type RendererObject } from 'marked'

/** What stands above a code block: a file name or what to do; null = nothing. */
export type CodeLabel = (info: string) => string | null

/** `more` decides about other parts of the text, for instance links. */
export function renderMarkdown(markdown: string, labelOf: CodeLabel, more: RendererObject): string {
  let tables = 0
  const marked = new Marked({
    async: false,
    renderer: {
      code({ text, lang }) {
        const label = labelOf(lang ?? '')
        const caption = label === null ? '' : `<figcaption>${escapeText(label)}</figcaption>`
        return `<figure class="code">${caption}<pre data-copy tabindex="0"><code>${escapeText(text)}</code></pre></figure>\n`
      },
      table({ header, rows }) {
        const row = (cells: typeof header, tag: 'th' | 'td'): string =>
          `<tr>${cells.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')}</tr>`
        const body = rows.map((cells) => row(cells, 'td')).join('')
        return `<div class="scroll" tabindex="0" role="region" aria-label="Table ${++tables}"><table><thead>${row(header, 'th')}</thead><tbody>${body}</tbody></table></div>\n`
      },
      ...more,
    },
  })
  const rendered = marked.parse(markdown)
  return typeof rendered === 'string' ? rendered : ''
}

/** For element content and quoted attributes. */
export function escapeText(text: string): string {
  return String(html`${text}`)
}
