import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildProgram } from '@appimage-js/native';
import { describeWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import {
  appImageOf,
  cleanedUp,
  type ImageOptions,
  type Place,
  place,
  placeOfUser,
  shortFolder,
  type Tree,
  writeTree,
} from '../fixture.ts';
import { isRoot, ordinaryUser } from '../host.ts';
import { type Finished, finish, firstLine, type RunOptions, run, start, succeed } from '../run.ts';
import { type Machine, machines } from './machines.ts';

/*
 * An emulated program is started by its emulator: the magic bytes of an AppImage are not what the kernel's table of emulators
 * matches. What it starts in turn has to be a program of this machine, here the shell, which starts the emulator again.
 */
function starter({ emulator }: Machine) {
  const [program, ...before] = [...emulator];
  const command = (file: string, args: readonly string[]): [string, string[]] =>
    program === undefined ? [file, [...args]] : [program, [...before, file, ...args]];
  return {
    run: (file: string, args: readonly string[], options?: RunOptions): Promise<Finished> =>
      run(...command(file, args), options),
    start: (file: string, args: readonly string[], options?: RunOptions) => start(...command(file, args), options),
    succeed: (file: string, args: readonly string[], options?: RunOptions): Promise<string> =>
      succeed(...command(file, args), options),
  };
}

async function image(machine: Machine, tree: Tree, options: ImageOptions = {}): Promise<string> {
  const folder = shortFolder();
  writeTree(folder, tree);
  return appImageOf(folder, { ...options, architecture: machine.name });
}

const numbers = Array.from({ length: 60_000 }, (_, i) => `${i * i}`).join(' ');

const methods: Readonly<Record<string, readonly string[]>> = {
  gzip: ['-comp', 'gzip'],
  zstd: ['-comp', 'zstd'],
  lz4: ['-comp', 'lz4'],
  'lz4, high compression': ['-comp', 'lz4', '-Xhc'],
  'xz with filters': ['-comp', 'xz', '-Xbcj', 'x86,armthumb'],
};

for (const machine of machines) {
  const { run, start, succeed } = starter(machine);

  describeWith(['mksquashfs', ...machine.needs], `the runtime for ${machine.name}`, () => {
    test('answers the options that only look', async () => {
      const file = await image(machine, { AppRun: '#!/bin/sh\n', 'usr/file': 'x' });
      expect(await succeed(file, ['--appimage-version'])).toContain(` for ${machine.name}, reads gzip `);
      expect(await succeed(file, ['--appimage-help'])).toContain('--appimage-extract');
      const offset = Number(await succeed(file, ['--appimage-offset']));
      expect(readFileSync(file).toString('latin1', offset, offset + 4)).toBe('hsqs');
      expect((await succeed(file, ['--appimage-list'])).trim().split('\n')).toEqual(['AppRun', 'usr', 'usr/file']);
      expect(await succeed(file, ['--appimage-updateinfo'])).toBe('');
      const unknown = await run(file, ['--appimage-no-such-option']);
      expect(unknown).toMatchObject({ status: 2, stdout: '' });
    });

    test.each(Object.entries(methods))('extracts a payload of %s', async (_, options) => {
      const code = readFileSync(process.execPath).subarray(0, 300_000);
      const file = await image(machine, { AppRun: '#!/bin/sh\n', numbers, code, empty: '' }, { mksquashfs: options });
      const folder = shortFolder();
      await succeed(file, ['--appimage-extract'], { cwd: folder });
      const extracted = (name: string) => readFileSync(join(folder, 'squashfs-root', name));
      expect(extracted('numbers').toString()).toBe(numbers);
      expect(extracted('code').equals(code)).toBe(true);
      expect(extracted('empty')).toHaveLength(0);
    });

    test('extracts and runs, and ends as the application ends', async () => {
      const here = place();
      const script = '#!/bin/sh\necho "$#,$1,$2"\n[ -x "$APPDIR/AppRun" ] && exit 42\n';
      const file = await image(machine, { AppRun: script });
      const ended = await run(file, ['--appimage-extract-and-run', 'a b', '*'], { env: here.env });
      expect(ended).toMatchObject({ status: 42, stdout: '2,a b,*\n' });
      await cleanedUp(here);
    });

    describeWith(['/dev/fuse'], 'with a mount', () => {
      test('runs, ends as the application ends, and cleans up', async () => {
        const here = place();
        const script = '#!/bin/sh\ncase "$APPDIR" in */.mount_*) cat "$APPDIR/data"; exit 7;; esac\n';
        const file = await image(machine, { AppRun: script, data: numbers }, { mksquashfs: ['-comp', 'lz4'] });
        const ended = await run(file, [], { env: here.env });
        expect(ended.stderr).toBe('');
        expect(ended.status).toBe(7);
        expect(ended.stdout).toBe(numbers);
        await cleanedUp(here);
      });

      test('hands on a signal that ends the application', async () => {
        const here = place();
        const file = await image(machine, { AppRun: '#!/bin/sh\nkill -USR1 $$\n' });
        const ended = await run(file, [], { env: here.env });
        expect(ended).toMatchObject({ status: null, signal: 'SIGUSR1' });
        await cleanedUp(here);
      });

      test('stays mounted when that is asked for, as root and as a user', async () => {
        const people: Place[] = isRoot ? [place(), placeOfUser()] : [placeOfUser()];
        const file = await image(machine, { AppRun: '#!/bin/sh\n', data: numbers });
        for (const [index, here] of people.entries()) {
          const isUser = index === people.length - 1;
          const server = start(file, ['--appimage-mount'], {
            env: here.env,
            ...(isUser ? { uid: ordinaryUser } : {}),
          });
          const point = await firstLine(server);
          const content = await succeedHere('cat', [join(point, 'data')], isUser ? { uid: ordinaryUser } : {});
          expect(content).toBe(numbers);
          server.kill('SIGTERM');
          expect((await finish(server)).status).toBe(0);
          await cleanedUp(here);
        }
      });
    });

    describe('with a program of its machine', () => {
      const source = `
        #include <stdio.h>
        #include <string.h>
        #include <sys/utsname.h>
        int main(int count, char **arguments)
        {
          char text[4096];
          FILE *data = fopen(arguments[1], "r");
          if (!data || !fgets(text, sizeof(text), data))
            return 1;
          printf("%d %s %zu-bit %llu", count, text, sizeof(void *) * 8, 123456789012345ULL / (unsigned)count);
          return 33;
        }`;

      test.each(machine.entryPoints)('starts %s rather than AppRun', async (entryPoint) => {
        const here = place();
        const folder = shortFolder();
        mkdirSync(join(folder, 'usr'));
        await buildProgram({ architecture: machine.name, source, output: join(folder, 'usr/program') });
        const emulated = machine.emulator.join(' ');
        writeTree(folder, {
          data: 'content',
          AppRun: '#!/bin/sh\nexit 99\n',
          [entryPoint]: `#!/bin/sh\nexec ${emulated} "$APPDIR/usr/program" "$APPDIR/data" "$@"\n`,
        });
        const file = await appImageOf(folder, { architecture: machine.name });
        const ended = await run(file, ['--appimage-extract-and-run', 'more'], { env: here.env });
        const bits = machine.elfClass === 'ELF32' ? 32 : 64;
        expect(ended).toMatchObject({ status: 33, stdout: `3 content ${bits}-bit 41152263004115` });
      });
    });
  });
}

async function succeedHere(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  return succeed(program, args, options);
}
