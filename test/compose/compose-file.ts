/** docker-compose.yml as an object, with its variables as they stand there, and the questions that the tests beside it ask of it. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export interface Service {
  readonly image: string
  readonly build?: { readonly context: string; readonly target: string }
  readonly profiles?: readonly string[]
  readonly user?: string
  readonly restart?: string
  readonly read_only?: boolean
  readonly privileged?: boolean
  readonly cap_drop?: readonly string[]
  readonly cap_add?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly network_mode?: string
  readonly pid?: string
  readonly ipc?: string
  readonly devices?: readonly string[]
  readonly networks?: readonly string[]
  readonly entrypoint?: readonly string[]
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string | null>>
  readonly volumes?: readonly string[]
  readonly ports?: readonly string[]
  readonly logging?: { readonly driver: string; readonly options: Readonly<Record<string, string>> }
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly deploy?: { readonly resources: { readonly limits: Readonly<Record<string, string | number>> } }
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, object>>
}

export const composeText: string = repositoryFile('docker-compose.yml')
export const compose: ComposeFile = parse(composeText, { merge: true }) as ComposeFile
export const services: readonly (readonly [string, Service])[] = Object.entries(compose.services)

export function repositoryPath(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}

export function repositoryFile(path: string): string {
  return readFileSync(repositoryPath(path), 'utf8')
}

/** Of the containers that stay, so that a test of one names it. */
export function service(name: string): Service {
  const found = compose.services[name]
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`)
  return found
}

/** Names in ${NAME:?message}: compose starts nothing without them. */
export function requiredVariables(): string[] {
  return [...new Set([...composeText.matchAll(/\$\{(\w+):\?/g)].map(([, name = '']) => name))]
}

export interface Mount {
  readonly source: string
  readonly target: string
  readonly isReadOnly: boolean
  /** A file or folder of the repository; else a named volume. */
  readonly isBind: boolean
}

export function mountsOf({ volumes = [] }: Service): Mount[] {
  return volumes.map((text) => {
    const [source = '', target = '', mode] = text.split(':')
    return { source, target, isReadOnly: mode === 'ro', isBind: /^[./~]/.test(source) }
  })
}
