/** One conversation with its runs and totals. */
import type { Store } from '../records/store.ts'
import { Problem } from './problem.ts'
import { pathParameter, sendJson } from './route.ts'
import type { Route } from './route.ts'
import { conversationJson } from './run-json.ts'
import { conversationSchema } from './schemas.ts'

const MAX_RUNS = 200

export function conversationRoutes(store: Store): Route[] {
  return [
    {
      path: '/api/conversations/:id',
      summary: 'One conversation: its runs in order, and totals.',
      pathParameters: { id: 'Conversation id, percent-encoded.' },
      answers: { 200: { description: 'The conversation.', contentType: 'application/json', schema: conversationSchema } },
      problems: [400, 404],
      handle: async (request, response) => {
        const id = pathParameter(request, 'id')
        const conversation = await store.findConversation(id)
        if (conversation === null) throw new Problem(404, 'No conversation with this id: unknown, or past its retention.')
        const page = await store.listRuns({ conversationId: id, limit: MAX_RUNS })
        sendJson(response, conversationJson(conversation, page, await store.feedbackOfConversation(id)))
      },
    },
  ]
}
