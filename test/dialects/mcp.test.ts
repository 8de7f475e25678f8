/** Client and server spans of the Model Context Protocol, as FastMCP 4 and the SDK for Python send them: plain conventions. */
import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import type { Step } from '../../src/model/step.ts'
import { type AttributeValues, failed, span } from '../helpers/steps.ts'

test.each<[name: string, attributes: AttributeValues, kind: Step['kind'], tool: string | undefined]>([
  ['tools/call charge_card', { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'charge_card' }, 'tool', 'charge_card'],
  ['tools/call charge_card', { 'mcp.method.name': 'tools/call' }, 'tool', 'charge_card'],
  // The SDK's own span inside the client's: one run of one tool, found by the equal name.
  ['MCP send tools/call charge_card', { 'mcp.method.name': 'tools/call', 'jsonrpc.request.id': '3' }, 'tool', 'charge_card'],
  ['tools/list', { 'mcp.method.name': 'tools/list' }, 'other', undefined],
  ['resources/read', { 'mcp.method.name': 'resources/read', 'mcp.resource.uri': 'data://x' }, 'other', undefined],
  ['server/discover', { 'mcp.method.name': 'server/discover' }, 'other', undefined],
])('%s %j', (name, attributes, kind, tool) => {
  const step = readStep(span({ name, kind: 3, attributes }))
  expect([step.kind, step.tool?.name]).toEqual([kind, tool])
})

test('a tool that answers with an error failed', () => {
  const attributes = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'charge_card', 'error.type': 'tool_error' }
  const step = readStep(span({ attributes, statusCode: 2, statusMessage: 'card service unavailable' }))
  expect(step.error).toEqual(failed('card service unavailable', 'tool_error'))
})
