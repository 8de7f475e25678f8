import { testRecipe } from './recipe.ts'

testRecipe('mastra', {
  service: 'shop',
  release: '1.4.0',
  agent: 'support',
  conversationId: 'chat-42',
  userId: 'user-17',
})
