import { testRecipe } from './recipe.ts'

testRecipe('langchain-js', {
  service: 'shop',
  release: '1.4.0',
  agent: 'support',
  conversationId: 'chat-42',
  userId: 'user-17',
  notSent: { responseModel: 'the LangChain callbacks carry only the model that was asked for' },
})
