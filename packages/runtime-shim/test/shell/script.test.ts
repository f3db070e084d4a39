import { hash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { elfRuntime, type ShellRuntime, type ShellRuntimeOptions, shellRuntime } from '../../src/index.ts';
import { runtime as nativeRuntime } from '../native/fixture.ts';

const program = (text: string, length = 10_000) => new Uint8Array(Buffer.alloc(length, text));

const four = new Map(['aarch64', 'armhf', 'i686', 'x86_64'].map((name) => [name, program(name)]));

const base: ShellRuntimeOptions = {
  payload: { kind: 'squashfs', compression: 'lz4' },
  architectures: [...four.keys()],
  helpers: four,
  version: '1.2.3',
};

function scriptOf({ bytes, helpers }: ShellRuntime): string {
  return Buffer.from(bytes.subarray(0, helpers[0]?.offset)).toString('latin1').trimEnd();
}

function variable(script: string, name: string): string | undefined {
  return new RegExp(`^${name}=(.*)$`, 'm').exec(script)?.[1];
}

describe('the shell runtime', () => {
  test('begins with the magic of a shImg', async () => {
    expect(scriptOf(await shellRuntime(base)).slice(0, 19)).toBe('#!/bin/sh\n#.shImg.#');
  });

  test('has the published lines, in the published widths', async () => {
    const runtime = await shellRuntime({ ...base, integrationZipLength: 1234 });
    const script = scriptOf(runtime);
    const offset = `${runtime.payloadOffset}`.padStart(14, '0');
    expect(script.split('\n').find((line) => line.startsWith('sfs_offset='))).toBe(`sfs_offset=${offset}`);
    const names = ['image_type', 'image_compression', 'image_offset', 'contains_integration_zip', 'version', 'arch'];
    expect(names.map((name) => variable(script, name))).toEqual([
      'squashfs',
      'lz4',
      offset,
      '1',
      '1.2.3',
      "'x86_64;i386;armhf;aarch64'",
    ]);
  });

  test('has each helper where its line says, counted as "tail -c +N" counts', async () => {
    const runtime = await shellRuntime(base);
    const script = scriptOf(runtime);
    for (const [name, architecture] of [
      ['x86_64', 'x86_64'],
      ['i386', 'i686'],
      ['armhf', 'armhf'],
      ['aarch64', 'aarch64'],
    ] as const) {
      const [offset, length] = [variable(script, `${name}_offset`), variable(script, `${name}_length`)];
      expect([offset, length]).toEqual([expect.stringMatching(/^\d{7}$/), expect.stringMatching(/^\d{7}$/)]);
      const start = Number(offset) - 1;
      const helper = gunzipSync(runtime.bytes.subarray(start, start + Number(length)));
      expect(helper.equals(four.get(architecture) as Uint8Array)).toBe(true);
    }
  });

  test('says zero for a helper that it does not have', async () => {
    const script = scriptOf(await shellRuntime({ ...base, architectures: ['x86_64'] }));
    expect([variable(script, 'armhf_offset'), variable(script, 'armhf_length')]).toEqual(['0000000', '0000000']);
  });

  test('is followed by the payload, at a multiple of 4,096', async () => {
    for (const architectures of [[], ['x86_64'], [...four.keys()]]) {
      const { bytes, payloadOffset } = await shellRuntime({ ...base, architectures });
      expect({ length: bytes.length, rest: payloadOffset % 4096 }).toEqual({ length: payloadOffset, rest: 0 });
    }
  });

  test('has one length, however long the zip is', async () => {
    const lengths = [0, 1, 123_456, Number.MAX_SAFE_INTEGER].map(async (integrationZipLength) => {
      return (await shellRuntime({ ...base, integrationZipLength })).payloadOffset;
    });
    expect(new Set(await Promise.all(lengths)).size).toBe(1);
  });

  test('has the same bytes each time, whatever the order of the architectures', async () => {
    const hashes = [base.architectures, base.architectures.toReversed()].map(async (architectures) => {
      return hash('sha256', (await shellRuntime({ ...base, architectures })).bytes);
    });
    const [first, second] = await Promise.all(hashes);
    expect(first).toBe(second);
  });

  test('names a helper by its content', async () => {
    const other = new Map([['x86_64', program('other')]]);
    const names = [four, other].map(async (helpers) => {
      const runtime = await shellRuntime({ ...base, architectures: ['x86_64'], helpers });
      return /helper-[0-9a-f]{32}/.exec(scriptOf(runtime))?.[0];
    });
    const [first, second] = await Promise.all(names);
    expect(first).not.toBe(second);
  });

  test('is of ASCII characters, which every locale has', async () => {
    const runtime = await shellRuntime({ ...base, readable: true });
    expect(scriptOf(runtime)).toMatch(/^[\n\t -~]*$/);
  });

  test('tells itself from another by its fourth line', async () => {
    const ids = [1, 2].map(async (integrationZipLength) => {
      return scriptOf(await shellRuntime({ ...base, integrationZipLength })).split('\n')[3];
    });
    const [first, second] = await Promise.all(ids);
    expect(first).toMatch(/^#id [0-9a-f]{32}$/);
    expect(first).not.toBe(second);
  });

  test('takes the toolkit’s own programs where it is given none, without the magic of AppImages', async () => {
    const runtime = await shellRuntime({ ...base, architectures: ['x86_64'], helpers: undefined });
    const [helper] = runtime.helpers;
    const packed = runtime.bytes.subarray(helper?.offset, (helper?.offset ?? 0) + (helper?.length ?? 0));
    const program = Buffer.from(await elfRuntime('x86_64'));
    expect(program.subarray(8, 11)).toEqual(Buffer.from('AI\x02'));
    expect(gunzipSync(packed).equals(program.fill(0, 8, 11))).toBe(true);
  });

  test.each<[string, Partial<ShellRuntimeOptions>]>([
    ['an architecture without a place', { architectures: ['mips'], helpers: new Map([['mips', program('')]]) }],
    ['a version that a shell would run', { version: '$(id)' }],
    ['a compression that a shell would run', { payload: { kind: 'squashfs', compression: "x';id;'" } }],
    ['a negative length', { integrationZipLength: -1 }],
    ['a length that is no whole number', { integrationZipLength: 1.5 }],
  ])('is not made for %s', async (_, options) => {
    await expect(shellRuntime({ ...base, ...options })).rejects.toThrow(RangeError);
  });

  test('is not made for helpers beyond the reach of seven digits', async () => {
    const random = new Uint8Array(randomBytes(11_000_000));
    const options = { ...base, architectures: ['x86_64'], helpers: new Map([['x86_64', random]]) };
    await expect(shellRuntime(options)).rejects.toThrow('must end within 9999999 bytes');
  });

  test('is not made where there is no program', async () => {
    const options = { ...base, helpers: undefined, architectures: ['riscv64'] };
    await expect(shellRuntime(options)).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('names every option in its help that the native program has', () => {
    const native = run(nativeRuntime, ['--appimage-help']);
    const file = join(temporaryFolder(), 'script');
    return shellRuntime(base).then((runtime) => {
      writeFileSync(file, runtime.bytes);
      const options = (text: string) => new Set(text.match(/--appimage-[a-z-]*[a-z]/g));
      expect(options(run('sh', [file, '--appimage-help']))).toEqual(options(native));
    });
  });
});

testWith(['shellcheck'], 'shellcheck has nothing to say of the script, with comments or without', async () => {
  const folder = temporaryFolder();
  for (const readable of [true, false]) {
    const runtime = await shellRuntime({ ...base, readable });
    const file = join(folder, `${readable}.sh`);
    writeFileSync(file, `${scriptOf(runtime)}\n`);
    expect(run('shellcheck', ['-s', 'sh', file])).toBe('');
  }
});

testWith(['dash', 'bash', 'busybox', 'yash'], 'four shells can parse the script', async () => {
  const file = join(temporaryFolder(), 'script');
  const runtime = await shellRuntime(base);
  writeFileSync(file, `${scriptOf(runtime)}\n`);
  const parse = [['dash'], ['bash', '--posix'], ['busybox', 'ash'], ['yash', '-o', 'posixly-correct']] as const;
  for (const [shell, ...args] of parse) expect(run(shell, [...args, '-n', file])).toBe('');
});
