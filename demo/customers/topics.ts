/** What customers ask, in several languages, and what a model that works well does about it: its tools and its answer. */
import type { Random } from '../random.ts'

const topicNames = ['parcel', 'refund', 'order', 'how', 'complaint', 'unheard'] as const
export type TopicName = (typeof topicNames)[number]

export const languages = ['en', 'de', 'es', 'fr'] as const
export type Language = (typeof languages)[number]

export interface Turn {
  readonly topic: TopicName
  readonly language: Language
  readonly said: string
  readonly intent: 'delivery' | 'refund' | 'order' | 'question' | 'complaint' | 'other'
  readonly tools: readonly { readonly name: string; readonly arguments: Readonly<Record<string, string>> }[]
  readonly answer: string
  /** What it says of the answer before, as the processor names it; null: nothing. */
  readonly implies: 'thanked' | 'contradicted' | 'repeated' | 'asked_for_human' | null
}

interface Topic {
  readonly intent: Turn['intent']
  /** Share of the traffic, relative to the others. */
  readonly weight: number
  readonly tools: (order: string, parcel: string) => Turn['tools']
  readonly words: Readonly<Record<Language, readonly { readonly said: string; readonly answer: string }[]>>
}

const lookup = (order: string): Turn['tools'][number] => ({ name: 'lookup_order', arguments: { order_id: order } })

