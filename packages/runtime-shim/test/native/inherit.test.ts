import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { expect, onTestFinished, test } from 'vitest';
import { appImage, appImageWith, mountsBelow, placeOfUser, shortFolder, writeTree } from './fixture.ts';
import { eventually, ordinaryUser } from './host.ts';
import { run, succeed } from './run.ts';
import { prepare, type Rung, rungs } from './rungs.ts';

/** Python, which can start a program in ways that no shell can. It gets the program's path as its first argument. */
function startedBy(python: string, image: string, options: Parameters<typeof run>[2]): ReturnType<typeof run> {
  const prelude = 'import os, sys, resource, signal, ctypes\nimage = sys.argv[1]\n';
  return run('python3', ['-c', `${prelude}${python}`, image], options);
}

/** A program that says what it has inherited; the same one for a start by the runtime and for one without it. */
const tellAll = `
import os, resource, signal, sys
state = dict(line.rstrip("\\n").split(":\\t", 1) for line in open("/proc/self/status") if ":\\t" in line)
print({name: state.get(name) for name in ("Umask", "SigBlk", "SigIgn", "NoNewPrivs", "Seccomp", "Groups", "Uid", "Gid", "CapEff")})
print([resource.getrlimit(limit) for limit in range(16)])
print(os.getpriority(os.PRIO_PROCESS, 0), os.sched_getaffinity(0), os.getppid() == int(os.environ["PARENT"]))
print(os.getpid() == os.getpgid(0), os.getpid() == os.getsid(0), os.getcwd())
print(sorted(set(os.listdir("/proc/self/fd")) - {"3"}), [os.readlink("/proc/self/fd/%d" % fd) for fd in (1100,) if os.path.exists("/proc/self/fd/%d" % fd)])
print(open("/proc/self/oom_score_adj").read(), open("/proc/self/timerslack_ns").read() if os.path.exists("/proc/self/timerslack_ns") else "")
`;

/** Which of the standard descriptors are open, into a file. */
const tellOpen = `
import os, sys
found = [fd for fd in (0, 1, 2) if os.path.exists("/proc/self/fd/%d" % fd)]
open(os.environ["OUT"], "w").write(str(found))
sys.exit(3)
`;

const unusual = `
os.umask(0o137)
os.nice(3)
resource.setrlimit(resource.RLIMIT_CORE, (1234, 5678))
resource.setrlimit(resource.RLIMIT_NOFILE, (2000, 2000))
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 40, 1 << 41))
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
signal.signal(signal.SIGPIPE, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2, signal.SIGTERM, signal.SIGALRM, 40])
null = os.open("/dev/null", os.O_RDONLY)
os.dup2(null, 1100, inheritable=True)
os.dup2(null, 9, inheritable=True)
os.environ["PARENT"] = str(os.getppid())
os.execv(image, [image])
`;

