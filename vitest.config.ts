import { defineConfig } from 'vitest/config'

const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/crash/**', 'test/faults/planted.test.ts', 'test/recipes/**', 'test/stack/**'],
          testTimeout: 60_000,
        },
      },
      { test: { name: 'faults', include: ['test/faults/planted.test.ts'], testTimeout: 300_000 } },
      {
        test: {
          name: 'stack',
          include: ['test/stack/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 240_000,
          // Each file has a stack of its own on free ports and mostly waits for scrapes and rules.
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'recipes',
          include: ['test/recipes/**/*.test.ts'],
          testTimeout: 150_000,
          // A page's packages are installed on its first run.
          hookTimeout: 450_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // A browser and a processor each: more beside each other would measure the machine.
          fileParallelism: false,
        },
      },
      { test: { name: 'crash', include: ['test/crash/**/*.test.ts'], testTimeout: 600_000, fileParallelism: false } },
    ],
  },
})

export default config
