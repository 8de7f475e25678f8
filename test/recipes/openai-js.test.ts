import { testRecipe } from './recipe.ts'

testRecipe('openai-js', {
  service: 'shop',
  release: '1.4.0',
  agent: 'support',
  conversationId: 'chat-42',
  userId: 'user-17',
  notSent: {
    cacheRead: 'the instrumentation sends input and output tokens only',
    reasoning: 'the instrumentation sends input and output tokens only',
  },
})