async function startsAs(
  rung: Rung,
  script: string,
): Promise<{ image: string; plain: string; options: Parameters<typeof run>[2] }> {
  const image = await appImage(script);
  const { where, options } = prepare(rung);
  const plain = join(where.home, 'plain');
  writeFileSync(plain, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { image, plain, options: { ...options, cwd: where.home } };
}

for (const rung of rungs) {
  describeWith([...rung.needs, 'python3'], `by ${rung.rung}, as ${rung.by}, the application inherits`, () => {
    test('masks, limits, priority, groups, session, working directory and descriptors as they were', async () => {
      const { image, plain, options } = await startsAs(rung, `exec python3 -c '${tellAll}'`);
      for (const detached of [false, true]) {
        const expected = await startedBy(unusual, plain, { ...options, detached });
        const found = await startedBy(unusual, image, { ...options, detached });
        expect(expected).toMatchObject({ status: 0, stderr: '' });
        // A namespace has its own view of who may do what.
        const comparable = (text: string) =>
          rung.rung === 'userns' ? text.replace(/'(Groups|CapEff)': '[^']*'/g, '') : text;
        expect(comparable(found.stdout)).toBe(comparable(expected.stdout));
        expect(found).toMatchObject({ status: 0, stderr: '' });
      }
    });

    test.each(['<&-', '>&-', '2>&-', '<&- >&- 2>&-'])('standard descriptors that are closed: %s', async (closed) => {
      const script = `exec python3 -c '${tellOpen}'`;
      const { image, plain, options } = await startsAs(rung, script);
      const out = join(shortFolder(), 'out');
      await succeed('chmod', ['777', join(out, '..')]);
      const counts = [];
      for (const program of [plain, image]) {
        const env = { ...options?.env, OUT: out };
        const result = await run('/bin/sh', ['-c', `"$0" ${closed}`, program], { ...options, env });
        expect(result).toMatchObject({ status: 3, stdout: '', stderr: '' });
        counts.push(await succeed('cat', [out]));
        await succeed('rm', [out]);
      }
      expect(counts[1]).toBe(counts[0]);
    });

    test('a working directory that has been removed, and then no OWD', async () => {
      const image = await appImage('echo "${OWD-unset}"; readlink /proc/self/cwd');
      const { where, options } = prepare(rung, { OWD: '/of/somebody/else' });
      const gone = join(where.home, 'gone');
      const script = 'mkdir "$1" && cd "$1" && rmdir "$1" && exec "$0"';
      const { status, stdout } = await run('/bin/sh', ['-c', script, image, gone], options);
      expect({ status, stdout }).toEqual({ status: 0, stdout: `unset\n${gone} (deleted)\n` });
    });

    test('variables of any bytes, and of several with one name only the new one', async () => {
      const image = await appImage('exec cat /proc/$$/environ');
      const { options } = prepare(rung);
      const script = `
pairs = [b"ODD=\\xff\\xfe\\n=x", b"APPDIR=first", b"ARGV0=a", b"APPDIR=second", b"no equals sign", b"=", b"EMPTY=", b"ARGV0=b"]
pairs += [os.fsencode(name + "=" + value) for name, value in os.environ.items()]
array = (ctypes.c_char_p * (len(pairs) + 1))(*pairs, None)
ctypes.CDLL(None).execve(os.fsencode(image), (ctypes.c_char_p * 3)(b"typed", b"\\xff\\n", None), array)
`;
      const result = await startedBy(script, image, options);
      const variables = result.stdout.split('\0');
      expect(result.stderr).toBe('');
      expect(variables.filter((variable) => variable.startsWith('APPDIR='))).toHaveLength(1);
      expect(variables.filter((variable) => variable.startsWith('ARGV0='))).toEqual(['ARGV0=typed']);
      expect(variables).toContain('EMPTY=');
      expect(variables).toContain('ODD=\ufffd\ufffd\n=x');
    });

    test('the variables of the caller, and besides them only those that are promised', async () => {
      const image = await appImage('exec cat /proc/$$/environ');
      const { options } = prepare(rung, { LD_LIBRARY_PATH: '/some', PYTHONHOME: '/other' });
      const sorted = (text: string) => text.split('\0').filter(Boolean).sort();
      const before = sorted((await run('cat', ['/proc/self/environ'], options)).stdout);
      const after = sorted((await run(image, [], options)).stdout);
      expect(before.filter((variable) => !after.includes(variable))).toEqual([]);
      const added = after
        .filter((variable) => !before.includes(variable))
        .map((variable) => variable.replace(/=.*/s, ''));
      // The shell itself adds the last one.
      expect(added.sort()).toEqual(['APPDIR', 'APPIMAGE', 'APPIMAGE_ARGV0', 'ARGV0', 'OWD', 'PWD']);
    });

    test('10,000 arguments, and two as long as may be', async () => {
      const image = await appImage('echo $#; for each; do :; done; printf %s "$each" | wc -c');
      const { options } = prepare(rung);
      expect((await startedBy('os.execv(image, [image] + ["arg"] * 10000)', image, options)).stdout).toBe('10000\n3\n');
      const long = 'os.execv(image, [image, "a" * 131071, "b" * 131071])';
      expect((await startedBy(long, image, options)).stdout).toBe('2\n131071\n');
    });

    test('no arguments at all, not even a name', async () => {
      const image = await appImage('echo $#');
      const { options } = prepare(rung);
      const script = 'ctypes.CDLL(None).execv(os.fsencode(image), (ctypes.c_char_p * 1)(None))';
      const { status, stdout, stderr } = await startedBy(script, image, options);
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '0\n', stderr: '' });
    });

    test.each(['spaces and\\nlines', '\\xff\\xfe', 'quote\'\\"s$`', `long/${'l'.repeat(240)}`])(
      'folders called %j: file, working directory, TMPDIR and HOME',
      async (name) => {
        const image = await appImage(
          'cat "$APPDIR/inside"; [ "$OWD" = "$(pwd)" ] && [ -d "$HOME" ] && [ -f "$APPIMAGE" ]; exit $?',
          {
            inside: 'found',
          },
        );
        const { where, options } = prepare(rung, { BASE: '' });
        const script = `
base = os.fsencode(os.environ["HOME"]) + b"/" + b"${name}"
os.makedirs(base + b"/tmp")
import shutil
shutil.copy(image, base + b"/image")
os.chdir(base)
for variable in ("HOME", "XDG_CACHE_HOME"): os.environb[os.fsencode(variable)] = base
os.environb[b"TMPDIR"] = base + b"/tmp"
os.execv(base + b"/image", ["image"])
`;
        const { status, stdout, stderr } = await startedBy(script, image, options);
        expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'found', stderr: '' });
        await eventually('nothing is mounted there any more', () => mountsBelow(where.home).length === 0);
      },
    );
  });
}

