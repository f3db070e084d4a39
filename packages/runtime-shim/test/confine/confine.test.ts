import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, temporaryFolder, testWith } from '@appimage-js/testing';
import { expect, onTestFinished, test } from 'vitest';
import { compiled } from '../native/host-conditions.ts';
import { bare, built, confiner, programs, runAs, USER } from './mechanisms.ts';

const ALL = ['--unshare-all', ...bare, '--proc', '/proc'];
const shell = (script: string): string[] => ['/bin/sh', '-c', script];

/** Starts the program with descriptors for what it says and for what lets it go on. */
function start(args: readonly string[], as: readonly string[] = []): ChildProcess {
  const [command = '', ...rest] = [...as, confiner, ...args];
  const child = spawn(command, rest, { env: {}, cwd: '/', stdio: ['ignore', 'pipe', 'inherit', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function said(child: ChildProcess, descriptor: number): Promise<string> {
  const stream = child.stdio[descriptor];
  if (!stream) throw new Error(`Cannot listen: there is no descriptor ${descriptor}`);
  const [data] = (await once(stream, 'data')) as [Buffer];
  return data.toString();
}

function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function untilEnded(...pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await new Promise((resolve) => setTimeout(resolve, 10));
}

describeWith([built], 'the program for confinement', () => {
  test('walks to a target behind an absolute link of the new root, and to none of the host', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'shown');
    const args = ['--dir', '/real', '--symlink', '/real/place', '/data', '--symlink', '../../../..', '/up'];
    const binds = ['--ro-bind', folder, '/data/x', '--tmpfs', `/up${folder}/over`];
    const script = `cat /real/place/x/file; test -d ${folder}/over && echo inside`;
    const ended = await runAs(confiner, [...ALL, ...args, ...binds, ...shell(script)], { as: 'root' });
    expect(ended).toMatchObject({ status: 0, output: 'showninside\n' });
    expect(() => readFileSync(join(folder, 'over'))).toThrow(/ENOENT/);
  });

  test('refuses a target whose links go in circles', async () => {
    const args = ['--symlink', 'b', '/a', '--symlink', 'a', '/b', '--dir', '/a/x'];
    const ended = await runAs(confiner, [...ALL, ...args, 'true'], { as: 'root' });
    expect(ended).toMatchObject({ status: 1, errors: expect.stringMatching(/\/a\/x.*link/) });
  });

  test('does not make a mount point through a link that a shown folder has', async () => {
    const folder = temporaryFolder();
    const [shown, other] = [join(folder, 'shown'), join(folder, 'other')];
    for (const each of [shown, other]) mkdirSync(each);
    symlinkSync(other, join(shown, 'trap'));
    const args = ['--bind', shown, '/home/me', '--ro-bind', '/usr', '/home/me/trap/made'];
    const ended = await runAs(confiner, [...ALL, ...args, ...shell(`ls ${other}`)], { as: 'root' });
    expect(ended).toMatchObject({ status: 0, output: 'made\n' });
    expect(() => readFileSync(join(other, 'made'))).toThrow(/ENOENT/);
  });

  testWith(['cc', 'root'], 'restricts what is mounted below also on a kernel without mount_setattr', async () => {
    const deny = compiled('deny');
    const args = ['38', 'mount_setattr', confiner, ...ALL, '--ro-bind', '/dev', '/data'];
    const ended = await runAs(deny, [...args, ...shell('touch /data/x; touch /data/shm/x; head -c1 /data/zero')], {
      as: 'root',
    });
    expect(ended.errors.match(/Read-only file system/g)).toHaveLength(2);
    expect(ended.errors).toMatch(/zero.*Permission denied/);
  });

  test('lets no mount of the host arrive later', async () => {
    const ended = await runAs(confiner, [...ALL, ...shell('cat /proc/self/mountinfo')], { as: 'root' });
    expect(ended.output).toMatch(/ - tmpfs /);
    expect(ended.output).not.toMatch(/(?:shared|master|propagate_from):\d/);
  });

  test('describes the sandbox as bubblewrap does, and tells the status', async () => {
    const child = start(['--json-status-fd', '3', ...ALL, ...shell('exit 9')]);
    let text = '';
    child.stdio[3]?.on('data', (data: Buffer) => (text += data.toString()));
    await once(child, 'close');
    const [first, last] = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, number>);
    expect(Object.keys(first ?? {})).toEqual([
      'child-pid',
      ...['cgroup', 'ipc', 'mnt', 'net', 'pid', 'uts'].map((name) => `${name}-namespace`),
    ]);
    expect(last).toEqual({ 'exit-code': 9 });
  });

  test('runs nothing before it is let go', async () => {
    const child = start(['--info-fd', '3', '--block-fd', '4', ...ALL, ...shell('echo ran')]);
    const ran = said(child, 1);
    const { 'child-pid': pid } = JSON.parse(await said(child, 3)) as Record<string, number>;
    expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1')).toContain('--block-fd');
    const gate = child.stdio[4];
    if (gate && 'end' in gate) gate.end('+');
    expect(await ran).toBe('ran\n');
  });

  test('hands signals to the application, whose status it answers', async () => {
    const child = start([...ALL, ...shell('trap "echo got; exit 21" TERM; echo ready; while :; do sleep 0.05; done')]);
    expect(await said(child, 1)).toBe('ready\n');
    const answer = said(child, 1);
    child.kill('SIGTERM');
    expect(await answer).toBe('got\n');
    expect(await once(child, 'exit')).toEqual([21, null]);
  });

  const users: ReadonlyArray<readonly [string, readonly string[]]> = [
    ['root', []],
    ['an ordinary user', ['setpriv', '--reuid', `${USER}`, '--regid', `${USER}`, '--clear-groups']],
  ];
  test.each(users)('ends with its parent, and all of the sandbox with it, as %s', async (_, as) => {
    const args = [
      '--die-with-parent',
      '--info-fd',
      '3',
      ...ALL,
      '--dev',
      '/dev',
      ...shell('sleep 1000 & echo ready; sleep 1000'),
    ];
    // In between stands somebody who can be killed.
    const script = `const { spawn } = require('node:child_process');
      const child = spawn(process.argv[1], process.argv.slice(2), { env: {}, stdio: [0, 1, 2, 3] }); console.log(child.pid);`;
    const words = [...as, process.execPath, '-e', script, confiner, ...args];
    const [command = '', ...rest] = words;
    const parent = spawn(command, rest, {
      env: { PATH: '/usr/bin:/bin' },
      cwd: '/',
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    });
    let output = '';
    parent.stdout?.on('data', (data: Buffer) => (output += data.toString()));
    const { 'child-pid': inside = 0 } = JSON.parse(await said(parent, 3)) as Record<string, number>;
    while (!/ready/.test(output)) await new Promise((resolve) => setTimeout(resolve, 10));
    const outside = Number(/^\d+/.exec(output)?.[0]);
    expect([inside, outside].map(isRunning)).toEqual([true, true]);
    parent.kill('SIGKILL');
    await untilEnded(inside, outside);
    expect([inside, outside].map(isRunning)).toEqual([false, false]);
  });

  test('keeps none of its own descriptors open in the application', async () => {
    const args = [...ALL, '--json-status-fd', '3', '--sync-fd', '4', ...shell('ls /proc/self/fd')];
    // Those that come from whoever runs the tests are handed on, as by any program.
    const outside = await runAs('/bin/ls', ['/proc/self/fd'], { as: 'root' });
    expect(await said(start(args), 1)).toBe(outside.output);
  });

  test('installs the filter that it is given, and refuses half an instruction', async () => {
    // One instruction: BPF_RET | BPF_K, SECCOMP_RET_ALLOW.
    const allow = Uint8Array.of(6, 0, 0, 0, 0, 0, 0xff, 0x7f);
    const args = [...ALL, '--seccomp', '3', ...shell('grep -E "^Seccomp:" /proc/self/status')];
    const ended = await runAs(confiner, args, { as: 'root', inputs: [allow] });
    expect(ended.output).toMatch(/Seccomp:\s+2/);
    const half = await runAs(confiner, args, { as: 'root', inputs: [allow.subarray(0, 5)] });
    expect(half).toMatchObject({
      status: 1,
      output: '',
      errors: expect.stringMatching(/whole number of instructions/),
    });
  });

  test.each([
    ['--bind', '/a'],
    ['--perms', '8', '--dir', '/x', 'true'],
    ['--perms', '0700', '--ro-bind', '/usr', '/usr', 'true'],
    ['--size', '0', '--tmpfs', '/x', 'true'],
    ['--uid', '-1', 'true'],
    ['--args', '99', 'true'],
    ['--hostname', 'x', 'true'],
  ])('refuses %s %s', async (...args) => {
    const ended = await runAs(programs.own, args, { as: 'root' });
    expect(ended).toMatchObject({ status: 1, output: '', errors: expect.stringMatching(/^confine: [^\n]+\n$/) });
  });

  test('takes ten thousand arguments over a descriptor', async () => {
    const variables = Array.from({ length: 3000 }, (_, index) => ['--setenv', `V${index}`, `${index}`]).flat();
    const list = [...ALL, ...variables, '--unsetenv', 'V7'].map((word) => `${word}\0`).join('');
    const args = ['--args', '3', ...shell('env | grep -c "^V"')];
    expect(await runAs(confiner, args, { as: 'root', inputs: [list] })).toMatchObject({ status: 0, output: '2999\n' });
  });
});
