import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, cleanedUp, mountsBelow, shortFolder } from './fixture.ts';
import { eventually } from './host.ts';
import { guardOf, helpers, status } from './processes.ts';
import { finish, firstLine, run, start } from './run.ts';
import { byRoot, prepare, rungs } from './rungs.ts';

/** Waits for a file that the test makes, without using the mount. */
const wait = 'until [ -e "$HOME/go" ]; do sleep 0.05; done';

/** What a process may have of a mount after the application has ended, and how a shell gets it. */
const uses: readonly (readonly [string, string])[] = [
  ['its working directory is in it', `cd "$APPDIR/folder"; (${wait}; cat ../late) &`],
  ['it has a file of it open', `(exec 8< "$APPDIR/folder/file"; ${wait}; cat <&8; cat "$APPDIR/late") &`],
  ['it is a program of it, in a session of its own', 'setsid "$APPDIR/program" &'],
  ['it is a program of it, and its parent has ended twice', '(setsid sh -c \'"$APPDIR/program" &\') &'],
  [
    'it is an interpreter of the system, in a session of its own, with a script of it',
    `setsid sh -c '${wait.replace('$HOME', '$1')}; cat "$0/late"' "$APPDIR/." "$HOME" &`,
  ],
  ['it came out of several exec', `(cd "$APPDIR"; exec sh -c 'exec sh -c "exec ./program"') &`],
];

for (const rung of rungs.filter(({ mounts }) => mounts)) {
  const isInside = rung.rung === 'userns';

  describeWith(rung.needs, `a mount by ${rung.rung}, as ${rung.by}, stays for a process`, () => {
    test.each(uses)('when %s', async (_, use) => {
      const image = await appImage(`${use}\nexit 0`, {
        late: 'still there',
        program: `#!/bin/sh\n${wait}\ncat "$APPDIR/late"\n`,
        'folder/file': '',
      });
      const { where, options } = prepare(rung);
      const child = start(image, [], options);
      const finished = finish(child);
      await eventually('the application has ended', () => child.exitCode !== null);
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(mountsBelow(where.tmp)).toHaveLength(isInside ? 0 : 1);
      writeFileSync(join(where.home, 'go'), '');
      expect(await finished).toMatchObject({ status: 0, stdout: 'still there', stderr: '' });
      await cleanedUp(where);
    });
  });

  describeWith(rung.needs, `a mount by ${rung.rung}, as ${rung.by},`, () => {
    test('outlives a stop and a continuation of everybody, as in a suspended machine', async () => {
      const image = await appImage('echo ready; read go; cat "$APPDIR/late"', { late: 'still there' });
      const { where, options } = prepare(rung);
      const child = start(image, [], options);
      expect(await firstLine(child)).toBe('ready');
      const all = [child.pid ?? 0, ...helpers('appimage-serve', image), ...helpers('appimage-keep', image)];
      for (const pid of all) process.kill(pid, 'SIGSTOP');
      child.stdin.end('go\n');
      await eventually('they are stopped', () => all.every((pid) => status(pid, 'State').startsWith('T')));
      for (const pid of all) process.kill(pid, 'SIGCONT');
      expect(await finish(child)).toMatchObject({ status: 0, stdout: 'still there', stderr: '' });
      await cleanedUp(where);
    });

    test('ends with a service that is stopped: SIGTERM to all', async () => {
      const image = await appImage('echo ready; read go');
      const { where, options } = prepare(rung);
      const child = start(image, [], options);
      expect(await firstLine(child)).toBe('ready');
      for (const pid of [child.pid ?? 0, ...helpers('appimage-serve', image), ...helpers('appimage-keep', image)])
        process.kill(pid, 'SIGTERM');
      expect((await finish(child)).signal).toBe('SIGTERM');
      await cleanedUp(where);
    });

    test('of a service whose processes are all killed is gone after the next start', async () => {
      const image = await appImage('echo ready; read go');
      const { where, options } = prepare(rung);
      const child = start(image, [], options);
      expect(await firstLine(child)).toBe('ready');
      const keeper = helpers('appimage-keep', image)[0] ?? 0;
      await eventually('there is a guard', () => guardOf(keeper) !== undefined);
      const all = [guardOf(keeper) ?? 0, keeper, ...helpers('appimage-serve', image), child.pid ?? 0];
      for (const pid of all) process.kill(pid, 'SIGKILL');
      await finish(child);
      const left = readdirSync(where.tmp).length;
      expect(left).toBe(1);
      if (isInside) await run('touch', ['-d', '@0', join(where.tmp, readdirSync(where.tmp)[0] ?? '')]);
      expect(await run(image, [], { ...options, input: 'go\n' })).toMatchObject({ status: 0, stderr: '' });
      await cleanedUp(where);
    });

    test('goes when the application has left its mount namespace and ended', async () => {
      const image = await appImage(
        'cd /; unshare --user --map-root-user --mount sh -c \'cat "$APPDIR/late"; exit 4\'; exit $?',
        { late: 'still there' },
      );
      const { where, options } = prepare(rung);
      expect(await run(image, [], options)).toMatchObject({ status: 4, stdout: 'still there' });
      await cleanedUp(where);
    });

    test('parallel starts of one image and of others, some of them killed, all work and leave nothing', async () => {
      const image = await appImage('exec "$APPDIR/program" 3', { program: '#!/bin/sh\nexit "$1"\n' });
      const other = join(shortFolder(), 'other.AppImage');
      copyFileSync(image, other);
      const { where, options } = prepare(rung);
      let seed = 1;
      const starts = Array.from({ length: 100 }, async (_, index) => {
        seed = (seed * 48271) % 2147483647;
        const isKilled = seed % 3 === 0;
        const pause = seed % 40;
        const child = start(index % 2 ? image : other, [], options);
        const finished = finish(child);
        if (isKilled) {
          await new Promise((resolve) => setTimeout(resolve, pause));
          child.kill('SIGKILL');
        }
        const { status: exit, signal, stderr } = await finished;
        return isKilled && signal === 'SIGKILL' ? 'killed' : `${exit} ${stderr}`;
      });
      const results = new Set(await Promise.all(starts));
      results.delete('killed');
      expect([...results]).toEqual(['3 ']);
      await cleanedUp(where);
      for (const path of [image, other])
        await eventually('no keeper is left', () => helpers('appimage-keep', path).length === 0);
    });
  });
}

