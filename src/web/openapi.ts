/** openapi.json (OpenAPI 3.1), derived from the routes and their zod schemas: it cannot say anything else than the code does. */
import { z } from 'zod'
import { sendJson } from './route.ts'
import type { Route, RouteAnswer } from './route.ts'
import { auditPageSchema } from './audit.ts'
import { deletionSchema } from './deletions.ts'
import { notePageSchema, noteSchema } from './note-json.ts'
import {
  conversationSchema,
  feedbackPageSchema,
  healthSchema,
  problemSchema,
  runDetailSchema,
  runPageSchema,
  runSchema,
} from './schemas.ts'

const named: ReadonlyMap<z.ZodType, string> = new Map<z.ZodType, string>([
  [runSchema, 'Run'],
  [runDetailSchema, 'RunDetail'],
  [runPageSchema, 'RunPage'],
  [conversationSchema, 'Conversation'],
  [feedbackPageSchema, 'FeedbackPage'],
  [noteSchema, 'Note'],
  [notePageSchema, 'NotePage'],
  [deletionSchema, 'Deletion'],
  [auditPageSchema, 'AuditPage'],
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
        Object.fromEntries(
          [...Map.groupBy(ofPath, (route) => route.method ?? 'get')].map(([method, ofMethod]) => [
            method,
            describeMethod(ofMethod, openRoutes),
          ]),
        ),
      ]),
    ),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'FLYWHEEL_API_TOKEN, when it is set.' } },
      schemas: componentSchemas(),
    },
  }
}

/** A method of a path; it has two routes where it takes both a form and JSON. */
function describeMethod(routes: readonly Route[], openRoutes: readonly Route[]): object {
  const isOpen = routes.every((route) => openRoutes.includes(route))
  const parts = (of: (route: Route) => Readonly<Record<string, object>>): object => Object.assign({}, ...routes.map(of))
  const content = parts(describeBody)
  return {
    summary: routes.map(({ summary }) => summary).join(' '),
    ...(isOpen && { security: [] }),
    parameters: Object.values(parts(describeParameters)),
    ...(Object.keys(content).length > 0 && { requestBody: { required: true, content } }),
    responses: parts((route) => ({
      ...Object.fromEntries(problemsOf(route, isOpen).map((status) => [String(status), describeProblem()])),
      ...Object.fromEntries(Object.entries(route.answers).map(([status, answer]) => [status, describeAnswer(answer)])),
    })),
  }
}

function problemsOf(route: Route, isOpen: boolean): number[] {
  const body = 'takes' in route && route.takes === 'json' && route.body !== undefined ? [400, 413, 415, 422] : []
  return [...new Set([...(route.problems ?? []), ...body, ...(isOpen ? [] : [401]), 500])]
}

function describeBody(route: Route): Readonly<Record<string, object>> {
  if ('takes' in route && route.takes === 'bytes') return Object.fromEntries(route.types.map((type) => [type, {}]))
  if (!('body' in route) || route.body === undefined) return {}
  const type = route.takes === 'json' ? 'application/json' : 'application/x-www-form-urlencoded'
  return { [type]: { schema: reference(route.body) ?? inline(route.body, 'input') } }
}

function describeParameters(route: Route): Readonly<Record<string, object>> {
  const ofPath = Object.entries(route.pathParameters ?? {}).map(([name, description]) => [
    `path ${name}`,
    pathParameter(name, description),
  ])
  const ofQuery = Object.entries(route.query ?? {}).map(([name, schema]) => [
    `query ${name}`,
    { name, in: 'query', required: false, ...queryParameter(schema) },
  ])
  return Object.fromEntries([...ofPath, ...ofQuery])
}

function pathParameter(name: string, description: string): object {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } }
}

function queryParameter(schema: z.ZodType): object {
  const { description, ...rest } = inline(schema, 'input')
  return { ...(description !== undefined && { description }), schema: rest }
}

function describeAnswer({ description, contentType, schema }: RouteAnswer): object {
  const shape = schema === undefined ? {} : { schema: reference(schema) ?? inline(schema, 'output') }
  return { description, content: { [contentType]: shape } }
}

/** Null = the schema has no name. */
function reference(schema: z.ZodType): object | null {
  const name = named.get(schema)
  return name === undefined ? null : { $ref: `#/components/schemas/${name}` }
}

function inline(schema: z.ZodType, io: 'input' | 'output'): Readonly<Record<string, unknown>> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io })
  return rest
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
