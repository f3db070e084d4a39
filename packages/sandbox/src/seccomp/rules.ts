import type { SeccompChoices } from './choices.ts';
import type { SystemCall } from './system-calls.ts';

/** What the application gets in place of the call, as in errno(3). */
export type Refusal = 'EPERM' | 'ENOSYS' | 'EAFNOSUPPORT';

/** Which calls of that name are refused: by the low 32 bits of one argument, which is all that the kernel looks at there. */
export interface ArgumentTest {
  /** Counted from 0. */
  readonly argument: number;
  /**
   * `any-bit`: refused when one of these bits is set. `equals`: when it is one of these values. `unless`: when it is none of
   * them.
   */
  readonly test: 'any-bit' | 'equals' | 'unless';
  readonly values: readonly number[];
}

/** System calls that are refused, and why. */
export interface SeccompRule {
  readonly calls: readonly SystemCall[];
  readonly answer: Refusal;
  /** Only those calls; default: all. */
  readonly when?: ArgumentTest;
  /** What the application could do by them. */
  readonly why: string;
}

/** CLONE_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET. */
const NEW_NAMESPACES = 0x7e020000;

const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;

/** AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. */
const USUAL_FAMILIES: readonly number[] = [0, 1, 2, 10, 16];
const AF_CAN = 29;
const AF_BLUETOOTH = 31;

/** PER_LINUX, and the value that only asks. */
const USUAL_PERSONALITIES: readonly number[] = [0, 0xffffffff];
const PER_LINUX32 = 8;

/** The rules that always hold. */
const ALWAYS: readonly SeccompRule[] = [
  {
    calls: ['add_key', 'keyctl', 'request_key'],
    answer: 'EPERM',
    why: "reach the keys that the kernel keeps for the user's session: they belong to no namespace",
  },
  {
    calls: ['ioctl'],
    answer: 'EPERM',
    when: { argument: 1, test: 'equals', values: [TIOCSTI, TIOCLINUX] },
    why: 'type into the terminal that it was started from, or paste there',
  },
  {
    calls: ['io_uring_enter', 'io_uring_register', 'io_uring_setup'],
    answer: 'ENOSYS',
    why: 'do by a queue what this filter refuses as a call; programs fall back to calls',
  },
  {
    calls: ['clone3'],
    answer: 'ENOSYS',
    why: 'make namespaces by a record that a filter can not read; the C libraries fall back to clone',
  },
  {
    calls: ['bpf', 'userfaultfd', 'open_by_handle_at', 'lookup_dcookie', 'syslog'],
    answer: 'EPERM',
    why: 'run code in the kernel, stop it in the middle of a copy, open files by number, or read its log',
  },
  {
    calls: ['get_mempolicy', 'mbind', 'migrate_pages', 'move_pages', 'set_mempolicy', 'set_mempolicy_home_node'],
    answer: 'EPERM',
    why: 'steer which memory of the machine is used',
  },
  {
    calls: ['acct', 'delete_module', 'finit_module', 'init_module', 'ioperm', 'iopl', 'kexec_file_load', 'kexec_load'],
    answer: 'EPERM',
    why: 'change the kernel or drive hardware; only root could, and there it is the second lock',
  },
  {
    calls: ['nfsservctl', 'quotactl', 'quotactl_fd', 'reboot', 'swapoff', 'swapon', 'uselib', 'vm86', 'vm86old'],
    answer: 'EPERM',
    why: 'administer the machine, or use what no program of today needs',
  },
];

const NAMESPACES: readonly SeccompRule[] = [
  {
    calls: ['clone'],
    answer: 'EPERM',
    when: { argument: 0, test: 'any-bit', values: [NEW_NAMESPACES] },
    why: 'become root in a namespace of its own, where far more of the kernel can be attacked',
  },
  { calls: ['setns', 'unshare'], answer: 'EPERM', why: 'enter or make namespaces' },
  {
    calls: ['chroot', 'mount', 'pivot_root', 'umount', 'umount2'],
    answer: 'EPERM',
    why: 'rearrange what is mounted, and so uncover what is covered',
  },
  {
    calls: ['fsconfig', 'fsmount', 'fsopen', 'fspick', 'mount_setattr', 'move_mount', 'open_tree'],
    answer: 'ENOSYS',
    why: 'the same by newer calls, for which programs have a way without',
  },
];

const NO_DEBUGGERS: readonly SeccompRule[] = [
  {
    calls: ['perf_event_open', 'pidfd_getfd', 'ptrace'],
    answer: 'EPERM',
    why: 'look into and change other processes of the sandbox, such as a D-Bus proxy',
  },
];

/**
 * The rules of a filter. What no rule names is allowed: new calls come with every kernel, and programs need them.
 */
export function seccompRules(choices: SeccompChoices = {}): SeccompRule[] {
  const { devel = false, multiarch = false, userNamespaces = false, bluetooth = false, canbus = false } = choices;
  return [
    ...ALWAYS,
    ...(userNamespaces ? [] : NAMESPACES),
    ...(devel ? [] : [...NO_DEBUGGERS, personalities(multiarch)]),
    ...(multiarch ? [] : [SEGMENTS]),
    families([...(canbus ? [AF_CAN] : []), ...(bluetooth ? [AF_BLUETOOTH] : [])]),
  ];
}

const SEGMENTS: SeccompRule = {
  calls: ['modify_ldt'],
  answer: 'EPERM',
  why: 'use segments of 16-bit programs, by which much of the kernel has leaked',
};

function personalities(multiarch: boolean): SeccompRule {
  const values = [...USUAL_PERSONALITIES, ...(multiarch ? [PER_LINUX32] : [])];
  return {
    calls: ['personality'],
    answer: 'EPERM',
    when: { argument: 0, test: 'unless', values },
    why: 'switch off the random placement of memory, or ask for old behaviour of the kernel',
  };
}

function families(more: readonly number[]): SeccompRule {
  return {
    calls: ['socket'],
    answer: 'EAFNOSUPPORT',
    when: { argument: 0, test: 'unless', values: [...USUAL_FAMILIES, ...more] },
    why: 'use network protocols that few programs do and that much has been wrong with, or reach a host by its own (vsock)',
  };
}
