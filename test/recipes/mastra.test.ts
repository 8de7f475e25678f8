import { testRecipe } from './recipe.ts'

testRecipe('mastra', {
  service: 'shop',
  release: '1.4.0',
  agent: 'support',
  conversationId: 'chat-42',
  userId: 'user-17',
  // The span of the refused call says only that it failed; why, its agent's span says.
  limitedAs: ['rate_limit', 'step_error'],
})
