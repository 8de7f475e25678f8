/** The shop that the agent works for, in memory and invented: what an order number says is always the same, so that a demo can be repeated. */

export interface Order {
  readonly id: string
  readonly status: 'paid' | 'shipped' | 'delivered'
  readonly totalUsd: number
  readonly charges: number
  readonly parcel: string
}

class CarrierError extends Error {
  override readonly name = 'CarrierError'
}

/** Parcels whose number starts with 9 travel with a carrier whose service is often down. */
const UNRELIABLE = /^P-9/

export class Shop {
  readonly #refunded = new Set<string>()

  order(id: string): Order {
    const digits = Number(id.replaceAll(/\D/g, '')) || 0
    const status = (['paid', 'shipped', 'delivered'] as const)[digits % 3] ?? 'paid'
    return { id, status, totalUsd: 19 + ((digits * 37) % 180), charges: digits % 4 === 1 ? 2 : 1, parcel: `P-${digits}` }
  }

  parcel(id: string): { parcel: string; place: string; expected: string } {
    if (UNRELIABLE.test(id)) throw new CarrierError('the carrier answered 503: tracking is not available')
    return { parcel: id, place: 'sorting centre', expected: 'tomorrow' }
  }

  refund(id: string, reason: string): { order: string; refundedUsd: number; reason: string } {
    const order = this.order(id)
    const isAgain = this.#refunded.has(id)
    this.#refunded.add(id)
    return { order: id, refundedUsd: isAgain ? 0 : order.totalUsd, reason }
  }
}

export interface Article {
  readonly title: string
  readonly text: string
}

export const articles: readonly Article[] = [
  {
    title: 'Returns and refunds',
    text: 'An order can be returned within 30 days. The refund goes to the card that paid within 5 days. A double charge is refunded at once.',
  },
  {
    title: 'Delivery times',
    text: 'A parcel takes two to four days. Tracking shows the place of the parcel; a parcel that does not move for three days is searched for.',
  },
  {
    title: 'Changing an order',
    text: 'The address of an order can be changed until it is shipped. After that the parcel can be redirected to a pick-up point.',
  },
  {
    title: 'Warranty',
    text: 'A broken device is repaired or replaced within two years. Send a photo of the damage and the order number.',
  },
  {
    title: 'Invoices',
    text: 'The invoice is in the account under orders. A company can add its tax number to the invoice within 14 days.',
  },
  {
    title: 'Newsletter and account',
    text: 'The account can be closed at any time. The newsletter ends with the link at its foot. The password is reset by mail.',
  },
]
