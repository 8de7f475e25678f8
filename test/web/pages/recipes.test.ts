import { describe, expect, test } from 'vitest'
import { parseRecipe, readRecipes, renderRecipe } from '../../../src/web/pages/recipes.ts'
import { createSite } from '../../../src/web/pages/site.ts'

const site = createSite({ publicUrl: 'https://tools.example/flywheel', grafanaUrl: null, version: '0.1.0' })
const fence = '```'

const markdown = `# A client

The first words, [more](./other.md#part), [all](README.md), [code](../sdk.md).

${fence}sh install
npm install a@1.0.0
${fence}

${fence}js agent.mjs
console.log('<b>')
${fence}

${fence}js
only.explains()
${fence}

${fence}sh run
node agent.mjs
${fence}
`

describe('recipes', () => {
  test('are a title, a summary, and what to copy in order', () => {
    const { name, title, summary, blocks } = parseRecipe('a-client', markdown)
    expect({ name, title, summary, blocks }).toEqual({
      name: 'a-client',
      title: 'A client',
      summary: 'The first words, [more](./other.md#part), [all](README.md), [code](../sdk.md).',
      blocks: [
        { label: 'Install', code: 'npm install a@1.0.0' },
        { label: 'agent.mjs', code: "console.log('<b>')" },
        { label: 'Run', code: 'node agent.mjs' },
      ],
    })
  })

  test('as HTML they link to each other below the prefix, and to nothing that is not served', () => {
    expect(renderRecipe(site, parseRecipe('a-client', markdown))).toBe(
      `<h1>A client</h1>
<p>The first words, <a href="/flywheel/instrument/other#part">more</a>, <a href="/flywheel/instrument">all</a>, code.</p>
<figure class="code"><figcaption>Install</figcaption><pre data-copy tabindex="0"><code>npm install a@1.0.0</code></pre></figure>
<figure class="code"><figcaption>agent.mjs</figcaption><pre data-copy tabindex="0"><code>console.log(&#39;&lt;b&gt;&#39;)</code></pre></figure>
<figure class="code"><pre data-copy tabindex="0"><code>only.explains()</code></pre></figure>
<figure class="code"><figcaption>Run</figcaption><pre data-copy tabindex="0"><code>node agent.mjs</code></pre></figure>
`,
    )
  })

  test('those of the repository all have a title and what to copy, or say that they were not tried', () => {
    const recipes = readRecipes(new URL('../../../docs/instrument/', import.meta.url))
    expect(recipes.map(({ name }) => name)).toContain('README')
    for (const { name, title, blocks, markdown: text } of recipes) {
      expect([name, title]).not.toEqual([name, name])
      if (name !== 'README' && !text.includes('Not tried here'))
        expect([name, blocks.length > 0 || text.includes('```')]).toEqual([name, true])
    }
  })

  test('a folder that is not there is no reason not to start', () => {
    expect(readRecipes(new URL('file:///nowhere/at/all/'))).toEqual([])
  })
})
