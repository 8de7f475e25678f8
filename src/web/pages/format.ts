/** Numbers, money, durations and times as people read them: with their unit, and with as many digits as they deserve. Unknown is said, never shown as zero. */
import { html, type SafeHtml } from '@remix-run/html-template'

export const UNKNOWN = 'unknown'

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const twoDigits = new Intl.NumberFormat('en-US', { minimumSignificantDigits: 2, maximumSignificantDigits: 2 })

/** `1,234`; estimates are rounded. */
export function formatCount(count: number | null): string {
  return count === null ? UNKNOWN : whole.format(Math.round(count))
}

/** A count with its noun: `1 run`, `2 runs`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  const rounded = Math.round(count)
  return `${whole.format(rounded)} ${rounded === 1 ? one : many}`
}

/** US dollars from nano-dollars: `12.40 USD`, `0.0041 USD`. */
export function formatUsd(nanoUsd: number | null): string {
  return nanoUsd === null ? UNKNOWN : `${usdDigits(nanoUsd)} USD`
}

/** The number alone, for columns that name the unit in their head. */
export function usdDigits(nanoUsd: number): string {
  const usd = nanoUsd / 1e9
  if (usd === 0) return '0'
  if (usd >= 0.995) return cents.format(usd)
  return usd < 1e-6 ? '< 0.000001' : twoDigits.format(usd)
}

/** `0.8 ms`, `120 ms`, `1.2 s`, `3 min 4 s`, `2 h 5 min`. */
export function formatDuration(us: number): string {
  const ms = us / 1_000
  if (ms < 1) return us === 0 ? '0 ms' : `${twoDigits.format(ms)} ms`
  if (ms < 1_000) return `${whole.format(ms)} ms`
  const seconds = ms / 1_000
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  const minutes = Math.floor(Math.round(seconds) / 60)
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) % 60} s`
  return `${whole.format(Math.floor(minutes / 60))} h ${minutes % 60} min`
}

/** A share of counts: small ones as they are, ratios only where they mean something. */
export function formatShare(part: number, all: number): string {
  if (all < 20) return `${formatCount(part)} of ${formatCount(all)}`
  const percent = (100 * part) / all
  if (percent > 0 && percent < 0.1) return '< 0.1 %'
  return `${percent >= 10 || percent === 0 ? Math.round(percent) : percent.toFixed(1)} %`
}

/** A point in time: the script makes it relative, the exact one is in its title. */
export function formatTime(unixMs: number): SafeHtml {
  const date = new Date(unixMs)
  if (unixMs <= 0 || Number.isNaN(date.getTime())) return html`<span>${UNKNOWN}</span>`
  const iso = date.toISOString()
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`
}

/** Control and invisible characters made visible, so that a name cannot pretend to be another. */
export function visible(text: string): string {
  return text.replaceAll(invisible, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

// Line breaks and tabs stay; what is left of the control and format characters (bidirectional marks among them) has no business in a name.
const invisible = /[^\P{C}\n\t]/gu
