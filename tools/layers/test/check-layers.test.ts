import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { beforeEach, expect, test } from 'vitest';
import { checkLayers } from '../src/check-layers.ts';

let root: string;

/** A repository of two packages that keeps every rule; a test adds what breaks one. */
beforeEach(() => {
  root = temporaryFolder();
  write('package.json', { devDependencies: { vitest: '*' } });
  write('docs/ARCHITECTURE.md', diagram('builder --> format'));
  write('packages/format/package.json', { name: '@appimage-js/format' });
  write('packages/format/src/index.ts', "export { size } from './size.ts';\n");
  write('packages/format/src/size.ts', 'export const size = new Uint8Array(4).length;\n');
  write('packages/builder/package.json', {
    name: '@appimage-js/builder',
    dependencies: { '@appimage-js/format': 'workspace:^' },
  });
  write('packages/builder/src/index.ts', "export { size } from '@appimage-js/format';\nimport 'node:fs';\n");
  write('packages/builder/test/size.test.ts', "import { test } from 'vitest';\nimport '../src/index.ts';\n");
  write('packages/builder/vitest.config.ts', "import '../../vitest.shared.ts';\n");
});

test('a repository that keeps the rules has no findings', () => {
  expect(checkLayers(root)).toEqual({ findings: [], imports: 6 });
});

test.for([
  ['static', "import { plan } from '@appimage-js/builder';"],
  ['type-only', "import type { Plan } from '@appimage-js/builder/plan';"],
  ['dynamic', "const plan = await import('@appimage-js/builder');"],
  ['re-exporting', "export * from '@appimage-js/builder';"],
])('a %s import against the arrows is found', ([, line]) => {
  write('packages/format/src/upward.ts', `\n${line}\n`);
  expect(messages()).toContain(
    'packages/format/src/upward.ts:2: format must not import builder: the diagram has no such arrow',
  );
});

test('a dependency without an arrow is found, an arrow that nobody uses yet is not', () => {
  write('docs/ARCHITECTURE.md', diagram('format --> builder'));
  expect(messages()).toEqual([
    'packages/builder/package.json: the dependency on format has no arrow in the diagram',
    'packages/builder/src/index.ts:1: builder must not import format: the diagram has no such arrow',
  ]);
});

test('a package that only the diagram knows is found', () => {
  write('docs/ARCHITECTURE.md', diagram('builder --> format', 'builder --> ghost'));
  expect(messages()).toEqual(['docs/ARCHITECTURE.md: the diagram names ghost, which is no package']);
});

test('arrows that form a cycle are found', () => {
  write('docs/ARCHITECTURE.md', diagram('builder --> format', 'format --> builder'));
  expect(messages()).toContain("docs/ARCHITECTURE.md: the diagram's arrows lead from format back to itself");
});

test('a relative import into a neighbour is found', () => {
  write('packages/builder/src/shortcut.ts', "import '../../format/src/size.ts';\n");
  expect(messages()).toEqual([
    'packages/builder/src/shortcut.ts:1: a relative import must stay in its package, found packages/format/src/size.ts',
  ]);
});

test('an undeclared package is found', () => {
  write('packages/builder/src/undeclared.ts', "import 'vitest';\n");
  write('packages/builder/test/undeclared.test.ts', "import 'leftpad/lib.js';\n");
  expect(messages()).toEqual([
    'packages/builder/src/undeclared.ts:1: vitest is imported, but not in dependencies of packages/builder/package.json',
    'packages/builder/test/undeclared.test.ts:1: leftpad is imported, but not in devDependencies of packages/builder/package.json',
  ]);
});

test('a module of Node that the root export of format reaches is found', () => {
  write(
    'packages/format/src/size.ts',
    "import { statSync } from 'node:fs';\nexport const size = statSync('.').size;\n",
  );
  expect(messages()).toEqual([
    'packages/format/src/size.ts:1: the root export reaches this file, so it must not import node:fs',
  ]);
});

test('a global of Node that the root export of format reaches is found', () => {
  write('packages/format/src/size.ts', 'export const size = Buffer.from([1]).length;\n');
  expect(messages()).toEqual([
    expect.stringMatching(
      /^packages\/format\/src\/size\.ts:1: the root export runs in a browser: Cannot find name 'Buffer'/,
    ),
  ]);
});

test('the parts of format that its root export does not reach may use Node', () => {
  write('packages/format/src/node/index.ts', "export { readFileSync } from 'node:fs';\n");
  expect(messages()).toEqual([]);
});

test('a file of more than 300 lines is a warning, of more than 500 an error', () => {
  write('packages/builder/src/long.ts', '//\n'.repeat(301));
  write('packages/builder/src/longer.ts', '//\n'.repeat(501));
  expect(checkLayers(root).findings).toEqual([
    { where: 'packages/builder/src/long.ts', message: 'a file has at most 300 lines, found 301', severity: 'warning' },
    { where: 'packages/builder/src/longer.ts', message: 'a file has at most 500 lines, found 501', severity: 'error' },
  ]);
});

test('a diagram that cannot be read is an error, not an empty rule', () => {
  write('docs/ARCHITECTURE.md', '# No diagram');
  expect(() => checkLayers(root)).toThrow('expected a "mermaid" block');
  write('docs/ARCHITECTURE.md', diagram('builder ==> format'));
  expect(() => checkLayers(root)).toThrow('expected "a --> b", found "builder ==> format"');
});

function messages(): string[] {
  return checkLayers(root).findings.map(({ where, message }) => `${where}: ${message}`);
}

function diagram(...arrows: string[]): string {
  return ['```mermaid', 'graph TD', ...arrows.map((arrow) => `  ${arrow}`), '```', ''].join('\n');
}

function write(path: string, content: string | object): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}
