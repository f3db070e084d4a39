import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, cleanedUp, mountsBelow, type Place } from './fixture.ts';
import { eventually } from './host.ts';
import { guardOf, helpers, status } from './processes.ts';
import { finish, firstLine, run, start } from './run.ts';
import { byRoot, prepare, rungs } from './rungs.ts';

/** Whether the kernel still has it, seen from outside. In a namespace of its own, a mount is not to be seen at all. */
function isMounted(where: Place): boolean {
  return mountsBelow(where.tmp).length > 0;
}

for (const rung of rungs.filter(({ mounts }) => mounts)) {
  const inside = rung.rung === 'userns';

  describeWith(rung.needs, `a mount by ${rung.rung}, as ${rung.by}`, () => {
    test('stays as long as a process in the background uses it', async () => {
      const waiting = 'until [ -e "$HOME/go" ]; do sleep 0.05; done; cat late';
      const image = await appImage(`cd "$APPDIR"; (${waiting}) & exit 0`, { late: 'still there' });
      const { where, options } = prepare(rung);
      const child = start(image, [], options);
      const finished = finish(child);
      await eventually('the application has ended', () => child.exitCode !== null);
      expect(isMounted(where)).toBe(!inside);
      writeFileSync(join(where.home, 'go'), '');
      expect(await finished).toMatchObject({ status: 0, stdout: 'still there', stderr: '' });
      await cleanedUp(where);
    });

    test('a killed server leaves no mount and no mount point behind', async () => {
      const image = await appImage('echo ready; read go; cat "$APPDIR/late" && echo read it', { late: 'never read' });
      const { where, options } = prepare(rung);
      const child = start(image, [], options);
      expect(await firstLine(child)).toBe('ready');
      const [server] = helpers('appimage-serve', image);
      process.kill(server ?? 0, 'SIGKILL');
      child.stdin.end('go\n');
      const result = await finish(child);
      expect(result.stdout).toBe('');
      expect(result.status).not.toBe(0);
      await cleanedUp(where);
    });

    test('a killed application leaves no mount and no mount point behind', async () => {
      const image = await appImage('echo ready; read go');
      const { where, options } = prepare(rung);
      const child = start(image, [], options);
      expect(await firstLine(child)).toBe('ready');
      child.kill('SIGKILL');
      await finish(child);
      await cleanedUp(where);
      expect(helpers('appimage-serve', image)).toEqual([]);
      await eventually('the keeper has ended', () => helpers('appimage-keep', image).length === 0);
    });

    test('a start that is ended before it is done leaves nothing behind', async () => {
      const image = await appImage('exit 0');
      const { where, options } = prepare(rung);
      const starts = Array.from({ length: 40 }, async (_, i) => {
        const child = start(image, [], options);
        const finished = finish(child);
        await new Promise((resolve) => setTimeout(resolve, i % 8));
        child.kill('SIGTERM');
        return finished;
      });
      for (const { status, signal } of await Promise.all(starts)) expect(status ?? signal).toBeOneOf([0, 'SIGTERM']);
      await cleanedUp(where);
    });

    test('a start that is killed before it is done leaves nothing behind', async () => {
      const image = await appImage('exit 0');
      const { where, options } = prepare(rung);
      for (let round = 0; round < 10; round++) {
        const starts = Array.from({ length: 8 }, async (_, i) => {
          const child = start(image, [], options);
          const finished = finish(child);
          await new Promise((resolve) => setTimeout(resolve, i));
          child.kill('SIGKILL');
          return finished;
        });
        for (const { status, signal } of await Promise.all(starts)) expect(status ?? signal).toBeOneOf([0, 'SIGKILL']);
      }
      await cleanedUp(where);
    });

    test('a killed keeper is followed by another: the application notices nothing, and nothing stays', async () => {
      const image = await appImage('echo ready; read go; cat "$APPDIR/late"', { late: 'still there' });
      const { where, options } = prepare(rung);
      const child = start(image, [], options);
      expect(await firstLine(child)).toBe('ready');
      // And that one by the next.
      for (let round = 0, keeper = helpers('appimage-keep', image)[0] ?? 0; round < 2; round++) {
        await eventually('there is a guard', () => guardOf(keeper) !== undefined);
        const guard = guardOf(keeper) ?? 0;
        process.kill(keeper, 'SIGKILL');
        await eventually('it has taken over', () => status(guard, 'Name') === 'appimage-keep');
        keeper = guard;
      }
      child.stdin.end('go\n');
      expect(await finish(child)).toMatchObject({ status: 0, stdout: 'still there', stderr: '' });
      await cleanedUp(where);
      await eventually('the server has ended', () => helpers('appimage-serve', image).length === 0);
    });

    test('keeper and guard killed at once leave nothing that serves for ever, and the next start removes the rest', async () => {
      const image = await appImage('echo ready; read go');
      const { where, options } = prepare(rung);
      const child = start(image, [], options);
      expect(await firstLine(child)).toBe('ready');
      const keeper = helpers('appimage-keep', image)[0] ?? 0;
      await eventually('there is a guard', () => guardOf(keeper) !== undefined);
      process.kill(guardOf(keeper) ?? 0, 'SIGKILL');
      process.kill(keeper, 'SIGKILL');
      child.kill('SIGKILL');
      await finish(child);
      await eventually('the server has ended', () => helpers('appimage-serve', image).length === 0);
      // A mount point that nothing is mounted on may belong to a start that has just begun: only its age tells.
      for (const name of readdirSync(where.tmp)) {
        if (inside) utimesSync(join(where.tmp, name), 0, 0);
      }
      const next = start(image, [], options);
      expect(await firstLine(next)).toBe('ready');
      await eventually('only one mount point is left', () => readdirSync(where.tmp).length === 1);
      next.stdin.end('go\n');
      expect(await finish(next)).toMatchObject({ status: 0, stderr: '' });
      await cleanedUp(where);
    });

    test('a mount in use, young mount points and those of others are not touched by another start', async () => {
      const image = await appImage('echo ready; read go; cat "$APPDIR/late"', { late: 'still there' });
      const { where, options } = prepare(rung);
      const [young, foreign] = [join(where.tmp, '.mount_young'), join(where.tmp, '.mount_foreign')];
      const child = start(image, [], options);
      expect(await firstLine(child)).toBe('ready');
      if (inside) for (const name of readdirSync(where.tmp)) utimesSync(join(where.tmp, name), 0, 0);
      for (const path of [young, foreign]) {
        mkdirSync(path);
        chownSync(path, rung.user ?? 0, rung.user ?? 0);
      }
      chmodSync(young, 0o1700);
      utimesSync(foreign, 0, 0);
      const other = await appImage('exit 0');
      expect(await run(other, [], options)).toMatchObject({ status: 0 });
      await eventually('the other start has ended', () => helpers('appimage-keep', other).length === 0);
      expect(readdirSync(where.tmp)).toHaveLength(3);
      child.stdin.end('go\n');
      expect((await finish(child)).stdout).toBe('still there');
      for (const path of [young, foreign]) rmdirSync(path);
      await cleanedUp(where);
    });

    test('signals that end a whole session leave the mount to those who are still at work', async () => {
      const image = await appImage('trap "" TERM HUP; echo ready; read go; cat "$APPDIR/late"', {
        late: 'still there',
      });
      const { where, options } = prepare(rung);
      const child = start(image, [], options);
      expect(await firstLine(child)).toBe('ready');
      await eventually('the guard has a name of its own', () => helpers('appimage-keep', image).length === 1);
      const processes = [child.pid ?? 0, ...helpers('appimage-serve', image), ...helpers('appimage-keep', image)];
      expect(processes).toHaveLength(3);
      for (const pid of processes)
        for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) {
          if (pid !== child.pid || signal !== 'SIGINT') process.kill(pid, signal);
        }
      child.stdin.end('go\n');
      expect(await finish(child)).toMatchObject({ status: 0, stdout: 'still there' });
      await cleanedUp(where);
    });

    test('the server is confined, and both helpers have left the caller’s session', async () => {
      const image = await appImage('echo ready; read go');
      const { where, options } = prepare(rung);
      const child = start(image, [], options);
      expect(await firstLine(child)).toBe('ready');
      const [server, keeper] = [helpers('appimage-serve', image)[0] ?? 0, helpers('appimage-keep', image)[0] ?? 0];
      expect(status(server, 'Seccomp')).toBe('2');
      expect(status(server, 'NoNewPrivs')).toBe('1');
      const sessions = [child.pid ?? 0, server, keeper].map(
        (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[5],
      );
      expect(sessions[1]).toBe(sessions[2]);
      expect(sessions[1]).not.toBe(sessions[0]);
      child.stdin.end('go\n');
      await finish(child);
      await cleanedUp(where);
    });

    test.each(['128K', '1M'])(
      'large files in blocks of %s are read by several threads, within 64 MiB of memory',
      async (block) => {
        const big = Buffer.alloc(24 << 20, 'not all of this is the same, but much of it is; ');
        for (let at = 0; at < big.length; at += 997)
          big.writeUInt32LE((at * 2654435761) % 4294967296, Math.min(at, big.length - 4));
        const script =
          'for name in big other; do cat "$APPDIR/$name" > /dev/null & done; wait; cat "$APPDIR/big" | wc -c; read go';
        const image = await appImage(
          script,
          { big, other: Buffer.from(big.toReversed()) },
          { mksquashfs: ['-b', block] },
        );
        const { options } = prepare(rung);
        const child = start(image, [], options);
        expect(Number(await firstLine(child))).toBe(big.length);
        const [server] = helpers('appimage-serve', image);
        expect(Number.parseInt(status(server ?? 0, 'VmHWM'), 10)).toBeLessThan(64 << 10);
        const processors = Number(await run('nproc').then(({ stdout }) => stdout));
        if (processors > 1) expect(Number(status(server ?? 0, 'Threads'))).toBeGreaterThan(1);
        child.stdin.end('go\n');
        await finish(child);
      },
    );
  });
}

describeWith(byRoot.needs, 'a background process of a job', () => {
  test('may start a program of the image after the application has ended', async () => {
    const image = await appImage('(sleep 0.5; exec "$APPDIR/late") & exit 0', {
      late: '#!/bin/sh\necho started late\n',
    });
    const { where, options } = prepare(byRoot);
    // Like a shell's job, it leads a process group.
    const result = await run(image, [], { ...options, detached: true });
    expect(result).toMatchObject({ status: 0, stdout: 'started late\n', stderr: '' });
    await cleanedUp(where);
  });
});
