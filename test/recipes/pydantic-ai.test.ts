import { testRecipe } from './recipe.ts'

testRecipe('pydantic-ai', {
  service: 'shop',
  release: '1.4.0',
  agent: 'support',
  conversationId: 'chat-42',
  userId: 'user-17',
})
