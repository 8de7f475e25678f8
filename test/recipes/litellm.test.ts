import { testRecipe } from './recipe.ts'

testRecipe('litellm', {
  service: 'shop',
  release: '1.4.0',
  agent: 'support',
  conversationId: 'chat-42',
  userId: 'user-17',
  // Of an answer in words only the words are sent.
  modelAsAsked: ({ toolCalls }) => toolCalls.length === 0,
})
