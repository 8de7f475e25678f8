/** docs/sdk.md shows how to sign feedback tokens in Python: what it shows is run. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { verifyToken } from '../../src/sdk/feedback-token.ts'

const text = readFileSync(new URL('../../docs/sdk.md', import.meta.url), 'utf8')
const code = /```python\n([\s\S]*?)```/.exec(text)?.[1] ?? ''

const hasPython = ((): boolean => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

test.skipIf(!hasPython)('the Python of docs/sdk.md signs what the processor accepts', () => {
  const secret = 'a-secret-of-the-processor-ü-long-enough'
  const known = `secret, trace_id, user_id = "${secret}", "0af7651916cd43dd8448eb211c80319c", "u-1"\n`
  const token = execFileSync('python3', ['-c', `${known}${code}\nprint(token)`], { encoding: 'utf8' }).trim()
  expect(verifyToken(token, [secret], Date.now())).toEqual({
    kind: 'valid',
    claims: {
      target: { traceId: '0af7651916cd43dd8448eb211c80319c' },
      name: 'user_rating',
      userId: 'u-1',
      from: null,
      expiresAt: expect.closeTo(Date.now() / 1_000 + 30 * 86_400, -2),
    },
  })
})
