import { packedRepository } from './packed.ts'
import { testRecipe } from './recipe.ts'

testRecipe('openai-js-sdk', {
  service: 'shop',
  release: '1.4.0',
  agent: 'support',
  conversationId: 'chat-42',
  userId: 'user-17',
  notSent: {
    cacheRead: 'the instrumentation of the client sends input and output tokens only',
    reasoning: 'the instrumentation of the client sends input and output tokens only',
  },
  substitutes: packedRepository,
})
