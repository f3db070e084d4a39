import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as format from '../src/index.ts';
import * as node from '../src/node/index.ts';

const SOURCE = fileURLToPath(new URL('../src', import.meta.url));

/** Names and kinds: "name: function". */
function kinds(module: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(module)
    .map(([name, value]) => `${name}: ${typeof value}`)
    .sort();
}

/** A source file without its block comments, which have examples in them. */
function codeOf(path: string): string {
  return readFileSync(path, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
}

/** The names of the types that an entry point exports, by itself or from the folders that it passes on. */
function typesOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  const own = [...text.matchAll(/export (type )?\{([^}]*)\}/g)].flatMap(([, typesOnly, list = '']) => {
    const names = list.split(',').map((name) => name.trim());
    return names.flatMap((name) => (name.startsWith('type ') ? [name.slice(5)] : typesOnly && name ? [name] : []));
  });
  const passedOn = [...text.matchAll(/export \* from '([^']+)'/g)].map(([, name = '']) => resolve(dirname(path), name));
  return [...own, ...passedOn.flatMap(typesOf)];
}

/** The relative files that a source file imports or exports from, and the other modules. */
function importsOf(path: string): { readonly files: readonly string[]; readonly modules: readonly string[] } {
  const text = codeOf(path);
  const specifiers = [...text.matchAll(/\bfrom\s+'([^']+)'|\bimport\(?\s*'([^']+)'/g)].map(
    ([, from, plain]) => from ?? plain ?? '',
  );
  return {
    files: specifiers.filter((name) => name.startsWith('.')).map((name) => resolve(dirname(path), name)),
    modules: specifiers.filter((name) => !name.startsWith('.')),
  };
}

const manifest: { readonly dependencies?: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

/** The packages that this one names as its dependencies; each runs in a browser, which the browser test proves. */
const dependencies = new Set(Object.keys(manifest.dependencies ?? {}));

/** "@scope/name/path" is in the package "@scope/name". */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

describe('the public interface', () => {
  test('of the root entry is what it was', () => {
    expect(kinds(format)).toMatchSnapshot();
  });

  test('of the node entry is what it was', () => {
    expect(kinds(node)).toMatchSnapshot();
  });

  test('has the types that it had', () => {
    expect(typesOf(join(SOURCE, 'index.ts')).sort()).toMatchSnapshot();
    expect(typesOf(join(SOURCE, 'node/index.ts')).sort()).toMatchSnapshot();
  });
});

test('the root entry needs nothing but the language, the web and the declared dependencies', () => {
  const seen = new Set<string>();
  const pending = [join(SOURCE, 'index.ts')];
  const modules = new Set<string>();
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const imports = importsOf(path);
    pending.push(...imports.files);
    for (const name of imports.modules) modules.add(name);
    expect(codeOf(path), path).not.toMatch(/\b(Buffer\.(from|alloc|concat)|process\.(env|platform)|__dirname)\b/);
  }
  expect([...modules].filter((name) => !dependencies.has(packageOf(name)))).toEqual([]);
  expect(seen.size).toBeGreaterThan(50);
});

test('only the folder of the node entry imports from node', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const importers = files.filter((path) =>
    importsOf(join(SOURCE, path)).modules.some((name) => name.startsWith('node:')),
  );
  expect(importers.length).toBeGreaterThan(0);
  expect(importers.filter((path) => !path.startsWith('node/'))).toEqual([]);
});
