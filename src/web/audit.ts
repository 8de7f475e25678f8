/** The audit log as programs read it: who deleted, approved or exported what. Whoever may read transcripts may read it; it names nobody who was deleted. */
import { randomUUID } from 'node:crypto'
import type { Request } from 'express'
import { z } from 'zod'
import { auditActions, type AuditAction, type AuditPage, OPEN_INSTANCE } from '../model/audit.ts'
import { API_TOKEN_NAME } from '../model/person.ts'
import type { AuditStore } from '../records/audit.ts'
import { isBearer, personOf } from './auth.ts'
import { withKnownCursor } from './feedback-list.ts'
import { invalidQuery } from './problem.ts'
import { type Route, sendJson } from './route.ts'

interface AuditEventJson {
  readonly id: string
  readonly at: string
  readonly who: string
  readonly action: AuditAction
  readonly object: string
  readonly counts: Readonly<Record<string, number>>
}

export interface AuditPageJson {
  readonly events: readonly AuditEventJson[]
  readonly next: string | null
}

const event = z.strictObject({
  id: z.string(),
  at: z.iso.datetime().describe('RFC 3339, UTC'),
  who: z.string().describe(`A person's name, \`${API_TOKEN_NAME}\`, or \`${OPEN_INSTANCE}\` where nobody has to log in.`),
  action: z.enum(auditActions),
  object: z.string().describe('What it was done to. A deleted user or conversation is a salted hash.'),
  counts: z.record(z.string(), z.number()).describe('How much of what.'),
})

export const auditPageSchema: z.ZodType<AuditPageJson> = z.strictObject({
  events: z.array(event),
  next: z.string().nullable().describe('Pass it as `cursor` for the next page; null = this was the last.'),
})

const limitExpected = 'a whole number from 1 to 200'
const cursorExpected = '`next` of the page before'

const auditQuery = z.strictObject({
  limit: z
    .string({ error: limitExpected })
    .regex(/^([1-9]\d?|1\d\d|200)$/, { error: limitExpected })
    .default('50')
    .describe('Events on a page, 1 to 200.'),
  cursor: z.string({ error: cursorExpected }).min(1, { error: cursorExpected }).optional().describe('`next` of the page before.'),
})

export interface AuditOptions {
  readonly listAudit: (page: { readonly limit: number; readonly cursor?: string | undefined }) => Promise<AuditPage>
}

export function auditRoutes({ listAudit }: AuditOptions): Route[] {
  return [
    {
      path: '/api/audit',
      summary: 'Deletions, approvals, exports and the like with the name of who did it, newest first.',
      query: auditQuery.shape,
      answers: { 200: { description: 'A page of the audit log.', contentType: 'application/json', schema: auditPageSchema } },
      problems: [422],
      handle: async (request, response) => {
        const parsed = auditQuery.safeParse(request.query)
        if (!parsed.success) throw invalidQuery(parsed.error, request.query, new Set())
        const { limit, cursor } = parsed.data
        sendJson(response, pageJson(await withKnownCursor(cursor, () => listAudit({ limit: Number(limit), cursor }))))
      },
    },
  ]
}

/** Whom the audit log names for what a request does. */
export function auditNameOf(request: Request): string {
  return personOf(request)?.name ?? (isBearer(request) ? API_TOKEN_NAME : OPEN_INSTANCE)
}

/** Writes down who did what to what. */
export type Auditor = (
  request: Request,
  action: AuditAction,
  object: string,
  counts?: Readonly<Record<string, number>>,
) => Promise<void>

export function createAuditor(audit: Pick<AuditStore, 'append'>, nowMs: () => number): Auditor {
  return (request, action, object, counts = {}) =>
    audit.append({ id: randomUUID(), atMs: nowMs(), who: auditNameOf(request), action, object, counts })
}

function pageJson({ events, next }: AuditPage): AuditPageJson {
  return { events: events.map(({ atMs, ...rest }) => ({ ...rest, at: new Date(atMs).toISOString() })), next }
}
