import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * Settings that every package's tests share.
 *
 * Workspace packages are resolved to their TypeScript sources through the `@msanet/source` export condition, so
 * a test never runs against a stale build.
 */
export const shared: ViteUserConfig = defineConfig({
  resolve: { conditions: ['@msanet/source'] },
  ssr: { resolve: { conditions: ['@msanet/source'] } },
  test: {
    environment: 'node',
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: 'test-results.json' }]],
  },
});