const topics: Readonly<Record<TopicName, Topic>> = {
  parcel: {
    intent: 'delivery',
    weight: 8,
    tools: (order, parcel) => [lookup(order), { name: 'track_parcel', arguments: { parcel_id: parcel } }],
    words: {
      en: [
        {
          said: 'Where is my parcel? The order is {order}.',
          answer: 'Your parcel {parcel} is in the sorting centre and should arrive tomorrow.',
        },
        {
          said: 'My delivery of {order} is late, when does it come?',
          answer: 'I am sorry for the wait. Parcel {parcel} is expected tomorrow.',
        },
      ],
      de: [
        {
          said: 'Wo ist mein Paket? Bestellung {order}.',
          answer: 'Ihr Paket {parcel} ist im Sortierzentrum und kommt voraussichtlich morgen.',
        },
      ],
      es: [
        {
          said: '¿Dónde está mi paquete? Pedido {order}.',
          answer: 'Su paquete {parcel} está en el centro de clasificación y debería llegar mañana.',
        },
      ],
      fr: [
        {
          said: 'Où est mon colis ? Commande {order}.',
          answer: 'Votre colis {parcel} est au centre de tri et devrait arriver demain.',
        },
      ],
    },
  },
  refund: {
    intent: 'refund',
    weight: 5,
    tools: (order) => [lookup(order), { name: 'refund_order', arguments: { order_id: order, reason: 'charged twice' } }],
    words: {
      en: [
        {
          said: 'I was charged twice for order {order}. I want my money back.',
          answer: 'You were charged twice for {order}. I have refunded one charge to your card; it takes up to 5 days.',
        },
        {
          said: 'Can I return {order} and get a refund?',
          answer: 'Yes, {order} can be returned within 30 days. I have started the refund.',
        },
      ],
      de: [
        {
          said: 'Ich wurde für {order} doppelt belastet und möchte mein Geld zurück.',
          answer: 'Die doppelte Abbuchung für {order} habe ich erstattet. Das dauert bis zu 5 Tage.',
        },
      ],
      es: [
        {
          said: 'Me cobraron dos veces el pedido {order}. Quiero un reembolso.',
          answer: 'He reembolsado uno de los dos cargos del pedido {order}. Tarda hasta 5 días.',
        },
      ],
      fr: [
        {
          said: "J'ai été débité deux fois pour {order}, je veux un remboursement.",
          answer: "J'ai remboursé l'un des deux débits de {order}. Cela prend jusqu'à 5 jours.",
        },
      ],
    },
  },
  order: {
    intent: 'order',
    weight: 4,
    tools: (order) => [lookup(order)],
    words: {
      en: [
        {
          said: 'Can I still change the address of order {order}?',
          answer: 'Order {order} is not shipped yet, so the address can still be changed. Which one should it be?',
        },
      ],
      de: [
        {
          said: 'Kann ich die Adresse von {order} noch ändern?',
          answer: 'Ja, {order} ist noch nicht verschickt. Welche Adresse soll es sein?',
        },
      ],
      es: [
        {
          said: '¿Puedo cambiar la dirección del pedido {order}?',
          answer: 'Sí, el pedido {order} aún no ha salido. ¿Cuál es la nueva dirección?',
        },
      ],
      fr: [
        {
          said: "Puis-je encore changer l'adresse de {order} ?",
          answer: "Oui, {order} n'est pas encore partie. Quelle adresse souhaitez-vous ?",
        },
      ],
    },
  },
  how: {
    intent: 'question',
    weight: 5,
    tools: () => [],
    words: {
      en: [
        {
          said: 'How do I add a tax number to the invoice of my company?',
          answer: 'In your account under orders, within 14 days after the purchase.',
        },
        {
          said: 'How long is the warranty of a device that is broken?',
          answer: 'Two years. Please send a photo of the damage and the order number.',
        },
      ],
      de: [
        {
          said: 'Wie lange ist die Warranty, wenn das Device broken ist?',
          answer: 'Zwei Jahre. Bitte schicken Sie ein Foto und die Bestellnummer.',
        },
      ],
      es: [{ said: '¿Cuánto tarda la delivery de un parcel?', answer: 'De dos a cuatro días.' }],
      fr: [
        {
          said: 'Comment fermer mon account et la newsletter ?',
          answer: 'Dans votre compte ; la newsletter se termine avec le lien en bas de page.',
        },
      ],
    },
  },
  complaint: {
    intent: 'complaint',
    weight: 1,
    tools: () => [{ name: 'escalate_to_human', arguments: { summary: 'An angry customer wants to talk to a person.' } }],
    words: {
      en: [
        {
          said: 'This is the third time that nothing works. I want to talk to a person.',
          answer: 'I am sorry. I have handed this over to a colleague, ticket T-4711.',
        },
      ],
      de: [
        {
          said: 'Das ist das dritte Mal. Ich möchte mit einem Menschen sprechen.',
          answer: 'Das tut mir leid. Eine Kollegin meldet sich, Vorgang T-4711.',
        },
      ],
      es: [
        {
          said: 'Es la tercera vez. Quiero hablar con una persona.',
          answer: 'Lo siento. Un compañero le atenderá, número T-4711.',
        },
      ],
      fr: [
        {
          said: "C'est la troisième fois. Je veux parler à quelqu'un.",
          answer: 'Je suis désolé. Un collègue va vous répondre, dossier T-4711.',
        },
      ],
    },
  },
  unheard: {
    intent: 'question',
    weight: 0,
    tools: () => [],
    words: {
      en: [{ said: 'Xylophone kazoo bonsai?', answer: 'I did not find anything about that. What would you like to know?' }],
      de: [{ said: 'Xylophon Kazoo Bonsai?', answer: 'Dazu habe ich nichts gefunden. Worum geht es?' }],
      es: [{ said: '¿Xilófono kazoo bonsái?', answer: 'No he encontrado nada sobre eso. ¿De qué se trata?' }],
      fr: [{ said: 'Xylophone kazoo bonsaï ?', answer: "Je n'ai rien trouvé à ce sujet. De quoi s'agit-il ?" }],
    },
  },
}

/** A topic of the everyday mix. */
export function everydayTopic(random: Random): TopicName {
  return random.weighted(topicNames, (name) => topics[name].weight)
}

export function turnOf(name: TopicName, language: Language, random: Random, isCarrierDown: boolean): Turn {
  const topic = topics[name]
  const digits = random.whole(1_000, 1_999) + (isCarrierDown ? 8_000 : 0)
  const [order, parcel] = [`A-${digits}`, `P-${digits}`]
  const words = random.pick(topic.words[language])
  const fill = (text: string): string => text.replaceAll('{order}', order).replaceAll('{parcel}', parcel)
  return {
    topic: name,
    language,
    said: fill(words.said),
    intent: topic.intent,
    tools: topic.tools(order, parcel),
    answer: fill(words.answer),
    implies: name === 'complaint' ? 'asked_for_human' : null,
  }
}
