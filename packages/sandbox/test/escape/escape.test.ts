import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { confinerPath } from '@appimage-js/runtime-shim';
import { describeWith, isThere, run, sharedFolder } from '@appimage-js/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Job } from './driver.ts';
import { type Outcome, type Places, PROBES, type Probe } from './probes.ts';

const machines: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64', ia32: 'i686', arm: 'armhf' };
const confiner = confinerPath(machines[process.arch] ?? process.arch);
const built = { name: 'a built confiner', isThere: isThere(confiner) };

const USER = 1000;
const who = ['root', 'user'] as const;
const mechanisms = ['bubblewrap', 'own'] as const;
const all = PROBES.flatMap(({ probes }) => probes);

interface Answers {
  readonly landlock: number;
  readonly outcomes: Readonly<Record<string, string>>;
}

describeWith(['root', 'cc', 'bwrap', 'setpriv', 'ipcmk', built], 'a hostile application', () => {
  const folder = sharedFolder();
  const program = join(folder, 'probe');
  const servers: Server[] = [];
  let services: Pick<Places, 'port' | 'socket' | 'abstract' | 'sharedFile' | 'sharedMemory'>;

  beforeAll(async () => {
    const source = fileURLToPath(new URL('programs/probe.c', import.meta.url));
    run('cc', ['-D_GNU_SOURCE', '-static', '-Wall', '-Wextra', '-Werror', '-O1', '-o', program, source]);
    services = await startServices();
  });
  afterAll(() => {
    for (const server of servers) server.close();
    rmSync(services.sharedFile, { force: true });
    run('ipcrm', ['-m', String(services.sharedMemory)]);
  });

  async function startServices(): Promise<typeof services> {
    const listen = async (where: { readonly path: string } | { readonly port: number; readonly host: string }) => {
      const server = createServer((socket) => socket.end());
      servers.push(server.listen(where));
      await once(server, 'listening');
      return server;
    };
    const socket = join(folder, 'socket');
    const abstract = `appimage-js-escape-${process.pid}`;
    const network = await listen({ port: 0, host: '127.0.0.1' });
    await listen({ path: socket });
    chmodSync(socket, 0o777);
    await listen({ path: `\0${abstract}` });
    const sharedFile = `/dev/shm/appimage-js-escape-${process.pid}`;
    writeFileSync(sharedFile, 'SECRET');
    const sharedMemory = Number(/(\d+)\s*$/.exec(run('ipcmk', ['-M', '4096', '-p', '0666']))?.[1]);
    return { socket, abstract, port: (network.address() as AddressInfo).port, sharedFile, sharedMemory };
  }

  /** The host's side of a run: what is granted, and what is not. */
  function setUp(name: string, as: (typeof who)[number]): Omit<Places, 'victim'> {
    const stage = join(folder, name);
    const [app, granted, readable, secret] = ['app', 'granted', 'readable', 'secret'].map((part) => join(stage, part));
    if (!(app && granted && readable && secret)) throw new RangeError('Cannot set up: a place has no name');
    for (const each of [stage, app, granted, readable]) mkdirSync(each);
    writeFileSync(secret, 'SECRET');
    for (const each of [app, granted]) symlinkSync(secret, join(each, 'link'));
    copyFileSync(program, join(app, 'probe'));
    copyFileSync(program, join(granted, 'set-user-id'));
    if (as === 'user') for (const each of [stage, app, granted, readable, secret]) chownSync(each, USER, USER);
    chmodSync(join(granted, 'set-user-id'), 0o4755);
    return { ...services, stage, app, granted, readable, secret };
  }

  /** Tries all probes as a user by one mechanism, each in a start of its own. */
  async function tryAll(mechanism: Job['mechanism'], as: (typeof who)[number]): Promise<Answers> {
    const host = setUp(`${mechanism}-${as}`, as);
    const inside = mechanism === 'none' ? {} : { app: '/app', granted: '/granted', readable: '/readable' };
    const places = { ...host, ...inside, victim: '(victim)' as unknown as number };
    const probes = all
      .filter((probe) => isFor(probe, as))
      .map(({ name, words, given }) => ({ name, words: words(places), given }));
    const job: Job = { mechanism, places: host, program, probes };
    const file = join(folder, `${mechanism}-${as}.json`);
    writeFileSync(file, JSON.stringify(job));
    const become = as === 'root' ? [] : ['setpriv', '--reuid', `${USER}`, '--regid', `${USER}`, '--clear-groups'];
    const driver = fileURLToPath(new URL('driver.ts', import.meta.url));
    const [command = '', ...args] = [...become, process.execPath, '--conditions=@appimage-js/source', driver, file];
    const child: ChildProcess = spawn(command, args, {
      cwd: '/',
      env: { PATH: process.env['PATH'], BASH_ENV: '/tmp/none', LD_LIBRARY_PATH: '/none' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output = child.stdout ? await text(child.stdout) : '';
    return JSON.parse(output) as Answers;
  }

  describe.each(who)('as %s', (as) => {
    const answers = new Map<Job['mechanism'], Answers>();
    beforeAll(async () => {
      for (const mechanism of ['none', ...mechanisms] as const) answers.set(mechanism, await tryAll(mechanism, as));
    });

    const mine = all.filter((probe) => isFor(probe, as));
    test.for(mine)('$name: $expected', ({ name, expected, by }, context) => {
      // Where it is closed to everybody, as by a setting of the kernel, closing it proves nothing.
      const control = answers.get('none')?.outcomes[name] ?? '';
      if (outcomeOf(control) !== 'reached') context.skip(`unconfined: ${control}`);
      const landlock = answers.get('own')?.landlock ?? 0;
      if (by.startsWith('Landlock') && landlock < 6) context.skip(`Landlock ${landlock}`);
      for (const mechanism of mechanisms) {
        const answer = answers.get(mechanism)?.outcomes[name] ?? '';
        expect(outcomeOf(answer), `${mechanism}: ${answer}`).toBe(expected);
      }
    });
  });
});

function isFor({ who: only }: Probe, as: (typeof who)[number]): boolean {
  return only === undefined || only === as;
}

function outcomeOf(answer: string): Outcome | undefined {
  if (answer === 'reached') return 'reached';
  return answer.startsWith('denied') ? 'denied' : undefined;
}
