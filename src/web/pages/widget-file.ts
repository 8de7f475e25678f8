/** The widget for other sites. Its address never changes, so browsers ask whether they have the newest. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

interface WidgetFile {
  readonly contentType: string
  readonly body: Buffer
  readonly etag: string
}

/** Beside the sources also when built files run, like the files of our own pages. */
const body: Buffer = readFileSync(new URL('../../../src/web/assets/widget.js', import.meta.url))

export const widgetFile: WidgetFile = {
  contentType: 'text/javascript; charset=utf-8',
  body,
  etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`,
}
