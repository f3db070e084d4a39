import { defineConfig, type Options } from 'tsup';

/** The build of every published package: ESM with types, one output file an entry point. */
export function library(entry: string[], options: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: 'esm',
    target: 'node22',
    platform: 'neutral',
    dts: true,
    sourcemap: true,
    splitting: true,
    clean: true,
    ...options,
  });
}
