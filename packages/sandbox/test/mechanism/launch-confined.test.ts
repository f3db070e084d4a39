import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describeWith, temporaryFolder } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Confinement } from '../../src/mechanism/confinement.ts';
import { type SpawnConfinedOptions, spawnConfined } from '../../src/mechanism/spawn-confined.ts';
import { isRunning, mechanismNamed, needs, shellPlan, untilEnded } from './host.ts';

const names = ['bubblewrap', 'own'] as const;

describeWith(needs, 'a confined launch', () => {
  describe.each(names)('by %s', (name) => {
    async function start(plan: Confinement, options: SpawnConfinedOptions = {}) {
      const started = spawnConfined(plan, await mechanismNamed(name), {
        stdio: ['ignore', 'pipe', 'pipe'],
        ...options,
      });
      onTestFinished(() => void started.child.kill('SIGKILL'));
      return started;
    }

    async function run(plan: Confinement, options: SpawnConfinedOptions = {}) {
      const { child, ended, ready } = await start(plan, options);
      const output = child.stdout ? text(child.stdout) : '';
      const errors = child.stderr ? text(child.stderr) : '';
      const problem = await ready.then(
        () => undefined,
        (error: unknown) => error,
      );
      return { ...(await ended), output: await output, errors: await errors, problem };
    }

    test('answers the exact status', async () => {
      expect(await run(shellPlan('exit 42'))).toMatchObject({ status: 42 });
      expect(await run(shellPlan('kill -SEGV $$'))).toMatchObject({ status: 139 });
      expect(await run({ ...shellPlan(''), command: ['/none'] })).toMatchObject({ status: 127, problem: undefined });
      expect(await run({ ...shellPlan(''), command: ['/usr'] })).toMatchObject({ status: 126 });
    });

    test('shows contents and descriptors of the plan, and hands arguments on as they are', async () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'file'), 'shown');
      const descriptor = openSync(folder, 'r');
      const plan = shellPlan('cat /etc/made /data/file; printf "%s|" "$@" | wc -c', {
        files: { made: 'by a descriptor, ' },
        arguments: ['--ro-bind-data', { file: 'made' }, '/etc/made', '--bind-fd', { file: 'folder' }, '/data'],
      });
      const long = ['', 'two words', '"\'$(x)', 'é\n', ...Array.from({ length: 20 }, () => 'x'.repeat(100_000))];
      const command = [...plan.command, 'name', ...long] as const;
      const ended = await run({ ...plan, command }, { descriptors: { folder: descriptor } });
      closeSync(descriptor);
      const bytes = long.reduce((sum, word) => sum + Buffer.byteLength(word) + 1, 0);
      expect(ended).toMatchObject({ status: 0, output: `by a descriptor, shown${bytes}\n` });
    });

    test('starts nothing when a granted folder was exchanged after it had been opened', async () => {
      const folder = temporaryFolder();
      const [granted, other] = [join(folder, 'granted'), join(folder, 'other')];
      for (const each of [granted, other]) mkdirSync(each);
      const descriptor = openSync(granted, 'r');
      const plan = shellPlan('echo ran', { arguments: ['--bind-fd', { file: 'folder' }, '/data'] });
      const exchange = () => {
        renameSync(granted, join(folder, 'away'));
        renameSync(other, granted);
      };
      const mechanism = await mechanismNamed(name);
      // Bubblewrap gets the name; what is there by then is another folder.
      const started = spawnConfined(plan, mechanism, {
        stdio: ['ignore', 'pipe', 'ignore'],
        descriptors: { folder: descriptor },
        through: (path, args) => {
          exchange();
          return { command: path, argv0: path, args, env: {}, cwd: '/' };
        },
      });
      const output = started.child.stdout ? text(started.child.stdout) : '';
      // By the name of a descriptor the own program finds the folder where it has been moved to.
      const { status } = await started.ended;
      closeSync(descriptor);
      if (name === 'own') expect([status, await output]).toEqual([0, 'ran\n']);
      else expect([status, await output]).toEqual([1, '']);
    });

    test('runs nothing when what has to be done before fails', async () => {
      const failure = new Error('no');
      const ended = await run(shellPlan('echo ran'), { onStarted: () => Promise.reject(failure) });
      expect(ended).toMatchObject({ output: '', problem: failure });
      expect(ended.status).not.toBe(0);
    });

    test('says so when no sandbox could be made', async () => {
      const plan = shellPlan('echo ran', { arguments: ['--ro-bind', '/none', '/x'] });
      const { output, problem } = await run(plan);
      expect(output).toBe('');
      expect(problem).toMatchObject({
        code: 'io',
        message: expect.stringMatching(/^Cannot confine: expected a sandbox/),
      });
    });

    test('has neither the environment of this process nor its descriptors', async () => {
      const { output } = await run(shellPlan('env; ls /proc/self/fd'));
      expect(output.split('\n').filter((line) => !/^(?:PATH|PWD)=/.test(line))).toEqual(['0', '1', '2', '3', '']);
    });

    test('keeps descriptors that are asked for', async () => {
      const { child, ended } = await start(shellPlan('echo told >&3'), {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      });
      const stream = child.stdio[3];
      const told = stream && 'read' in stream ? text(stream) : '';
      expect((await ended).status).toBe(0);
      expect(await told).toBe('told\n');
    });

    test('shows no argument in the list of processes', async () => {
      const { child, ended } = await start(shellPlan('echo ready; read x <&0; exit 0', {}), {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      if (child.stdout) await once(child.stdout, 'data');
      const shown = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8');
      child.stdin?.end('\n');
      await ended;
      expect(shown).not.toMatch(/ready|ro-bind/);
    });

    test('hands a signal of the keyboard to the whole group', async () => {
      const inner = 'trap "echo two; exit" INT; echo up; while :; do sleep 0.05; done';
      const script = `trap "echo one" INT; sh -c '${inner}'; exit 5`;
      const { child, kill, ended } = await start(shellPlan(script));
      let output = '';
      child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
      while (!/up/.test(output)) await new Promise((resolve) => setTimeout(resolve, 10));
      kill('SIGINT');
      expect((await ended).status).toBe(5);
      expect(output).toMatch(/one/);
      expect(output).toMatch(/two/);
    });

    test.each(['the application', 'process 1', 'the mechanism', 'this process'])(
      'leaves nothing running or mounted when %s is killed',
      async (who) => {
        const script = 'sleep 1000 & sleep 1000 & echo ready; wait';
        const path = fileURLToPath(new URL('start-and-tell.ts', import.meta.url));
        const args = ['--conditions=@appimage-js/source', path, name, script];
        const parent: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        onTestFinished(() => void parent.kill('SIGKILL'));
        let output = '';
        parent.stdout?.on('data', (data: Buffer) => (output += data.toString()));
        while (!/ready/.test(output)) await new Promise((resolve) => setTimeout(resolve, 10));
        const inside = Number(/inside (\d+)/.exec(output)?.[1]);
        const all = [...descendants(inside), ...ancestorsUntil(inside, parent.pid ?? 0)];
        expect(all.filter(isRunning)).toHaveLength(all.length);
        const [application = 0] = childrenOf(inside);
        const victims = { 'the application': application, 'process 1': inside, 'the mechanism': all.at(-1) ?? 0 };
        process.kill(
          who === 'this process' ? (parent.pid ?? 0) : ((victims as Record<string, number>)[who] ?? 0),
          'SIGKILL',
        );
        await untilEnded([...all, parent.pid ?? 0]);
        expect(all.filter(isRunning)).toEqual([]);
        if (who === 'the application') expect(output).toMatch(/status 137/);
      },
    );
  });
});

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

/** A process and all that it has started. */
function descendants(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(descendants)];
}

function ancestorsUntil(pid: number, end: number): number[] {
  const parent = Number(/^\d+ \(.*\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  return parent === end || parent <= 1 ? [] : [parent, ...ancestorsUntil(parent, end)];
}
