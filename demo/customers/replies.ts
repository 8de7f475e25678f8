/**
 * What customers answer to an answer, as they do everywhere: thanks, a no, the same once more, the wish for a person. Who reads conversations rightly learns
 * from it what they think, although nobody pressed a thumb.
 */
import type { Random } from '../random.ts'
import type { Expected, StoryName } from './stories.ts'
import type { Language, Turn } from './topics.ts'

/** The turn before, and how its run went. */
export interface Before {
  readonly story: StoryName
  readonly turn: Turn
  readonly outcome: Expected['outcome']
}

type Reply = 'thanks' | 'no' | 'again' | 'human'

/** Of a hundred customers who go on with their conversation. */
function sharesAfter({ story, turn, outcome }: Before): Readonly<Partial<Record<Reply, number>>> {
  if (outcome === 'failed') return turn.implies === null ? { again: 40, human: 15 } : { human: 30 }
  if (story === 'wrong_order') return { no: 70 }
  if (story === 'carrier_down') return { human: 40 }
  return story === 'fine' && turn.implies === null ? { thanks: 12 } : {}
}

/** Null: they come with something else. */
export function replyTo(before: Before, random: Random): Turn | null {
  const shares = Object.entries(sharesAfter(before)).flatMap(([name, share]) => (isReply(name) ? [[name, share] as const] : []))
  const luck = random.next() * 100
  let sum = 0
  for (const [name, share] of shares) if (luck < (sum += share)) return turnFor(name, before.turn)
  return null
}

function turnFor(reply: Reply, before: Turn): Turn {
  switch (reply) {
    case 'again':
      return { ...before, implies: 'repeated' }
    case 'no': {
      const order = before.tools[0]?.arguments['order_id'] ?? ''
      return { ...before, said: words.no[before.language].said.replace('{order}', order), implies: 'contradicted' }
    }
    case 'thanks':
      return { ...before, ...words.thanks[before.language], intent: 'other', tools: [], implies: 'thanked' }
    case 'human': {
      const tools = [{ name: 'escalate_to_human', arguments: { summary: `A customer wants a person: "${before.said}"` } }]
      return { ...before, ...words.human[before.language], intent: 'complaint', tools, implies: 'asked_for_human' }
    }
    default:
      return reply satisfies never
  }
}

function isReply(name: string): name is Reply {
  return name === 'again' || Object.hasOwn(words, name)
}

type Words<Part extends string> = Readonly<Record<Language, Readonly<Record<Part, string>>>>

const words: { readonly thanks: Words<'said' | 'answer'>; readonly no: Words<'said'>; readonly human: Words<'said' | 'answer'> } =
  {
    thanks: {
      en: { said: 'Thanks, that helped.', answer: 'You are welcome.' },
      de: { said: 'Danke, das hat geholfen.', answer: 'Gern geschehen.' },
      es: { said: 'Muchas gracias, muy amable.', answer: 'De nada.' },
      fr: { said: "Merci beaucoup, c'est réglé.", answer: 'Je vous en prie.' },
    },
    no: {
      en: { said: "No, that's not what I asked. My order is {order}." },
      de: { said: 'Nein, das ist nicht meine Bestellung. Es geht um {order}.' },
      es: { said: 'No, eso no es lo que pregunté. Mi pedido es {order}.' },
      fr: { said: "Non, ce n'est pas ce que j'ai demandé. Ma commande est {order}." },
    },
    human: {
      en: { said: 'Can I talk to a human, please?', answer: 'Of course. A colleague takes over, ticket T-4711.' },
      de: { said: 'Kann ich bitte mit einem Menschen sprechen?', answer: 'Natürlich. Eine Kollegin übernimmt, Vorgang T-4711.' },
      es: { said: '¿Puedo hablar con una persona?', answer: 'Claro. Le atenderá un compañero, número T-4711.' },
      fr: { said: "Puis-je parler à quelqu'un ?", answer: 'Bien sûr. Un collègue prend le relais, dossier T-4711.' },
    },
  }
