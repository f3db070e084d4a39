import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../src/index.ts';

/** Runs tests of which some need what is there, others what is not; answers how each is called and ends. */
async function outcomes(env: Readonly<Record<string, string | undefined>>): Promise<unknown[]> {
  const folder = temporaryFolder();
  const source = JSON.stringify(fileURLToPath(new URL('../src/index.ts', import.meta.url)));
  const body = `
    import { describeWith, testWith } from ${source};
    testWith(['sh'], 'with a shell', () => {});
    testWith(['sh', 'no-such-program', { name: 'luck', isThere: false }], 'alone', () => {});
    describeWith(['sh'], 'a group', () => testWith([], 'with a shell', () => {}));
    describeWith(['no-such-program'], 'a lonely group', () => testWith([], 'alone', () => {}));
  `;
  writeFileSync(join(folder, 'judged.test.ts'), body);
  const vitest = fileURLToPath(new URL('../node_modules/.bin/vitest', import.meta.url));
  const report = join(folder, 'report.json');
  await execa(vitest, ['run', '--root', folder, '--reporter=json', '--outputFile', report], { reject: false, env });
  const [file] = JSON.parse(readFileSync(report, 'utf8')).testResults;
  return file.assertionResults.map((result: { fullName: string; status: string; failureMessages: string[] }) => [
    result.fullName,
    result.status,
    ...result.failureMessages.map((message) => message.split('\n')[0]),
  ]);
}

test('at home, what cannot be judged is skipped under a name that says what is missing', async () => {
  expect(await outcomes({ CI: undefined })).toEqual([
    ['with a shell', 'passed'],
    ['alone (needs no-such-program, luck)', 'skipped'],
    ['a group with a shell', 'passed'],
    ['a lonely group (needs no-such-program) alone', 'skipped'],
  ]);
});

test('in CI, what cannot be judged fails and says why', async () => {
  expect(await outcomes({ CI: 'true' })).toEqual([
    ['with a shell', 'passed'],
    ['alone', 'failed', 'Error: Cannot judge: no-such-program, luck must be there in CI'],
    ['a group with a shell', 'passed'],
    ['a lonely group has no-such-program', 'failed', 'Error: Cannot judge: no-such-program must be there in CI'],
  ]);
});
