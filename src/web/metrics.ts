/** The page that Prometheus scrapes. */
import { Problem } from './problem.ts'
import type { Route } from './route.ts'

/**
 * Renders the metrics in the format that an Accept header asks for. Null while the log is being read: half of the totals would look like a
 * counter reset, and Prometheus would add the other half a second time.
 */
export type RenderMetrics = (accept: string) => Promise<{ readonly contentType: string; readonly body: string } | null>

export function metricsRoutes(render: RenderMetrics): Route[] {
  return [
    {
      path: '/metrics',
      summary: 'Metrics as Prometheus text, or OpenMetrics when Accept asks for it.',
      answers: { 200: { description: 'All metrics.', contentType: 'text/plain' } },
      problems: [503],
      handle: async (request, response) => {
        const page = await render(request.headers.accept ?? '')
        if (page === null) throw new Problem(503, 'The log is being read after a start; the totals are not complete yet.')
        const { contentType, body } = page
        response.set({ 'Content-Type': contentType, 'Cache-Control': 'no-store', Vary: 'Accept' }).send(body)
      },
    },
  ]
}
