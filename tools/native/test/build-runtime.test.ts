import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Oracle, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { architectures } from '../src/architectures.ts';
import { nativePrograms } from '../src/native-programs.ts';
import { findProgram, findToolchain } from '../src/toolchain.ts';
import { verifyRuntime } from '../src/verify-elf.ts';
import { verifyFirstStage } from '../src/verify-first-stage.ts';

const execute = promisify(execFile);
const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const program = 'tools/native/src/build-runtime.ts';
const targets = Object.values(architectures);
const x86 = architectures['x86_64'];
if (x86 === undefined) throw new Error('There is no toolchain for x86_64');

const compilers = new Map<string, Oracle>();
for (const architecture of targets) {
  const isThere = await findToolchain(architecture).then(Boolean, () => false);
  compilers.set(architecture.name, { name: `the toolchain for ${architecture.name}`, isThere });
}

/** The sources, and nothing else of the checkout, in a folder of another name. */
function copyOfTheSources({ withLibraries = true } = {}): string {
  const folder = join(temporaryFolder(), 'another checkout');
  const parts = ['tools/native/src', 'packages/runtime-shim/native', 'packages/runtime-shim/package.json'];
  for (const part of parts) cpSync(join(checkout, part), join(folder, part), { recursive: true });
  if (withLibraries && existsSync(join(checkout, '.toolchain')))
    symlinkSync(join(checkout, '.toolchain'), join(folder, '.toolchain'));
  return folder;
}

interface Conditions {
  readonly root: string;
  readonly architecture: string;
  readonly umask: string;
  readonly env: Readonly<Record<string, string>>;
}

async function build({ root, architecture, umask, env }: Conditions): Promise<Buffer> {
  const folder = temporaryFolder();
  const out = join(folder, 'runtime');
  const command = [process.execPath, join(root, program), '--arch', architecture, '--out', out];
  await execute('sh', ['-c', `umask ${umask}; exec "$@"`, 'sh', ...command], {
    cwd: folder,
    env: { ...process.env, ...env },
  });
  expect(statSync(out).mode & 0o777).toBe(0o755);
  return readFileSync(out);
}

const here: Omit<Conditions, 'architecture'> = { root: checkout, umask: '022', env: { TZ: 'UTC', LC_ALL: 'C' } };

