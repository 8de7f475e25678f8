/** openapi.json (OpenAPI 3.1), derived from the routes and their zod schemas: it cannot say anything else than the code does. */
import { z } from 'zod'
import { sendJson } from './route.ts'
import type { Route, RouteAnswer } from './route.ts'
import { conversationSchema, healthSchema, problemSchema, runDetailSchema, runPageSchema, runSchema } from './schemas.ts'

const named: ReadonlyMap<z.ZodType, string> = new Map<z.ZodType, string>([
  [runSchema, 'Run'],
  [runDetailSchema, 'RunDetail'],
  [runPageSchema, 'RunPage'],
  [conversationSchema, 'Conversation'],
  [healthSchema, 'Health'],
  [problemSchema, 'Problem'],
])

export interface OpenApiOptions {
  readonly routes: readonly Route[]
  /** Those of the routes that need no token. */
  readonly openRoutes: readonly Route[]
  readonly version: string
  readonly publicUrl: string
}

/** The route that serves the description of all routes, itself included. */
export function openApiRoute(options: OpenApiOptions): Route {
  const route: Route = {
    path: '/openapi.json',
    summary: 'This description.',
    answers: { 200: { description: 'OpenAPI 3.1.', contentType: 'application/json' } },
    handle: (_request, response) => sendJson(response, document),
  }
  const document = describeApi({ ...options, routes: [...options.routes, route] })
  return route
}

function describeApi({ routes, openRoutes, version, publicUrl }: OpenApiOptions): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Agent Flywheel',
      version,
      description: 'Runs and conversations of LLM agents. Times are RFC 3339, money is USD, absent is null.',
    },
    servers: [{ url: publicUrl }],
    security: [{ token: [] }],
    paths: Object.fromEntries(
      [...Map.groupBy(routes, pathOf)].map(([path, ofPath]) => [
        path,
        Object.fromEntries(ofPath.map((route) => [route.method ?? 'get', describeRoute(route, openRoutes.includes(route))])),
      ]),
    ),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'FLYWHEEL_API_TOKEN, when it is set.' } },
      schemas: componentSchemas(),
    },
  }
}

function describeRoute(route: Route, isOpen: boolean): object {
  const problems = [...(route.problems ?? []), ...(isOpen ? [] : [401]), 500]
  return {
    summary: route.summary,
    ...(isOpen && { security: [] }),
    parameters: [
      ...Object.entries(route.pathParameters ?? {}).map(([name, description]) => pathParameter(name, description)),
      ...Object.entries(route.query ?? {}).map(([name, schema]) => ({
        name,
        in: 'query',
        required: false,
        ...queryParameter(schema),
      })),
    ],
    responses: {
      ...Object.fromEntries(Object.entries(route.answers).map(([status, answer]) => [status, describeAnswer(answer)])),
      ...Object.fromEntries(problems.map((status) => [String(status), describeProblem()])),
    },
  }
}

function pathParameter(name: string, description: string): object {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } }
}

function queryParameter(schema: z.ZodType): object {
  const { $schema: _, description, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return { ...(description !== undefined && { description }), schema: rest }
}

function describeAnswer({ description, contentType, schema }: RouteAnswer): object {
  const name = schema === undefined ? undefined : named.get(schema)
  return {
    description,
    content: { [contentType]: name === undefined ? {} : { schema: { $ref: `#/components/schemas/${name}` } } },
  }
}

function describeProblem(): object {
  return {
    description: 'RFC 9457 problem details.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  }
}

function componentSchemas(): object {
  const registry = z.registry<{ id: string }>()
  for (const [schema, id] of named) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}` })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const { $schema: _, $id: __, ...rest } = schema
      return [name, rest]
    }),
  )
}

function pathOf(route: Route): string {
  return route.path.replaceAll(/:(\w+)/g, '{$1}')
}
