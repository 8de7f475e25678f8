/** What every page knows of the place it is served from. */

export interface Site {
  /** Where people reach the service, without a slash at its end. */
  readonly publicUrl: string
  /** Where people reach Grafana, without a slash at its end; null = unknown. */
  readonly grafanaUrl: string | null
  /** Where agents send spans to, without a slash at its end. */
  readonly otlpUrl: string
  readonly version: string
  /** The path of ours as a browser has to ask for it: a proxy may serve us below a prefix, which then stands in the public address. */
  href(path: string): string
}

export function createSite(options: {
  readonly publicUrl: string
  readonly grafanaUrl: string | null
  /** Null = to the public address. */
  readonly otlpUrl?: string | null
  readonly version: string
}): Site {
  const base = URL.canParse(options.publicUrl) ? new URL(options.publicUrl).pathname.replace(/\/+$/, '') : ''
  return { ...options, otlpUrl: options.otlpUrl ?? options.publicUrl, href: (path) => `${base}${path}` }
}
