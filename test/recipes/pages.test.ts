/** The pages of docs/instrument among themselves: nothing is untested without saying so, and the index says what the pages say. */
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { pageNames, pageText, readPage } from './page.ts'

/** What a page is tried with: the first package of its install block, as the index spells it. */
function triedWith(name: string): string {
  const text = pageText(name)
  const [, how = '', line = ''] = /^```sh (install(?:-manually)?)\n(.*)$/m.exec(text) ?? []
  const [, product = '', version = ''] = /^(?:npm|pip) install "?(@?[^\s@=[]+)(?:\[[^\]]*\])?(?:@|==)([^\s"]+)/.exec(line) ?? []
  return how === 'install-manually' ? `${product} ${version}, by hand` : `${product} ${version}`
}

const pages = pageNames()
const tested = pages.filter((name) => readPage(name).install !== null)

test('every page that can be installed is a test, and every test is a page', () => {
  const tests = readdirSync(new URL('.', import.meta.url))
    .filter((file) => file.endsWith('.test.ts') && file !== 'pages.test.ts')
    .map((file) => file.slice(0, -'.test.ts'.length))
  expect(tests.toSorted()).toEqual(tested)
})

test('every version that a page installs is an exact one', () => {
  const loose = tested.flatMap((name) => {
    const words = (readPage(name).install ?? '').split(/\s+/).slice(2)
    return words.filter((word) => !/^"?@?[^@=]+(?:@|==)\d[\w.]*"?$/.test(word)).map((word) => `${name}: ${word}`)
  })
  expect(loose).toEqual([])
})

test('the index lists every page with what it is tried with', () => {
  const rows = [...pageText('README').matchAll(/^\| \[[^\]]+\]\(([\w-]+)\.md\) +\| [^|]+ \| ([^|]+?) +\|/gm)]
  const listed = Object.fromEntries(rows.map(([, name = '', tried = '']) => [name, tried]))
  const untried = { 'behind-collector': "with the stack's own tests" }
  expect(listed).toEqual({ ...Object.fromEntries(pages.map((name) => [name, triedWith(name)])), ...untried })
})

test('a page without an install block says why', () => {
  const silent = pages.filter(
    (name) =>
      readPage(name).install === null && !/^```sh install-manually$|Not tried here: |^# Behind a Collector/m.test(pageText(name)),
  )
  expect(silent).toEqual([])
})

test('the pipelines for an existing Collector name what is defined beside them', () => {
  const [, yaml = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(pageText('behind-collector')) ?? []
  const { extensions, exporters, service } = parse(yaml)
  const used = Object.values(service.pipelines as Record<string, { exporters: string[] }>).flatMap(
    (pipeline) => pipeline.exporters,
  )
  expect({
    used: [...new Set(used)],
    extensions: service.extensions,
    queue: exporters['otlp_http/flywheel'].sending_queue.storage,
  }).toEqual({
    used: Object.keys(exporters),
    extensions: Object.keys(extensions),
    queue: 'file_storage',
  })
})
