/** What went wrong, for people: programs get the same as problem details. */
import { STATUS_CODES } from 'node:http'
import { html } from '@remix-run/html-template'
import type { Request } from 'express'
import { logoutTokenOf, personOf } from '../auth.ts'
import type { FieldError } from '../problem.ts'
import { visible } from './format.ts'
import { page } from './shell.ts'
import type { Site } from './site.ts'

export interface ShownProblem {
  readonly status: number
  readonly detail: string
  readonly errors?: readonly FieldError[] | undefined
}

export function problemPage(site: Site, request: Request, { status, detail, errors = [] }: ShownProblem): string {
  return page(site, {
    title: STATUS_CODES[status] ?? 'Error',
    person: personOf(request),
    csrfToken: logoutTokenOf(request),
    body: html`<h1>${STATUS_CODES[status] ?? 'Error'} <small>${status}</small></h1>
      <p>${visible(detail)}</p>
      ${
        errors.length === 0
          ? ''
          : html`<ul>
              ${errors.map(
                ({ field, expected, received }) =>
                  html`<li>
                    <code>${visible(field)}</code>: expected ${expected}, got
                    ${received === null ? 'nothing' : html`<code>${visible(received)}</code>`}.
                  </li>`,
              )}
            </ul>`
      }
      <p><a href="${site.href('/')}">live page</a> · <a href="${site.href('/runs')}">all runs</a></p>`,
  })
}
