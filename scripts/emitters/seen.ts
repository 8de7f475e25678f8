/** All emitters that were seen on the wire, by name. */
import { agents } from './agents.ts'
import type { Emitter } from './emitter.ts'
import { javascriptClients } from './javascript-clients.ts'
import { javascriptFrameworks } from './javascript-frameworks.ts'
import { javascript } from './javascript.ts'
import { jvm } from './jvm.ts'
import { pythonClients } from './python-clients.ts'
import { pythonFrameworks } from './python-frameworks.ts'
import { pythonOpenInference } from './python-openinference.ts'
import { pythonProviders } from './python-providers.ts'

export const seen: readonly Emitter[] = [
  ...agents,
  ...javascript,
  ...javascriptClients,
  ...javascriptFrameworks,
  ...jvm,
  ...pythonClients,
  ...pythonFrameworks,
  ...pythonOpenInference,
  ...pythonProviders,
].sort((a, b) => a.name.localeCompare(b.name, 'en'))
