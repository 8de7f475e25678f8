/** Texts of users, models and tools as the pages show them: nothing hidden, nothing changed, nothing that is markup. */
import { assert, integer, json, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withOddCharacters } from '../../../src/web/pages/odd-characters.ts'
import { prettyJson } from '../../../src/web/pages/pretty-json.ts'
import { textBlock } from '../../../src/web/pages/text-block.ts'

/** What a reader sees of it. */
function readable(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

const anyCharacter = integer({ min: 0, max: 0x10_ffff }).map((point) => String.fromCodePoint(point))

describe('JSON', () => {
  test('is indented; what fits on a line stays on it', () => {
    const sent =
      '{"id":1881,"tags":["a","b"],"empty":{},"payments":[{"id":"p_1","amount":4990},{"id":"p_2","amount":4990,"currency":"EUR","state":"authorized, not captured","by":"card"}]}'
    expect(prettyJson(sent)).toBe(`{
  "id": 1881,
  "tags": ["a", "b"],
  "empty": {},
  "payments": [
    {"id": "p_1", "amount": 4990},
    {
      "id": "p_2",
      "amount": 4990,
      "currency": "EUR",
      "state": "authorized, not captured",
      "by": "card"
    }
  ]
}`)
  })

  test('keeps numbers of any length, doubled keys and escapes as they were sent', () => {
    expect(prettyJson(String.raw`{"n":12345678901234567890.10,"n":1e400,"t":"\"{\u003c,"}`)).toBe(
      String.raw`{"n": 12345678901234567890.10, "n": 1e400, "t": "\"{\u003c,"}`,
    )
  })

  test('of any shape means the same afterwards', () => {
    assert(
      property(json({ maxDepth: 6 }), (text) => {
        const pretty = prettyJson(text)
        if (pretty !== null) expect(JSON.parse(pretty)).toEqual(JSON.parse(text))
      }),
    )
  })

  test.each(['hello', '42', '"text"', '{a: 1}', "{'a': 1}", '{"a":1', '[1] and more'])('%j is none', (text) => {
    expect(prettyJson(text)).toBeNull()
  })

  test('that is too deep is left as it came, in no time', () => {
    const began = performance.now()
    expect(prettyJson('['.repeat(100_000) + ']'.repeat(100_000))).toBeNull()
    expect(performance.now() - began).toBeLessThan(1_000)
  })
})

describe('characters that nobody sees', () => {
  test.each([
    ['a\u200bb', String.raw`a\u{200b}b`],
    ['pay\u202eload', String.raw`pay\u{202e}load`],
    ['\u{e0069}\u{e0067}\u{e006e}', String.raw`\u{e0069}\u{e0067}\u{e006e}`],
    ['x\u00ady', String.raw`x\u{ad}y`],
    ['a\u3164b', String.raw`a\u{3164}b`],
    ['bell\u0007', String.raw`bell\u{7}`],
    ['old\rline', String.raw`old\u{d}line`],
    ['\u{d800}', String.raw`\u{d800}`],
    ['\u2028', String.raw`\u{2028}`],
    [`a${'\u200b'.repeat(10)}b`, `a${String.raw`\u{200b}`.repeat(8)} and 2 moreb`],
  ])('%j is shown as %s', (text, shown) => {
    expect(readable(String(withOddCharacters(text)))).toBe(shown)
  })

  test.each([
    'two\nlines\tand a tab',
    'family 👨‍👩‍👧‍👦, heart ❤️, both 👩‍❤️‍👨, skin 👩🏽‍🚀, key 1️⃣',
    'می‌خواهم',
    'क्‍ष',
    'déjà vu, עברית, 日本語',
  ])('%j has none', (text) => {
    expect(String(withOddCharacters(text))).toBe(text)
  })

  test('line ends of Windows are line ends', () => {
    expect(String(withOddCharacters('a\r\nb'))).toBe('a\nb')
  })

  test('any text is escaped whole', () => {
    assert(
      property(string({ unit: anyCharacter }), (text) => {
        const tags = String(withOddCharacters(text)).match(/<[^>]*>/g) ?? []
        expect(tags.filter((tag) => !/^<i class="odd" title="[^"<>]*">$|^<\/i>$/.test(tag))).toEqual([])
      }),
    )
  })
})

describe('a block', () => {
  test('of a short text is the text, with its first line break', () => {
    expect(String(textBlock('\nWhere is <b>my</b> parcel?'))).toBe(
      '<pre class="said">\n\nWhere is &lt;b&gt;my&lt;/b&gt; parcel?</pre>',
    )
  })

  test('of a long text is folded with its beginning and its size, and holds all of it', () => {
    const text = Array.from({ length: 300 }, (_, index) => `line ${index}`).join('\n')
    const html = String(textBlock(text))
    expect(readable(html.slice(0, html.indexOf('</summary>'))).trim()).toBe(
      'line 0\nline 1\nline 2\nline 3\nline 4 … 2,589 characters, 300 lines',
    )
    expect(readable(html)).toContain(text)
  })

  test('of JSON can be copied, of nothing says so', () => {
    expect(String(textBlock('{"a":1}'))).toBe(
      '<div class="copyable"><pre class="said" data-copy>\n{&quot;a&quot;: 1}</pre></div>',
    )
    expect(readable(String(textBlock('')))).toBe('empty')
  })

  test('of the worst text that is kept takes less than a second', () => {
    const began = performance.now()
    for (const text of ['{"a":"\\u003c'.repeat(6_000), '\u200ba'.repeat(33_000), '<'.repeat(66_000), '[{"'.repeat(22_000)])
      textBlock(text)
    expect(performance.now() - began).toBeLessThan(1_000)
  })
})
