import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Oracle, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { architectures, findProgram, findToolchain } from '../src/toolchain.ts';
import { verifyRuntime } from '../src/verify-elf.ts';

const execute = promisify(execFile);
const program = fileURLToPath(new URL('../src/build-runtime.ts', import.meta.url));
const x86 = architectures['x86_64'];
if (x86 === undefined) throw new Error('There is no toolchain for x86_64');

const compiler: Oracle = {
  name: 'the toolchain for x86_64',
  isThere: await findToolchain(x86).then(Boolean, () => false),
};

async function build(env: Readonly<Record<string, string>>): Promise<Buffer> {
  const folder = temporaryFolder();
  const out = join(folder, 'runtime');
  await execute(process.execPath, [program, '--arch', 'x86_64', '--out', out], {
    cwd: folder,
    env: { ...process.env, ...env },
  });
  return readFileSync(out);
}

describe('build-runtime', () => {
  testWith([compiler], 'gives the same bytes in another time zone, language and temporary folder', async () => {
    const first = await build({ TZ: 'UTC', LC_ALL: 'C' });
    const second = await build({
      TZ: 'Asia/Tokyo',
      LC_ALL: 'C.UTF-8',
      TMPDIR: temporaryFolder(),
      SOURCE_DATE_EPOCH: '1',
    });
    expect(second.equals(first)).toBe(true);
  });

  testWith([compiler], 'refuses a file that is no runtime any more, and says why', async () => {
    const file = await build({});
    expect(() => verifyRuntime(file, x86.elfMachine)).not.toThrow();
    expect(() => verifyRuntime(Buffer.concat([file, Buffer.alloc(1)]), x86.elfMachine)).toThrow(
      /end of the ELF part: expected \d+, found \d+/,
    );
    expect(() => verifyRuntime(file, 183)).toThrow('machine: expected 183, found 62');
    expect(() => verifyRuntime(Buffer.from(file).fill(0, 8, 11), x86.elfMachine)).toThrow('magic of type 2');
  });

  test('says in one line what to install when there is no compiler', async () => {
    const folder = temporaryFolder();
    const args = [program, '--arch', 'x86_64', '--out', join(folder, 'runtime')];
    const failed = await execute(process.execPath, args, { env: { PATH: folder } }).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^[^\n]*apt-get install [^\n]*clang lld\n$/),
    });
  });

  test('an unknown architecture is wrong usage', async () => {
    const failed = await execute(process.execPath, [program, '--arch', 'pdp11', '--out', 'x']).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining('Usage: build-runtime') });
    expect(findProgram('no-such-program')).toBeUndefined();
  });
});
