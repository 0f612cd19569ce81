// `unit` needs nothing but Node.js. `browser` needs Chromium and the services: `cargo xtask test browser`.
import { defineConfig } from 'vitest/config';

const report = process.env.XTASK_JUNIT;

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    reporters: ['default', ...(report ? [['junit', { outputFile: report }] as [string, Record<string, unknown>]] : [])],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['tests/unit/**/*.test.{ts,tsx}'], environment: 'happy-dom' },
      },
      {
        extends: true,
        test: { name: 'image', include: ['tests/image/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 300_000 },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          // They use the same services.
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
