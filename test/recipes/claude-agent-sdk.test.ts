import { testRecipe } from './recipe.ts'

testRecipe('claude-agent-sdk', {
  service: 'shop',
  release: '1.4.0',
  agent: 'support',
  conversationId: 'chat-42',
  userId: 'user-17',
  answers: 'none; cache-read=64; cache-write=10',
  toolPrefix: 'mcp__orders__',
  notSent: { reasoning: 'Claude Code sends output tokens as a whole' },
})