describe('build-runtime', () => {
  for (const { name } of targets) {
    const compiler = compilers.get(name) ?? name;
    testWith(
      [compiler],
      `gives the same bytes for ${name} in another folder, time zone, language and umask`,
      async () => {
        const temporary = temporaryFolder();
        const first = await build({ ...here, architecture: name });
        const second = await build({
          root: copyOfTheSources(),
          architecture: name,
          umask: '077',
          env: { TZ: 'Asia/Tokyo', LC_ALL: 'C.UTF-8', TMPDIR: temporary, SOURCE_DATE_EPOCH: '1' },
        });
        expect(second.equals(first)).toBe(true);
        expect(second.includes(temporary)).toBe(false);
      },
    );
  }

  testWith(
    [compilers.get('x86_64') ?? 'x86_64'],
    'refuses a file that is no runtime any more, and says why',
    async () => {
      const file = await build({ ...here, architecture: 'x86_64' });
      const changed = (change: (bytes: Buffer) => unknown): (() => void) => {
        const copy = Buffer.from(file);
        change(copy);
        return () => verifyRuntime(copy, x86);
      };
      expect(() => verifyRuntime(file, x86)).not.toThrow();
      expect(() => verifyRuntime(Buffer.concat([file, Buffer.alloc(1)]), x86)).toThrow(
        /end of the ELF part: expected \d+, found \d+/,
      );
      expect(() => verifyRuntime(file, { elfClass: 2, elfMachine: 183 })).toThrow('machine: expected 183, found 62');
      expect(changed((bytes) => bytes.fill(0, 8, 11))).toThrow('magic of type 2');
      expect(changed((bytes) => bytes.write('zip', bytes.lastIndexOf('gzip xz lz4 zstd')))).toThrow(
        'text of .payload_methods',
      );
      expect(changed((bytes) => bytes.write('.upd_inf0', bytes.lastIndexOf('.upd_info')))).toThrow(
        'no section .upd_info',
      );
      const stack = Buffer.from([0x51, 0xe5, 0x74, 0x64, 6, 0, 0, 0]);
      expect(changed((bytes) => bytes.writeUInt32LE(7, bytes.indexOf(stack) + 4))).toThrow('flags of the stack');
    },
  );

  testWith(
    [...compilers.values()],
    'makes a first stage for every machine that fits before an image, and refuses another one',
    async () => {
      const folder = temporaryFolder();
      for (const target of targets) {
        const out = join(folder, target.name);
        await execute(process.execPath, [
          ...[join(checkout, program), '--arch', target.name, '--out', out],
          ...['--program', 'first-stage'],
        ]);
        const file = readFileSync(out);
        const changed = (change: (bytes: Buffer) => unknown): (() => void) => {
          const copy = Buffer.from(file);
          change(copy);
          return () => verifyFirstStage(copy, target);
        };
        expect(() => verifyFirstStage(file, target)).not.toThrow();
        expect(changed((bytes) => bytes.write('.runtime_plac3', bytes.lastIndexOf('.runtime_place')))).toThrow(
          'Cannot use the first stage: there is no section .runtime_place',
        );
        expect(() => verifyFirstStage(Buffer.concat([file, Buffer.alloc(32_768)]), target)).toThrow(
          'below 10240 bytes',
        );
        // Any program with relocations, a runtime, is far too large; so a tag of the dynamic section is made one.
        const debug = { 1: Buffer.from([21, 0, 0, 0]), 2: Buffer.from([21, 0, 0, 0, 0, 0, 0, 0]) }[target.elfClass];
        expect(changed((bytes) => bytes.writeUInt8(7, bytes.lastIndexOf(debug)))).toThrow('must have no relocations');
      }
    },
  );

  test('says in one line what to install when there is no compiler', async () => {
    const folder = temporaryFolder();
    const args = [join(checkout, program), '--arch', 'x86_64', '--out', join(folder, 'runtime')];
    const failed = await execute(process.execPath, args, { env: { PATH: folder } }).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^[^\n]*apt-get install [^\n]*clang lld\n$/),
    });
  });

  test('says in one line why the libraries of another machine could not be fetched, and leaves nothing half made', async () => {
    const root = copyOfTheSources({ withLibraries: false });
    const programs = temporaryFolder();
    const scripts = {
      clang: 'echo /usr/lib/llvm-99/lib/clang/99.0.0',
      'ld.lld': 'exit 1',
      'apt-get': 'echo "E: Unable to locate package" >&2; echo more >&2; exit 100',
    };
    for (const [name, script] of Object.entries(scripts)) {
      writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    const architecture = process.arch === 'arm64' ? 'x86_64' : 'aarch64';
    const args = [join(root, program), '--arch', architecture, '--out', join(root, 'runtime')];
    const failed = await execute(process.execPath, args, { env: { PATH: programs } }).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^Cannot build the runtime for \w+: fetching [^\n]*: E: Unable to locate package\n$/,
      ),
    });
    expect(readdirSync(join(root, '.toolchain/sysroot'))).toEqual([]);
  });

  test('an unknown architecture is wrong usage', async () => {
    const args = [join(checkout, program), '--arch', 'pdp11', '--out', 'x'];
    const failed = await execute(process.execPath, args).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining('Usage: build-runtime') });
    expect(findProgram('no-such-program')).toBeUndefined();
  });
});

describe('build-runtimes', () => {
  const command = join(checkout, 'tools/native/src/build-runtimes.ts');

  test.each([
    { where: 'at home', env: {}, code: 0 },
    { where: 'in continuous integration', env: { CI: 'true' }, code: 1 },
  ])('without a compiler, tells it and ends with $code $where', async ({ env, code }) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'programs'));
    const args = [command, '--into', join(folder, 'out')];
    const options = { env: { PATH: join(folder, 'programs'), ...env } };
    const ended = await execute(process.execPath, args, options).then(
      (result) => ({ ...result, code: 0 }),
      (error: unknown) => error,
    );
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended).toMatchObject({ stderr: expect.stringMatching(/^Cannot build .*: apt-get install clang lld\n$/) });
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  testWith(
    [...compilers.values()],
    'builds every architecture once, and again only what is not what it built',
    async () => {
      // With its own records of what has been built.
      const root = copyOfTheSources();
      const folder = temporaryFolder();
      const run = async () => {
        const { stdout } = await execute(process.execPath, [
          join(root, 'tools/native/src/build-runtimes.ts'),
          '--into',
          folder,
        ]);
        return stdout
          .trim()
          .split('\n')
          .map((line) => line.replace(/^.*\//, '').replace(/\d+ bytes/, 'built'));
      };
      const names = targets.flatMap(({ name }) => nativePrograms.map((program) => `${program.name}-${name}`));
      expect(await run()).toEqual(names.map((name) => `${name}: built`));
      cpSync(join(folder, 'runtime-armhf'), join(folder, 'runtime-i686'));
      expect(await run()).toEqual(
        names.map((name) => (name === 'runtime-i686' ? `${name}: built` : `${name}: is up to date`)),
      );
    },
  );
});
