import { testRecipe } from './recipe.ts'

testRecipe('strands-python', {
  service: 'shop',
  release: '1.4.0',
  agent: 'support',
  conversationId: 'chat-42',
  userId: 'user-17',
  notSent: {
    responseModel: 'Strands names the model as the code asks for it',
    reasoning: 'Strands sends input, output and cached tokens only',
  },
})
