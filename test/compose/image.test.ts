import { expect, test } from 'vitest'
import { repositoryFile, service } from './compose-file.ts'

const dockerfile = repositoryFile('Dockerfile')
const { version, devDependencies } = JSON.parse(repositoryFile('package.json')) as {
  version: string
  devDependencies: Readonly<Record<string, string>>
}

test('the image has the Node that the project is developed with', () => {
  expect(/^FROM node:([\d.]+)-/m.exec(dockerfile)?.[1]).toBe(devDependencies['node'])
})

test('the images carry the version of the package', () => {
  expect(dockerfile).toContain(`org.opencontainers.image.version="${version}"`)
  expect([service('processor').image, service('demo').image]).toEqual([
    `agent-flywheel:${version}`,
    `agent-flywheel-demo:${version}`,
  ])
})

test('compose asks for health as the image does', () => {
  const [, inImage = ''] = /^HEALTHCHECK[^\n]*\\\n +CMD (.+)$/m.exec(dockerfile) ?? []
  expect(service('processor').healthcheck?.test).toEqual(['CMD', ...(JSON.parse(inImage) as string[])])
})

test('no image switches its health check off: `docker compose up --wait` takes that for a failure', () => {
  expect(dockerfile).not.toContain('HEALTHCHECK NONE')
})

test('the image runs as the user of compose, and no install script runs in its build', () => {
  expect(/^USER (.+)$/m.exec(dockerfile)?.[1]).toBe(service('processor').user)
  const installs = dockerfile.match(/^RUN npm ci.*$/gm) ?? []
  expect(installs.length).toBeGreaterThan(0)
  expect(installs.filter((line) => !line.includes('--ignore-scripts'))).toEqual([])
})

test('the build sees what the image copies and nothing else', () => {
  const ignored = repositoryFile('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' '))
  expect(ignored).toEqual(['*', ...ignored.slice(1).filter((line) => line.startsWith('!'))])
  expect(
    ignored
      .slice(1)
      .map((line) => line.slice(1))
      .sort(),
  ).toEqual([...new Set(copied)].sort())
})
