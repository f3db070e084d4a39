import { readdirSync } from 'node:fs';
import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { cleanedUp } from '../native/fixture.ts';
import { eventually, ordinaryUser } from '../native/host.ts';
import { finish, firstLine, start } from '../native/run.ts';
import { helpersIn, runWith, shellPlace, shImg } from './fixture.ts';
import { shells } from './shells.ts';

const REPORT = 'printf "%s\\n" "$APPIMAGE" "$ARGV0" "$OWD"; for each; do printf "<%s>" "$each"; done; exit 42';
const ARGUMENTS = ['', 'two words', 'quo\'te"s', '*', '$HOME', '`id`', 'line\nbreak', '--', '--appimage-help', '\\n'];

for (const shell of shells) {
  describeWith(['mksquashfs', shell.needs], `under ${shell.name}`, () => {
    test('an application is started with its arguments, variables and status', async () => {
      const image = await shImg(REPORT);
      const { options } = shellPlace(ordinaryUser);
      const { status, stdout, stderr } = await runWith(shell, image, ['first', ...ARGUMENTS], options);
      expect({ status, stderr }).toEqual({ status: 42, stderr: '' });
      const shown = ['first', ...ARGUMENTS].map((each) => `<${each}>`).join('');
      expect(stdout).toBe(`${[image, image, process.cwd()].join('\n')}\n${shown}`);
    });

    test('the helper is unpacked once', async () => {
      const image = await shImg('exit 3');
      const { options, run, ...where } = shellPlace(ordinaryUser);
      expect(await runWith(shell, image, [], options)).toMatchObject({ status: 3, stderr: '' });
      const [helper] = helpersIn(run, readdirSync);
      expect(helper).toMatch(/^helper-[0-9a-f]{32}$/);
      expect(await runWith(shell, image, [], options)).toMatchObject({ status: 3, stderr: '' });
      expect(readdirSync(`${run}/appimage`)).toEqual([helper]);
      await cleanedUp(where);
    });

    test('without a helper, host programs mount it, and it is cleaned up behind the application', async () => {
      const image = await shImg(`${REPORT}`, { architectures: [] });
      const { options, run, tmp } = shellPlace(ordinaryUser);
      const { status, stdout, stderr } = await runWith(shell, image, ARGUMENTS, options);
      expect({ status, stderr }).toEqual({ status: 42, stderr: '' });
      expect(stdout.split('\n').slice(0, 2)).toEqual([image, image]);
      expect(stdout).toContain(ARGUMENTS.map((each) => `<${each}>`).join(''));
      await eventually('nothing is left', () => [...readdirSync(tmp), ...readdirSync(run)].length === 0);
    });

    test('without a helper, host programs unpack it, and it is removed behind the application', async () => {
      const image = await shImg(`${REPORT}`, { architectures: [], more: { 'usr/share/x': 'x' } });
      const { options, run, tmp } = shellPlace(ordinaryUser);
      const extracting = { ...options, env: { ...options.env, APPIMAGE_EXTRACT_AND_RUN: '1' } };
      expect(await runWith(shell, image, ARGUMENTS, extracting)).toMatchObject({ status: 42, stderr: '' });
      await eventually('nothing is left', () => [...readdirSync(tmp), ...readdirSync(run)].length === 0);
    });

    test.each([[['x86_64']], [[]]])('a signal reaches the application, with helpers for %j', async (architectures) => {
      const script = 'trap "echo caught; exit 3" TERM; echo ready; while :; do sleep 0.1; done';
      const image = await shImg(script, { architectures });
      const { options } = shellPlace(ordinaryUser);
      const argv0 = shell.argv0 === undefined ? {} : { argv0: shell.argv0 };
      const child = start(shell.program, [...shell.args, image], { ...options, ...argv0 });
      expect(await firstLine(child)).toBe('ready');
      child.kill('SIGTERM');
      expect(await finish(child)).toMatchObject({ status: 3, stdout: 'caught\n' });
    });

    test.each([[['x86_64']], [[]]])('death by a signal is seen, with helpers for %j', async (architectures) => {
      const image = await shImg('kill -SEGV $$; sleep 60', { architectures });
      const { options } = shellPlace(ordinaryUser);
      expect(await runWith(shell, image, [], options)).toMatchObject({ status: null, signal: 'SIGSEGV' });
    });

    test.each([[['x86_64']], [[]]])('options are answered, with helpers for %j', async (architectures) => {
      const tail = 'PK---BEGIN APPIMAGE [update_info]---\nzsync|x\n---END APPIMAGE [update_info]---\n';
      const image = await shImg('', { architectures, tail });
      const { options, run } = shellPlace(ordinaryUser);
      const ask = async (...args: string[]) => runWith(shell, image, args, options);
      expect(await ask('--appimage-updateinfo')).toMatchObject({ status: 0, stdout: 'zsync|x\n', stderr: '' });
      expect(await ask('--appimage-offset')).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^[1-9]\d*\n$/),
      });
      expect((await ask('--appimage-help')).stdout).toMatch(
        /^Usage: test\.AppImage \[OPTION \| ARG\.\.\.\]\n\nOptions /,
      );
      expect((await ask('--appimage-version')).stdout).toMatch(/^appimage-js shell runtime \d+\.\d+\.\d+\n$/);
      expect(helpersIn(run, readdirSync)).toEqual([]);
      expect(await ask('--appimage-list')).toMatchObject({ status: 0, stdout: 'AppRun\n' });
      expect(await ask('--appimage-nothing')).toMatchObject({
        status: 2,
        stdout: '',
        stderr:
          'AppImage: --appimage-nothing is no option of this runtime; --appimage-help lists them, and "-- --appimage-nothing" is for the application\n',
      });
    });
  });
}
