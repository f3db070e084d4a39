import { run, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { FILTERED_MACHINES, type FilteredArchitecture } from '../../src/seccomp/architectures.ts';
import { compileSeccomp } from '../../src/seccomp/compile.ts';
import { seccompRules } from '../../src/seccomp/rules.ts';
import { SYSTEM_CALLS, type SystemCall, systemCallNumber } from '../../src/seccomp/system-calls.ts';
import { interpret, type Verdict } from './interpret.ts';

const ARCHITECTURES = Object.keys(FILTERED_MACHINES) as FilteredArchitecture[];
const EPERM = 'errno 1';
const ENOSYS = 'errno 38';
const EAFNOSUPPORT = 'errno 97';

function judge(
  architecture: FilteredArchitecture,
  call: SystemCall,
  values: readonly bigint[] = [],
  program: Uint8Array = compileSeccomp(architecture),
): Verdict | undefined {
  const number = systemCallNumber(architecture, call);
  const { audit } = FILTERED_MACHINES[architecture];
  return number === undefined ? undefined : interpret(program, { number, audit, arguments: values });
}

describe.each(ARCHITECTURES)('the filter for %s', (architecture) => {
  const { audit } = FILTERED_MACHINES[architecture];

  test('answers every number, and refuses exactly what a rule names', () => {
    const program = compileSeccomp(architecture);
    const refused = seccompRules().filter(({ when }) => when === undefined);
    const expected = new Map(
      refused.flatMap(({ calls, answer }) => calls.map((call) => [systemCallNumber(architecture, call), answer])),
    );
    for (let number = 0; number < 1024; number++) {
      const answer = expected.get(number);
      const judged = interpret(program, { number, audit });
      expect(judged, `number ${number}`).toBe(answer === 'EPERM' ? EPERM : answer === 'ENOSYS' ? ENOSYS : 'allow');
    }
  });

  test('refuses to type into a terminal, whatever the upper half of the request', () => {
    for (const request of [0x5412n, 0x541cn, 0xffffffff_00005412n]) {
      expect(judge(architecture, 'ioctl', [0n, request])).toBe(EPERM);
    }
    for (const request of [0x5401n, 0x5413n, 0x5412_00000000n]) {
      expect(judge(architecture, 'ioctl', [0n, request])).toBe('allow');
    }
  });

  test('refuses clone with a new namespace, and lets threads and processes be made', () => {
    const kinds = [0x20000n, 0x2000000n, 0x4000000n, 0x8000000n, 0x10000000n, 0x20000000n, 0x40000000n];
    for (const kind of kinds) expect(judge(architecture, 'clone', [kind | 17n])).toBe(EPERM);
    for (const flags of [17n, 0x1200011n, 0x3d0f00n, 0x4111n])
      expect(judge(architecture, 'clone', [flags])).toBe('allow');
    expect(judge(architecture, 'clone3')).toBe(ENOSYS);
  });

  test('lets usual sockets through and refuses others', () => {
    for (const family of [0n, 1n, 2n, 10n, 16n]) expect(judge(architecture, 'socket', [family])).toBe('allow');
    for (const family of [4n, 17n, 29n, 31n, 38n, 40n, 0xffffffffn]) {
      expect(judge(architecture, 'socket', [family])).toBe(EAFNOSUPPORT);
    }
  });

  test('lets the usual personality be set and asked for', () => {
    for (const value of [0n, 0xffffffffn]) expect(judge(architecture, 'personality', [value])).toBe('allow');
    for (const value of [8n, 0x40000n]) expect(judge(architecture, 'personality', [value])).toBe(EPERM);
  });

  test('kills programs of every other architecture', () => {
    const program = compileSeccomp(architecture);
    for (const other of ARCHITECTURES) {
      const judged = interpret(program, { number: 0, audit: FILTERED_MACHINES[other].audit });
      expect(judged).toBe(other === architecture ? 'allow' : 'kill');
    }
    expect(interpret(program, { number: 0, audit: 0 })).toBe('kill');
  });

  test('names no call in two rules, of which the second would never be asked', () => {
    const choices = { devel: false, multiarch: false, userNamespaces: false };
    const calls = seccompRules(choices).flatMap((rule) => rule.calls);
    expect(new Set(calls).size).toBe(calls.length);
  });
});

test('devel lets debuggers through and nothing else', () => {
  const program = compileSeccomp('x86_64', { devel: true });
  for (const call of ['ptrace', 'perf_event_open', 'personality', 'pidfd_getfd'] as const) {
    expect(judge('x86_64', call, [0x40000n], program)).toBe('allow');
  }
  for (const call of ['keyctl', 'mount', 'unshare'] as const) expect(judge('x86_64', call, [], program)).toBe(EPERM);
});

test('userNamespaces lets namespaces and mounts through, and neither keys nor terminals', () => {
  const program = compileSeccomp('aarch64', { userNamespaces: true });
  for (const call of ['clone', 'unshare', 'mount', 'pivot_root', 'chroot', 'umount2'] as const) {
    expect(judge('aarch64', call, [0x10000000n], program)).toBe('allow');
  }
  expect(judge('aarch64', 'clone3', [], program)).toBe(ENOSYS);
  expect(judge('aarch64', 'keyctl', [], program)).toBe(EPERM);
  expect(judge('aarch64', 'ioctl', [0n, 0x5412n], program)).toBe(EPERM);
});

test('multiarch holds programs of the older architecture to the same rules, by their own numbers', () => {
  const program = compileSeccomp('x86_64', { multiarch: true });
  expect(judge('i686', 'keyctl', [], program)).toBe(EPERM);
  expect(judge('i686', 'ioctl', [0n, 0x5412n], program)).toBe(EPERM);
  expect(judge('i686', 'personality', [8n], program)).toBe('allow');
  expect(judge('i686', 'modify_ldt', [], program)).toBe('allow');
  expect(judge('x86_64', 'keyctl', [], program)).toBe(EPERM);
  expect(judge('armhf', 'keyctl', [], program)).toBe('kill');
});

test('calls by the numbers of x32 are not there', () => {
  const { audit } = FILTERED_MACHINES.x86_64;
  for (const number of [0x40000000, 0x40000000 + 101, 0x40000000 + 520]) {
    expect(interpret(compileSeccomp('x86_64'), { number, audit })).toBe(ENOSYS);
  }
});

test('canbus and bluetooth each add their own sockets', () => {
  const program = compileSeccomp('armhf', { bluetooth: true });
  expect(judge('armhf', 'socket', [31n], program)).toBe('allow');
  expect(judge('armhf', 'socket', [29n], program)).toBe(EAFNOSUPPORT);
  expect(judge('armhf', 'socket', [29n], compileSeccomp('armhf', { canbus: true }))).toBe('allow');
});

testWith(['scmp_sys_resolver'], 'has the numbers that libseccomp has', () => {
  const names = { x86_64: 'x86_64', i686: 'x86', aarch64: 'aarch64', armhf: 'arm' };
  for (const architecture of ARCHITECTURES) {
    for (const call of SYSTEM_CALLS) {
      const found = Number(run('scmp_sys_resolver', ['-a', names[architecture], call]));
      // To libseccomp, i686 has one call for all of sockets, but the kernel has had both since 4.3.
      const expected = call === 'socket' && architecture === 'i686' ? 359 : found < 0 ? undefined : found;
      expect(systemCallNumber(architecture, call), `${call} on ${architecture}`).toBe(expected);
    }
  }
});
