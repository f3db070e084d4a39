import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { repositoryRoot, type WorkspacePackage } from '@appimage-js/workspace-tool';
import { beforeEach, expect, test } from 'vitest';
import { readEntryPoints } from '../src/entry-points.ts';
import { withPlayground } from '../src/playground.ts';

let root: string;

beforeEach(() => {
  root = temporaryFolder();
});

const DOCUMENTED = `
  /**
   * Doubles.
   *
   * @example
   * \`\`\`ts
   * import { double } from '@appimage-js/x';
   *
   * if (double(2) !== 4) throw new Error('wrong');
   * \`\`\`
   */
  export function double(value: number): number {
    return 2 * value;
  }
`;

test('a documented symbol with an example is fine, and its example runs', async () => {
  const found = write(DOCUMENTED);
  const [entryPoint] = readEntryPoints(root, found);
  expect(entryPoint?.findings).toEqual([]);
  expect(entryPoint?.examples).toHaveLength(1);
  await withPlayground(repositoryRoot, [found], async (playground) => {
    expect(playground.typeCheck(entryPoint?.examples ?? [])).toEqual([]);
    expect(await playground.run(entryPoint?.examples ?? [])).toEqual([]);
  });
});

test('an example may head the file of the entry point', () => {
  const [entryPoint] = readEntryPoints(
    root,
    write(
      '/**\n * Numbers.\n *\n * @example\n * const one = 1;\n * @module\n */\n\n/** One. */\nexport const one = 1;\n',
    ),
  );
  expect(entryPoint?.findings).toEqual([]);
  expect(entryPoint?.examples.map(({ code }) => code.trim())).toEqual(['const one = 1;']);
});

test('a symbol without a docstring and an entry point without an example are found', () => {
  const [entryPoint] = readEntryPoints(root, write('export const one = 1;\n'));
  expect(entryPoint?.findings.map(({ where, message }) => `${where}: ${message}`)).toEqual([
    'x/src/index.ts:1: one is exported, but has no docstring',
    'x/src/index.ts: an entry point needs an @example, found none',
  ]);
});

test('an example that throws is found', async () => {
  const found = write(DOCUMENTED.replace('!== 4', '=== 4'));
  const [entryPoint] = readEntryPoints(root, found);
  await withPlayground(repositoryRoot, [found], async (playground) => {
    expect(await playground.run(entryPoint?.examples ?? [])).toEqual([
      { where: 'x/src/index.ts:12 double', message: expect.stringContaining('Error: wrong') },
    ]);
  });
});

test('code that does not type-check is found', async () => {
  await withPlayground(repositoryRoot, [write(DOCUMENTED)], async (playground) => {
    const code = "import { double } from '@appimage-js/x';\ndouble('2');\n";
    expect(playground.typeCheck([{ where: 'README.md:4', code }])).toEqual([
      { where: 'README.md:4', message: expect.stringMatching(/^line 2 of the code: .*not assignable to.*number/) },
    ]);
  });
});

function write(source: string): WorkspacePackage {
  const exports = { '.': { '@appimage-js/source': './src/index.ts', default: './dist/index.js' } };
  const manifest = { name: '@appimage-js/x', version: '1.0.0', type: 'module', exports };
  const folder = join(root, 'x');
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'src/index.ts'), source);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  return { path: 'x', folder, shortName: 'x', manifest };
}
