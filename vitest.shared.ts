import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * Tests run on the sources of the neighbouring packages (the `@appimage-js/source` export condition), so that working
 * on one layer never needs a build of another. The JSON report is what `tools/bootstrap` sums up.
 */
export function project(test: NonNullable<ViteUserConfig['test']> = {}): ViteUserConfig {
  const conditions = ['@appimage-js/source', 'module', 'node', 'import', 'default'];
  return defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      include: ['test/**/*.test.ts'],
      reporters: ['default', 'json'],
      outputFile: { json: 'reports/vitest.json' },
      testTimeout: 120_000,
      hookTimeout: 120_000,
      maxWorkers: 2,
      ...test,
    },
  });
}
