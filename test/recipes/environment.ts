/** The environment a page's command runs in: real addresses are redirected by the variables that clients read anyway, never by other code. */
import type { Installed } from './install.ts'

export interface Addresses {
  readonly processor: string
  readonly modelServer: string
}

export function environmentOf(
  { folder, path }: Installed,
  { processor, modelServer }: Addresses,
): Readonly<Record<string, string>> {
  return {
    PATH: path,
    // No settings of the person who runs the tests, and a place that may be written to.
    HOME: folder,
    LANG: 'C.UTF-8',
    OTEL_EXPORTER_OTLP_ENDPOINT: processor,
    ...providersAt(modelServer),
    ...stayHere,
  }
}

function providersAt(url: string): Readonly<Record<string, string>> {
  return {
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_BASE: `${url}/v1`,
    OPENAI_API_KEY: 'sk-stand-in',
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_BASE: url,
    ANTHROPIC_API_KEY: 'sk-ant-stand-in',
    GOOGLE_GEMINI_BASE_URL: url,
    GEMINI_API_KEY: 'stand-in',
    GOOGLE_API_KEY: 'stand-in',
  }
}

/** Whatever wants to leave this machine meets a closed port; frameworks that report their own use are told not to. */
const stayHere: Readonly<Record<string, string>> = {
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  NO_PROXY: '127.0.0.1,localhost',
  DO_NOT_TRACK: '1',
  CREWAI_DISABLE_TELEMETRY: 'true',
  MASTRA_TELEMETRY_DISABLED: '1',
  LITELLM_LOCAL_MODEL_COST_MAP: 'True',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
}
