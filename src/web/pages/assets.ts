/** The files that pages load. Their address holds a digest of their content, so browsers may keep them for ever and never show an old one. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Route } from '../route.ts'

type AssetName = 'feedback.css' | 'flywheel.css' | 'review.css' | 'flywheel.js' | 'keys.js' | 'icon.svg'

interface Asset {
  readonly contentType: string
  readonly body: Buffer
  readonly digest: string
}

const contentTypes: Readonly<Record<AssetName, string>> = {
  'feedback.css': 'text/css; charset=utf-8',
  'flywheel.css': 'text/css; charset=utf-8',
  'review.css': 'text/css; charset=utf-8',
  'flywheel.js': 'text/javascript; charset=utf-8',
  'keys.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
}

/** Beside the sources also when built files run: they are served as they are, so there is nothing to build. */
const folder = new URL('../../../src/web/assets/', import.meta.url)

const assets: ReadonlyMap<string, Asset> = new Map(
  Object.entries(contentTypes).map(([name, contentType]) => {
    const body = readFileSync(new URL(name, folder))
    return [name, { contentType, body, digest: createHash('sha256').update(body).digest('hex').slice(0, 12) }]
  }),
)

/** Path of the file, with its digest. */
export function assetPath(name: AssetName): string {
  return `/assets/${name}?v=${assets.get(name)?.digest ?? ''}`
}

/** They hold no data and the login page needs them, so they are open. */
export function assetRoutes(): Route[] {
  return [...assets].map(([name, { contentType, body, digest }]) => ({
    path: `/assets/${name}`,
    summary: 'A file that pages load.',
    answers: { 200: { description: 'The file.', contentType } },
    handle: (request, response) => {
      // While an old and a new process serve beside each other, an address of the one may be answered by the other.
      const isExact = request.query['v'] === digest
      const caching = isExact ? 'public, max-age=31536000, immutable' : 'no-cache'
      response.set({ 'Content-Type': contentType, 'Cache-Control': caching }).send(body)
    },
  }))
}
