/**
 * What customers say of an answer with the thumbs below it, and what they write there: few say anything, the annoyed more often than the content, and
 * some think again. It fits what happened to them.
 */
import type { Random } from '../random.ts'
import type { Expected, StoryName } from './stories.ts'
import type { Language, Turn } from './topics.ts'

export interface Opinion {
  /** After the answer, in the scenario's time. */
  readonly afterMs: number
  readonly first: Said
  /** What becomes of it; null: it stands. */
  readonly later: { readonly afterMs: number; readonly said: Said | 'withdrawn' } | null
}

export interface Said {
  readonly rating: 'positive' | 'neutral' | 'negative'
  readonly comment: string | null
  /** What the answer should have been. */
  readonly correction: string | null
}

/** What annoyed them; null: nothing. */
type Annoyance = 'no_answer' | 'mistaken' | 'cannot_tell' | 'cut_off' | 'will_not' | 'not_understood' | null

const annoyances: Readonly<Partial<Record<StoryName, Annoyance>>> = {
  wrong_order: 'mistaken',
  carrier_down: 'cannot_tell',
  cut: 'cut_off',
  filtered: 'cut_off',
  refused: 'will_not',
  silent: 'will_not',
  nothing_found: 'not_understood',
}

/** Shares of those who were annoyed, and of all others, who say so. */
const ANNOYED_SAY = 0.3
const OTHERS_SAY = 0.05
const THINK_AGAIN = 0.12
const TAKE_BACK = 0.06

/** Null: they say nothing. */
export function opinionOf(story: StoryName, { outcome }: Expected, turn: Turn, random: Random): Opinion | null {
  const annoyance = outcome === 'failed' ? 'no_answer' : (annoyances[story] ?? null)
  const says = random.chance(annoyance === null ? OTHERS_SAY : ANNOYED_SAY)
  // Who closed the page sees no thumbs.
  if (!says || story === 'customer_left') return null
  const rating = random.weighted(annoyance === null ? contentSay : annoyedSay, ([, weight]) => weight)[0]
  const first = said(rating, annoyance, turn, random)
  const luck = random.next()
  const changes = luck < THINK_AGAIN + TAKE_BACK
  const other = rating === 'negative' ? 'neutral' : 'negative'
  const then = luck < THINK_AGAIN ? said(other, annoyance, turn, random) : 'withdrawn'
  return {
    afterMs: random.between(2_000, 12_000),
    first,
    later: changes ? { afterMs: random.between(2_000, 10_000), said: then } : null,
  }
}

type Shares = readonly (readonly [rating: Said['rating'], weight: number])[]
const contentSay: Shares = [
  ['positive', 84],
  ['neutral', 8],
  ['negative', 8],
]
const annoyedSay: Shares = [
  ['negative', 88],
  ['neutral', 12],
]

/** Half of them write something. */
function said(rating: Said['rating'], annoyance: Annoyance, { language, tools }: Turn, random: Random): Said {
  const writes = random.chance(0.5)
  const mood = rating === 'negative' ? (annoyance ?? 'slow') : annoyance === null ? moods[rating] : null
  const order = tools[0]?.arguments['order_id'] ?? ''
  const corrects = rating === 'negative' && annoyance === 'mistaken' && order !== ''
  return {
    rating,
    comment: writes && mood !== null ? random.pick(comments[mood][language]) : null,
    correction: corrects ? corrections[language].replace('{order}', order) : null,
  }
}

/** Of those who were not annoyed. */
const moods = { positive: 'content', neutral: 'so_so' } as const

const corrections: Readonly<Record<Language, string>> = {
  en: 'The state of my order {order}, not of another one.',
  de: 'Der Stand meiner Bestellung {order}, nicht der einer anderen.',
  es: 'El estado de mi pedido {order}, no de otro.',
  fr: "L'état de ma commande {order}, pas d'une autre.",
}

type Mood = NonNullable<Annoyance> | 'content' | 'slow' | 'so_so'

const comments: Readonly<Record<Mood, Readonly<Record<Language, readonly string[]>>>> = {
  content: {
    en: ['Quick and right.', 'Just what I needed.'],
    de: ['Schnell und richtig.', 'Genau was ich brauchte.'],
    es: ['Rápido y correcto.'],
    fr: ['Rapide et juste.'],
  },
  so_so: {
    en: ['It works, but I had to read it twice.'],
    de: ['Geht so.'],
    es: ['Regular.'],
    fr: ['Moyen.'],
  },
  slow: {
    en: ['Too slow, I could have looked it up myself.', 'I would rather write to a person.'],
    de: ['Zu langsam.'],
    es: ['Demasiado lento.'],
    fr: ['Trop lent.'],
  },
  no_answer: {
    en: ['It only said that something went wrong.', 'I waited and got nothing.'],
    de: ['Es kam nur eine Fehlermeldung.', 'Gewartet, und dann nichts.'],
    es: ['Solo apareció un error.'],
    fr: ["Il n'y a eu qu'un message d'erreur."],
  },
  mistaken: {
    en: ['That is not my order.', 'It talks about an order that is not mine.'],
    de: ['Das ist nicht meine Bestellung.'],
    es: ['Ese no es mi pedido.'],
    fr: ["Ce n'est pas ma commande."],
  },
  cannot_tell: {
    en: ['It cannot even tell me where my parcel is.'],
    de: ['Wo mein Paket ist, weiß ich immer noch nicht.'],
    es: ['Sigo sin saber dónde está mi paquete.'],
    fr: ['Je ne sais toujours pas où est mon colis.'],
  },
  cut_off: {
    en: ['The answer stops in the middle of a sentence.'],
    de: ['Die Antwort bricht mitten im Satz ab.'],
    es: ['La respuesta se corta a mitad de frase.'],
    fr: ["La réponse s'arrête au milieu d'une phrase."],
  },
  will_not: {
    en: ['It would not answer a simple question.'],
    de: ['Eine einfache Frage, und keine Antwort.'],
    es: ['No quiso responder a una pregunta sencilla.'],
    fr: ["Il n'a pas voulu répondre à une question simple."],
  },
  not_understood: {
    en: ['It did not understand me.'],
    de: ['Es hat mich nicht verstanden.'],
    es: ['No me entendió.'],
    fr: ["Il ne m'a pas compris."],
  },
}
