import { testRecipe } from './recipe.ts'

testRecipe('strands-js', {
  service: 'shop',
  release: '1.4.0',
  agent: 'support',
  conversationId: 'chat-42',
  userId: 'user-17',
  notSent: {
    reasoning: 'Strands sends no reasoning tokens',
    responseModel: 'Strands sends only the model that was asked for',
    provider: 'Strands puts the service name where the provider belongs',
  },
})
