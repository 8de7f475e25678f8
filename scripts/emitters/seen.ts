/** All emitters that were seen on the wire, by name. */
import { agents } from './agents.ts'
import type { Emitter } from './emitter.ts'
import { javascript } from './javascript.ts'
import { pythonClients } from './python-clients.ts'
import { pythonFrameworks } from './python-frameworks.ts'

export const seen: readonly Emitter[] = [...agents, ...javascript, ...pythonClients, ...pythonFrameworks].sort((a, b) =>
  a.name.localeCompare(b.name, 'en'),
)
