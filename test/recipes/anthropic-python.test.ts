import { testRecipe } from './recipe.ts'

testRecipe('anthropic-python', {
  service: 'shop',
  release: '1.4.0',
  agent: 'support',
  conversationId: 'chat-42',
  userId: 'user-17',
  answers: 'none; cache-read=64; cache-write=10',
})
