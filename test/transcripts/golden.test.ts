/** What the transcripts of every capture look like: of all runs that failed, and of one that went well, with a tool where there is one. */
import { expect, test } from 'vitest'
import { captureNames } from '../helpers/captures.ts'
import { type CapturedRun, capturedTranscripts } from '../helpers/transcripts.ts'
import { transcriptText } from '../helpers/transcript-text.ts'

test.each(captureNames)('%s', async (name) => {
  const all = await capturedTranscripts(name)
  const failed = all.filter(({ run }) => run.outcome === 'failed')
  const good = all.filter(({ run }) => run.outcome === 'ok')
  const shown = [...failed, ...good.filter(usesTool).slice(0, 1), ...(good.some(usesTool) ? [] : good.slice(0, 1))]
  const texts = shown.map((one) => `## ${one.scenario}: ${one.run.outcome}\n\n${transcriptText(one)}\n`)
  await expect(texts.join('\n')).toMatchFileSnapshot(`golden/${name}.txt`)
})

function usesTool({ run }: CapturedRun): boolean {
  return run.steps.some(({ kind }) => kind === 'tool')
}
