/** The languages whose phrases are known. A new one is a file in `languages` and a line here. */
import type { Language } from './language.ts'
import { arabic } from './languages/arabic.ts'
import { chinese } from './languages/chinese.ts'
import { dutch } from './languages/dutch.ts'
import { english } from './languages/english.ts'
import { french } from './languages/french.ts'
import { german } from './languages/german.ts'
import { hindi } from './languages/hindi.ts'
import { italian } from './languages/italian.ts'
import { japanese } from './languages/japanese.ts'
import { korean } from './languages/korean.ts'
import { polish } from './languages/polish.ts'
import { portuguese } from './languages/portuguese.ts'
import { russian } from './languages/russian.ts'
import { spanish } from './languages/spanish.ts'
import { turkish } from './languages/turkish.ts'

/** The first wins where a text could be of several. */
export const languages: readonly Language[] = [
  english,
  german,
  french,
  spanish,
  portuguese,
  italian,
  dutch,
  polish,
  turkish,
  russian,
  japanese,
  chinese,
  korean,
  hindi,
  arabic,
]