describeWith(
  ['mksquashfs', 'root', '/dev/fuse', 'unshare'],
  'an application that is the first process of its PID namespace',
  () => {
    test('runs, and what the kernel kills with it is gone after the next start', async () => {
      const image = await appImage('cat "$APPDIR/late"; echo $$; exit 5', { late: 'there ' });
      const [first] = rungs;
      if (first === undefined) throw new Error('There must be a rung');
      const { where, options } = prepare(first);
      const result = await run('unshare', ['--pid', '--fork', image], options);
      expect(result).toMatchObject({ status: 5, stdout: 'there 1\n', stderr: '' });
      expect(await run(image, [], options)).toMatchObject({ status: 5 });
      await cleanedUp(where);
    });
  },
);

describeWith(byRoot.needs, 'while a process has something of a mount open', () => {
  test('the keeper of root asks the kernel, and reads nothing of other processes', async () => {
    const image = await appImage(`cd "$APPDIR"; ${wait} &\necho ready`);
    const { where, options } = prepare(byRoot);
    const child = start(image, [], options);
    const finished = finish(child);
    await eventually('the application has ended', () => child.exitCode !== null);
    const [keeper = 0] = helpers('appimage-keep', image);
    const looks = () => Number(status(keeper, 'voluntary_ctxt_switches'));
    const reads = () => Number(/^syscr: (\d+)$/m.exec(readFileSync(`/proc/${keeper}/io`, 'utf8'))?.[1]);
    const [readsBefore, looksBefore] = [reads(), looks()];
    await eventually('it has looked four times', () => looks() >= looksBefore + 4);
    expect(reads()).toBe(readsBefore);
    writeFileSync(join(where.home, 'go'), '');
    expect(await finished).toMatchObject({ status: 0, stdout: 'ready\n', stderr: '' });
    await cleanedUp(where);
  });
});
