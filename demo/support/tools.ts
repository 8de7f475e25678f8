/** What the agent can do. The model sees names, descriptions and schemas; the same zod schema checks what it passes. */
import type OpenAI from 'openai'
import { z } from 'zod'
import type { ArticleIndex } from './articles.ts'
import type { Shop } from './shop.ts'

export interface SupportTool {
  readonly name: string
  readonly description: string
  readonly arguments: z.ZodType<Readonly<Record<string, string>>>
  readonly run: (args: Readonly<Record<string, string>>) => unknown
}

const orderId = z.string().describe('Order number, for instance A-1881')

export function toolsFor(shop: Shop, index: ArticleIndex): readonly SupportTool[] {
  return [
    {
      name: 'lookup_order',
      description: 'Status, total and charges of an order. Use it before any other tool that needs an order.',
      arguments: z.object({ order_id: orderId }),
      run: (args) => shop.order(args['order_id'] ?? ''),
    },
    {
      name: 'track_parcel',
      description: 'Where a parcel is and when it is expected. Needs the parcel number of the order, not the order number.',
      arguments: z.object({ parcel_id: z.string().describe('Parcel number, for instance P-1881') }),
      run: (args) => shop.parcel(args['parcel_id'] ?? ''),
    },
    {
      name: 'refund_order',
      description: 'Refunds an order to the card that paid. Only for orders that the rules of the help center allow.',
      arguments: z.object({ order_id: orderId, reason: z.string().describe('Why, in one sentence') }),
      run: (args) => shop.refund(args['order_id'] ?? '', args['reason'] ?? ''),
    },
    {
      name: 'search_articles',
      description: 'Searches the help center for an article.',
      arguments: z.object({ query: z.string().describe('What to look for, in English') }),
      run: (args) => index.search(args['query'] ?? ''),
    },
    {
      name: 'escalate_to_human',
      description: 'Hands the conversation to a person. For anger, legal threats, and whatever the other tools cannot do.',
      arguments: z.object({ summary: z.string().describe('What the person needs to know') }),
      run: () => ({ ticket: 'T-4711', queue: 'second line' }),
    },
  ]
}

export function definitionOf(tool: SupportTool): OpenAI.Chat.ChatCompletionTool {
  const { $schema: _, ...parameters } = z.toJSONSchema(tool.arguments)
  return { type: 'function', function: { name: tool.name, description: tool.description, parameters } }
}
