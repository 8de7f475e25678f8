/** The page at `/`: says what answers here until the review pages do. */
import type { Route } from './route.ts'

export function homeRoute(version: string, publicUrl: string): Route {
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Agent Flywheel</title>
<h1>Agent Flywheel ${escapeHtml(version)}</h1>
<p>A run is counted a few seconds after it has ended; a new series shows 0 for two scrape intervals first.</p>
<p>Send spans: <code>OTEL_EXPORTER_OTLP_ENDPOINT=${escapeHtml(publicUrl)}</code></p>
<ul>
<li><a href="metrics">/metrics</a> for Prometheus</li>
<li><a href="api/runs">/api/runs</a> runs, newest first</li>
<li><a href="openapi.json">/openapi.json</a> the API</li>
<li><a href="readyz">/readyz</a> whether telemetry is accepted</li>
</ul>
</html>
`
  return {
    path: '/',
    summary: 'What is here, for people.',
    answers: { 200: { description: 'A page.', contentType: 'text/html' } },
    handle: (_request, response) => {
      response.set({ 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' }).send(page)
    },
  }
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
