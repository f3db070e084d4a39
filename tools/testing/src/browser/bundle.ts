import { basename, parse } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';

/** One file of a bundle. */
export interface BundledFile {
  /** Without a folder; chunks have a hash in it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Bytes after gzip, as a server would send it. */
  readonly gzipLength: number;
  /** The source files that went into it, relative to the working directory. */
  readonly inputs: readonly string[];
}

/** A program for a browser. */
export interface Bundle {
  readonly files: readonly BundledFile[];
  /** The file that is named as the entry, and those that it loads at once. */
  readonly initial: readonly BundledFile[];
  readonly warnings: readonly string[];
}

/**
 * Bundles a module as a page would have it: minified, split at dynamic imports, and with nothing in the place of Node's
 * modules, so that an import of one of them fails.
 */
export async function bundleForBrowser(entry: string): Promise<Bundle> {
  const { outputFiles, metafile, warnings } = await build({
    entryPoints: [entry],
    bundle: true,
    conditions: ['@appimage-js/source'],
    format: 'esm',
    logLevel: 'silent',
    metafile: true,
    minify: true,
    outdir: 'dist',
    platform: 'browser',
    splitting: true,
    target: 'es2022',
    write: false,
  });
  const files = outputFiles.map(({ path, contents }): BundledFile => {
    const name = basename(path);
    const inputs = Object.keys(outputOf(metafile, name)?.inputs ?? {});
    return { name, bytes: contents, gzipLength: gzipSync(contents, { level: 9 }).length, inputs };
  });
  const names = initialNames(metafile, `${parse(entry).name}.js`);
  return {
    files,
    initial: files.filter(({ name }) => names.has(name)),
    warnings: warnings.map(({ text }) => text),
  };
}

function initialNames(metafile: Metafile, entry: string): Set<string> {
  const names = new Set([entry]);
  for (const name of names) {
    for (const { path, kind } of outputOf(metafile, name)?.imports ?? []) {
      if (kind === 'import-statement') names.add(basename(path));
    }
  }
  return names;
}

function outputOf(metafile: Metafile, name: string): Metafile['outputs'][string] | undefined {
  return Object.entries(metafile.outputs).find(([path]) => basename(path) === name)?.[1];
}
