/** The words of a text that could tell what it is about. */

const segmenter = new Intl.Segmenter('und', { granularity: 'word' })
const MAX_CHARACTERS = 4_000
const MIN_LETTERS = 3

/** Distinct words in lower case, without those that stand in every text. Numbers count from four digits: an order, an error, a year. */
export function wordsOf(text: string): ReadonlySet<string> {
  const words = new Set<string>()
  for (const { segment, isWordLike } of segmenter.segment(text.slice(0, MAX_CHARACTERS).replaceAll('_', ' ').toLowerCase())) {
    if (isWordLike !== true || common.has(segment)) continue
    if (isNumber(segment) ? segment.length >= 4 : segment.length >= MIN_LETTERS || isDense(segment)) words.add(segment)
  }
  return words
}

export function isNumber(word: string): boolean {
  return /^[\d.,]+$/.test(word)
}

/** Scripts whose words are one or two characters. */
function isDense(word: string): boolean {
  return word.length >= 2 && /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]+$/u.test(word)
}

/** Of English, German, French and Spanish; other languages are told apart by how many texts hold a word. */
const common: ReadonlySet<string> = new Set(
  (
    'the and for are was were but not you your with that this these those have has had from they them their there what when which who whom will would could should can ' +
    'did does doing done just then than too very our out over into about after before again also any all because been being both only own same some such its his her she him ' +
    'get got how why where here more most other off once now one two yes thanks thank please like really much many still even ever every need want said says say tell told ' +
    'und der die das den dem des ein eine einen einem einer ist sind war waren nicht auch mit von für auf aus bei nach wie was wer ich sie wir ihr uns mich mir dich dir sich ' +
    'aber oder wenn dann noch nur schon sehr man hat habe haben wird werden kann können als zum zur über unter dass doch mal bitte danke ' +
    'les des une est sont était pas que qui pour avec dans sur par mais vous nous ils elle elles mon ton son ses leur cette ces aux plus très tout tous bien fait être avoir merci ' +
    'los las una uno unos unas del por para con sin sobre pero más muy como que qué quien está están son fue era eran han hay este esta estos estas eso esa todo toda todos gracias'
  ).split(' '),
)
