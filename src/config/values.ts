/** How people write values in the environment: whole numbers, durations such as `7d`, sizes such as `4GiB`. */
import { z } from 'zod'

/** Milliseconds of each unit of a duration. */
const durationUnits: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** Bytes of each unit of a size. */
const sizeUnits: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['B', 1],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
  ['TiB', 2 ** 40],
])

export type TextTo<T> = z.ZodType<T, string>

/** A whole number in decimal digits. */
export function wholeNumber(min: number, max: number): TextTo<number> {
  return z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
}

/** A decimal number from 0 to 1. */
export function share(): TextTo<number> {
  return z
    .string()
    .regex(/^(0|1|0?\.\d{1,12}|1\.0{1,12}|0\.0{1,12})$/)
    .transform(Number)
}

/** A whole number and a unit; in milliseconds. */
export function duration(minMs: number): TextTo<number> {
  return measured(/^(\d{1,12})(ms|s|m|h|d)$/, durationUnits, minMs)
}

/** A whole number of bytes, or with a binary unit; in bytes. */
export function size(minBytes: number): TextTo<number> {
  return measured(/^(\d{1,15}) ?(|B|KiB|MiB|GiB|TiB)$/, sizeUnits, minBytes)
}

/** `1` and `true` are yes, `0` and `false` are no. */
export function flag(): TextTo<boolean> {
  return z
    .string()
    .regex(/^(0|1|false|true)$/)
    .transform((text) => text === '1' || text === 'true')
}

/** An absolute http or https address, without a slash at its end. */
export function httpAddress(): TextTo<string> {
  return z
    .string()
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))
    .transform((text) => text.replace(/\/+$/, ''))
}

/** A secret that fits into an Authorization header: printable ASCII without spaces. */
export function token(): TextTo<string> {
  return z.string().regex(/^[\u0021-\u007e]+$/)
}

/** Secrets separated by commas, so that one can be replaced while what the old one signed still counts. */
export function secrets(minCharacters: number): TextTo<readonly string[]> {
  return commaSeparated(
    z
      .string()
      .regex(/^[\u0021-\u007e]+$/)
      .min(minCharacters),
  )
}

/** Origins of web pages as browsers spell them, separated by commas; `*` = any. */
export function origins(): TextTo<readonly string[]> {
  const isOrigin = (text: string): boolean =>
    URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text
  return commaSeparated(z.string().refine((text) => text === '*' || isOrigin(text)))
}

function commaSeparated(one: TextTo<string>): TextTo<readonly string[]> {
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(one).min(1))
}

/** Addresses and CIDR ranges, separated by commas. A range of everybody is none: it would trust whoever asks. */
export function addressRanges(): TextTo<readonly string[]> {
  return commaSeparated(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]).refine((text) => !text.endsWith('/0')))
}

/** Name of an HTTP header. */
export function headerName(): TextTo<string> {
  return z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/)
}

function measured(pattern: RegExp, units: ReadonlyMap<string, number>, min: number): TextTo<number> {
  return z
    .string()
    .regex(pattern)
    .transform((text) => {
      const [, count = '', unit = ''] = pattern.exec(text) ?? []
      return Number(count) * (units.get(unit) ?? Number.NaN)
    })
    .pipe(z.number().min(min).max(Number.MAX_SAFE_INTEGER))
}
