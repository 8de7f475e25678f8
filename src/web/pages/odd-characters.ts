/** Characters that nobody sees, made visible in texts of users, models and tools: they hide instructions and turn words around. */
import { html, type SafeHtml } from '@remix-run/html-template'

/** Control, format and ignorable characters, separators of lines, the blank of braille. */
const odd = /[[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800]--[\n\t]]+/gv
/** Of a long row of them so many are written out. */
const MAX_SHOWN = 8

const pictureBefore = /[\p{Extended_Pictographic}\p{Emoji_Modifier}]$/u
const pictureAfter = /^\p{Extended_Pictographic}/u
const joiningScripts = [
  'Arabic',
  'Bengali',
  'Devanagari',
  'Gujarati',
  'Gurmukhi',
  'Kannada',
  'Malayalam',
  'Oriya',
  'Sinhala',
  'Tamil',
  'Telugu',
]
const joined = joiningScripts.map((script) => `\\p{Script=${script}}`).join('')
const letterBefore = new RegExp(`[${joined}\\p{M}]$`, 'u')
const letterAfter = new RegExp(`^[${joined}]`, 'u')

/** The text with what is invisible in it written as `\u{200b}`. Line ends of Windows are line ends. */
export function withOddCharacters(text: string): SafeHtml {
  const clean = text.replaceAll('\r\n', '\n')
  const pieces: (string | SafeHtml)[] = []
  let from = 0
  for (const { index, 0: characters } of clean.matchAll(odd)) {
    const to = index + characters.length
    if (isWanted(clean.slice(Math.max(0, index - 2), index), characters, clean.slice(to, to + 2))) continue
    pieces.push(clean.slice(from, index), written(characters))
    from = to
  }
  pieces.push(clean.slice(from))
  return html`${pieces}`
}

/** Parts of pictures (a family, a heart, a key) and of words in scripts that join their letters. */
function isWanted(before: string, characters: string, after: string): boolean {
  switch (characters) {
    case '\u{fe0f}':
    case '\u{fe0e}':
      return pictureBefore.test(before) || (/[\d#*]$/.test(before) && after.startsWith('\u{20e3}'))
    case '\u{200d}':
    case '\u{fe0f}\u{200d}':
      return (pictureBefore.test(before) && pictureAfter.test(after)) || isBetweenLetters(before, after)
    case '\u{200c}':
      return isBetweenLetters(before, after)
    default:
      return false
  }
}

function isBetweenLetters(before: string, after: string): boolean {
  return letterBefore.test(before) && letterAfter.test(after)
}

function written(characters: string): SafeHtml {
  const points = Array.from(characters)
  const shown = points.slice(0, MAX_SHOWN).map((point) => `\\u{${(point.codePointAt(0) ?? 0).toString(16)}}`)
  const more = points.length > MAX_SHOWN ? ` and ${points.length - MAX_SHOWN} more` : ''
  return html`<i class="odd" title="not to be seen in the text">${shown.join('')}${more}</i>`
}
