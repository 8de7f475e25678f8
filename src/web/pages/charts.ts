/** Bars by the minute, drawn as SVG: no script, no inline style, and each bar says its numbers. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { LiveView } from '../../live/live-view.ts'
import { formatCount, formatUsd, plural } from './format.ts'

type Bars = LiveView['bars']

const BARS = 60
const WIDTH = 600
const HEIGHT = 72
const GAP = 2

export function runsChart({ widthMs, stretches }: Bars): SafeHtml {
  const most = Math.max(1, ...stretches.map(({ totals }) => totals.runs))
  const failed = stretches.reduce((sum, { totals }) => sum + totals.failedRuns, 0)
  const all = stretches.reduce((sum, { totals }) => sum + totals.runs, 0)
  const step = WIDTH / stretches.length
  const bars = stretches.map(({ atMs, totals }, index) => {
    const bad = (totals.failedRuns / most) * HEIGHT
    const good = ((totals.runs - totals.failedRuns) / most) * HEIGHT
    const title = `${clock(atMs)}: ${plural(totals.runs, 'run')}, ${formatCount(totals.failedRuns)} failed`
    return html`<g
      ><title>${title}</title
      >${bar(index * step, step - GAP, 0, good, 'ok')}${bar(index * step, step - GAP, good, bad, 'failed')}</g
    >`
  })
  return figure(
    html`Runs ${every(widthMs)}
      <small><i class="key ok"></i>ok <i class="key failed"></i>failed · most: ${formatCount(most)}</small>`,
    `Runs ${every(widthMs)}, ${reach(widthMs)}: ${formatCount(all)} in all, ${formatCount(failed)} failed, at most ${formatCount(most)} in one of them`,
    bars,
    widthMs,
  )
}

export function costChart({ widthMs, stretches }: Bars): SafeHtml {
  const most = Math.max(0, ...stretches.map(({ totals }) => totals.costNanoUsd))
  const all = stretches.reduce((sum, { totals }) => sum + totals.costNanoUsd, 0)
  const step = WIDTH / stretches.length
  const bars = stretches.map(({ atMs, totals }, index) => {
    const height = most === 0 ? 0 : (totals.costNanoUsd / most) * HEIGHT
    return html`<g
      ><title>${`${clock(atMs)}: ${formatUsd(totals.costNanoUsd)}`}</title>${bar(index * step, step - GAP, 0, height, 'cost')}</g
    >`
  })
  return figure(
    html`Cost ${every(widthMs)} <small>most: ${formatUsd(most)}</small>`,
    `Cost ${every(widthMs)}, ${reach(widthMs)}: ${formatUsd(all)} in all, at most ${formatUsd(most)} in one of them`,
    bars,
    widthMs,
  )
}

function figure(caption: SafeHtml, label: string, bars: readonly SafeHtml[], widthMs: number): SafeHtml {
  return html`<figure>
    <figcaption>${caption}</figcaption>
    <svg class="bars" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">
      ${[...bars]}
    </svg>
    <div class="axis" aria-hidden="true"><span>${(widthMs * BARS) / 60_000} min ago</span><span>now</span></div>
  </figure>`
}

function every(widthMs: number): string {
  return widthMs === 60_000 ? 'a minute' : `every ${widthMs / 1_000} s`
}

function reach(widthMs: number): string {
  return `last ${(widthMs * BARS) / 60_000} minutes`
}

/** Nothing is drawn for nothing; something small is still seen. */
function bar(x: number, width: number, from: number, height: number, className: string): SafeHtml {
  if (height === 0) return html``
  const tall = Math.max(2, height)
  return html`<rect
    class="${className}"
    x="${round(x)}"
    y="${round(HEIGHT - from - tall)}"
    width="${round(width)}"
    height="${round(tall)}"
  />`
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function clock(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(11, 19)} UTC`
}
