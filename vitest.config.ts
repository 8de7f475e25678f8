import { defineConfig } from 'vitest/config'

const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/crash/**', 'test/faults/**', 'test/stack/**'],
          testTimeout: 60_000,
        },
      },
      { test: { name: 'faults', include: ['test/faults/**/*.test.ts'], testTimeout: 300_000 } },
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
      { test: { name: 'crash', include: ['test/crash/**/*.test.ts'], testTimeout: 600_000, fileParallelism: false } },
    ],
  },
})

export default config
