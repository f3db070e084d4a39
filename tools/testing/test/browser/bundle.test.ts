import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleForBrowser } from '../../src/browser/index.ts';
import { temporaryFolder } from '../../src/index.ts';

function writeModules(modules: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(modules)) writeFileSync(join(folder, name), text);
  return join(folder, 'main.ts');
}

test('splits what is imported dynamically from what is loaded at once', async () => {
  const { files, initial, warnings } = await bundleForBrowser(
    writeModules({
      'main.ts': "import { one } from './one.ts';\nconsole.log(one);\nvoid import('./two.ts');\n",
      'one.ts': 'export const one: string[] = [location.href];\n',
      'two.ts': "export const two: string = 'two';\n",
    }),
  );
  expect(initial.map(({ name }) => name)).toEqual(['main.js']);
  expect(initial[0]?.inputs).toEqual([expect.stringMatching(/one\.ts$/), expect.stringMatching(/main\.ts$/)]);
  expect(files.map(({ name }) => name).sort()).toEqual(['main.js', expect.stringMatching(/^two-.*\.js$/)]);
  for (const { bytes, gzipLength } of files) expect(gzipLength).toBeLessThan(bytes.length + 50);
  expect(warnings).toEqual([]);
});

test.each(["import 'node:fs';", "import 'fs';", "void import('node:fs');"])('fails for %s', async (text) => {
  await expect(bundleForBrowser(writeModules({ 'main.ts': text }))).rejects.toThrow(/Could not resolve "(node:)?fs"/);
});