describeWith(['mksquashfs', 'python3'], 'a path', () => {
  const deep = (length: number) => `
base = os.environ["HOME"]
depth = 0
os.chdir(base)
while len(base) + 201 < ${length}:
    name = "d" * 200
    os.makedirs(name, exist_ok=True)
    os.chdir(name)
    base += "/" + name
import shutil
name = "i" * (${length} - len(base) - 1)
shutil.copy(image, name)
os.execv(name, [name])
`;

  test('as long as the kernel allows is no limit', async () => {
    const image = await appImage('printf %s "$APPIMAGE" | wc -c');
    const { env } = placeOfUser();
    for (const length of [4000, 4090, 4095])
      expect(await startedBy(deep(length), image, { uid: ordinaryUser, env })).toMatchObject({
        status: 0,
        stdout: `${length}\n`,
        stderr: '',
      });
  });

  test('longer than the kernel can name is told', async () => {
    const image = await appImage('exit 0');
    const { env, home } = placeOfUser();
    // What else cleans up cannot name it either.
    onTestFinished(async () => void (await run('rm', ['-rf', home])));
    const result = await startedBy(deep(4200), image, { uid: ordinaryUser, env });
    expect(result).toMatchObject({
      status: 127,
      stderr: 'AppImage: cannot find the file that is running: Filename too long\n',
    });
  });
});

describeWith(['mksquashfs'], 'TARGET_APPIMAGE', () => {
  const uid = ordinaryUser;
  const script = '#!/bin/sh\nprintf "%s|" "${APPIMAGE-none}" "$APPDIR" "$ARGV0" "$*"\nexit 7\n';

  test('may be an AppDir, which is started where it is', async () => {
    const folder = shortFolder();
    await succeed('chmod', ['755', folder]);
    writeTree(folder, { AppRun: script });
    const runtime = appImageWith(Buffer.alloc(1));
    const env = { ...placeOfUser().env, TARGET_APPIMAGE: folder, APPIMAGE: '/of/another' };
    expect(await run(runtime, ['x', 'y z'], { uid, env, argv0: 'typed' })).toMatchObject({
      status: 7,
      stdout: `none|${folder}|typed|x y z|`,
      stderr: '',
    });
    writeTree(folder, { 'AppRun.x86_64': '#!/bin/sh\necho for this machine\n' });
    expect((await run(runtime, [], { uid, env })).stdout).toBe('for this machine\n');
    expect((await run(runtime, ['--appimage-extract-and-run'], { uid, env })).stdout).toBe('for this machine\n');
    const { status, stderr } = await run(runtime, ['--appimage-list'], { uid, env });
    expect(status).toBe(127);
    expect(stderr).toContain(`cannot read ${folder}: it is a directory; an AppDir can be started`);
  });

  test('may be a folder without AppRun, which is told', async () => {
    const folder = shortFolder();
    mkdirSync(join(folder, 'usr'));
    const { status, stderr } = await run(appImageWith(Buffer.alloc(1)), [], { env: { TARGET_APPIMAGE: folder } });
    expect({ status, stderr }).toEqual({
      status: 127,
      stderr: `AppImage: cannot run ${folder}/AppRun: No such file or directory\n`,
    });
  });

  test('with TARGET_APPIMAGE_OFFSET and TARGET_APPIMAGE_ARGV0 is what the shell runtime starts', async () => {
    const image = await appImage('printf "%s|" "$ARGV0" "${TARGET_APPIMAGE_ARGV0-none}" "$APPIMAGE"');
    const offset = (await run(image, ['--appimage-offset'])).stdout.trim();
    const env = { ...placeOfUser().env, TARGET_APPIMAGE: image, TARGET_APPIMAGE_ARGV0: './typed name' };
    const helper = appImageWith(Buffer.alloc(1));
    const withOffset = { uid, env: { ...env, TARGET_APPIMAGE_OFFSET: offset } };
    expect((await run(helper, [], withOffset)).stdout).toBe(`./typed name|none|${image}|`);
    expect((await run(helper, ['--appimage-help'], withOffset)).stdout).toMatch(/^Usage: typed name /);
    // Where the target is no shImg, there is no offset; without a target, it is any variable of the caller's.
    expect((await run(helper, [], { uid, env, argv0: 'called' })).stdout).toBe(`./typed name|none|${image}|`);
    const { TARGET_APPIMAGE: _, ...alone } = env;
    expect((await run(image, [], { uid, env: alone, argv0: 'called' })).stdout).toBe(`called|none|${image}|`);
  });
});
