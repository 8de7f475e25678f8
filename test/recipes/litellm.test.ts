import { testRecipe } from './recipe.ts'

testRecipe('litellm', {
  service: 'shop',
  release: '1.4.0',
  agent: 'support',
  conversationId: 'chat-42',
  userId: 'user-17',
  notSent: { responseModel: 'the instrumentation names the model as the code asks for it' },
})
