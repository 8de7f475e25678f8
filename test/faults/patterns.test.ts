/** The list of faults moves along with the code: found in seconds, not by the long run that plants them. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { faults } from './faults.ts'

test.each(faults)('$mechanism: the code to break is there, once, and so are its tests', ({ file, code, tests }) => {
  expect({
    places: readFileSync(file, 'utf8').split(code).length - 1,
    missing: tests.filter((path) => !existsSync(path)),
  }).toEqual({
    places: 1,
    missing: [],
  })
})
