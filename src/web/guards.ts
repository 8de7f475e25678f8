/** What comes before routes that change something, so that no other site can make a browser send it. */
import { bytesGuard } from './bytes-body.ts'
import { formGuard } from './form.ts'
import { jsonGuard } from './json-body.ts'
import type { Guards } from './route.ts'

/** `publicUrl` is where people reach the service. */
export function createGuards(publicUrl: string): Guards {
  const json = jsonGuard(publicUrl)
  // A DELETE has no body: what comes before it is the check of the site alone.
  return { form: formGuard(publicUrl), json, bytes: bytesGuard(json({ method: 'delete' })) }
}
