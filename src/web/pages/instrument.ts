/** The recipes as pages: one a framework, and the list of them. */
import { html } from '@remix-run/html-template'
import type { Request } from 'express'
import { logoutTokenOf, personOf } from '../auth.ts'
import { Problem } from '../problem.ts'
import { pathParameter, type Route } from '../route.ts'
import { type Recipe, renderRecipe } from './recipes.ts'
import { page, sendPage } from './shell.ts'
import type { Site } from './site.ts'

export function instrumentRoutes(site: Site, recipes: readonly Recipe[]): Route[] {
  const show = (request: Request, recipe: Recipe): string =>
    page(site, {
      title: recipe.title,
      current: 'instrument',
      person: personOf(request),
      csrfToken: logoutTokenOf(request),
      body: html`<article class="prose">${html.raw`${renderRecipe(site, recipe)}`}</article>`,
    })
  const answers = { 200: { description: 'A page.', contentType: 'text/html' } }
  return [
    {
      path: '/instrument',
      summary: 'How to instrument an agent, by framework.',
      answers,
      problems: [404],
      handle: (request, response) => sendPage(response, show(request, find(recipes, 'README'))),
    },
    {
      path: '/instrument/:name',
      summary: 'How to instrument an agent with one framework.',
      pathParameters: { name: 'Name of a recipe, such as openai-js.' },
      answers,
      problems: [404],
      handle: (request, response) => sendPage(response, show(request, find(recipes, pathParameter(request, 'name')))),
    },
  ]
}

function find(recipes: readonly Recipe[], name: string): Recipe {
  const recipe = recipes.find((item) => item.name === name)
  if (recipe === undefined) throw new Problem(404, 'There is no recipe of this name. /instrument lists them.')
  return recipe
}
