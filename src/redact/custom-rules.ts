/**
 * Patterns of one's own. They run on re2js, a port of Google's RE2, whose time grows linearly with the text whatever the pattern is: no pattern has to be
 * judged. What RE2 does not know (look-around, back references) is refused where the file is read.
 */
import { RE2JS } from 're2js'
import type { RedactionPattern } from '../model/redaction.ts'
import { type Range, replaceRanges } from './rule.ts'

export type Replace = (text: string) => string

/** @throws where `pattern` is none; the configuration lets no such pass. */
export function customRule({ name, pattern }: RedactionPattern): Replace {
  const compiled = RE2JS.compile(pattern)
  return (text) => {
    const matcher = compiled.matcher(text)
    const ranges: Range[] = []
    while (matcher.find()) if (matcher.end() > matcher.start()) ranges.push({ start: matcher.start(), end: matcher.end() })
    return replaceRanges(text, ranges, `[${name}]`)
  }
}
