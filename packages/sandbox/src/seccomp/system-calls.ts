import type { FilteredArchitecture } from './architectures.ts';

/** The architecture has no call of that name. */
const NONE = -1;

/**
 * The numbers of the system calls that the rules speak of: on x86_64, i686, aarch64, armhf.
 * The kernel's syscall_64.tbl and syscall_32.tbl for x86, include/uapi/asm-generic/unistd.h, and syscall.tbl for ARM (EABI).
 */
const NUMBERS = {
  acct: [163, 51, 89, 51],
  add_key: [248, 286, 217, 309],
  bpf: [321, 357, 280, 386],
  chroot: [161, 61, 51, 61],
  clone: [56, 120, 220, 120],
  clone3: [435, 435, 435, 435],
  delete_module: [176, 129, 106, 129],
  finit_module: [313, 350, 273, 379],
  fsconfig: [431, 431, 431, 431],
  fsmount: [432, 432, 432, 432],
  fsopen: [430, 430, 430, 430],
  fspick: [433, 433, 433, 433],
  get_mempolicy: [239, 275, 236, 320],
  init_module: [175, 128, 105, 128],
  io_uring_enter: [426, 426, 426, 426],
  io_uring_register: [427, 427, 427, 427],
  io_uring_setup: [425, 425, 425, 425],
  ioctl: [16, 54, 29, 54],
  ioperm: [173, 101, NONE, NONE],
  iopl: [172, 110, NONE, NONE],
  kexec_file_load: [320, NONE, 294, 401],
  kexec_load: [246, 283, 104, 347],
  keyctl: [250, 288, 219, 311],
  lookup_dcookie: [212, 253, 18, 249],
  mbind: [237, 274, 235, 319],
  migrate_pages: [256, 294, 238, 400],
  modify_ldt: [154, 123, NONE, NONE],
  mount: [165, 21, 40, 21],
  mount_setattr: [442, 442, 442, 442],
  move_mount: [429, 429, 429, 429],
  move_pages: [279, 317, 239, 344],
  nfsservctl: [180, 169, 42, 169],
  open_by_handle_at: [304, 342, 265, 371],
  open_tree: [428, 428, 428, 428],
  perf_event_open: [298, 336, 241, 364],
  personality: [135, 136, 92, 136],
  pidfd_getfd: [438, 438, 438, 438],
  pivot_root: [155, 217, 41, 218],
  ptrace: [101, 26, 117, 26],
  quotactl: [179, 131, 60, 131],
  quotactl_fd: [443, 443, 443, 443],
  reboot: [169, 88, 142, 88],
  request_key: [249, 287, 218, 310],
  set_mempolicy: [238, 276, 237, 321],
  set_mempolicy_home_node: [450, 450, 450, 450],
  setns: [308, 346, 268, 375],
  socket: [41, 359, 198, 281],
  swapoff: [168, 115, 225, 115],
  swapon: [167, 87, 224, 87],
  syslog: [103, 103, 116, 103],
  umount: [NONE, 22, NONE, NONE],
  umount2: [166, 52, 39, 52],
  unshare: [272, 310, 97, 337],
  uselib: [134, 86, NONE, 86],
  userfaultfd: [323, 374, 282, 388],
  vm86: [NONE, 166, NONE, NONE],
  vm86old: [NONE, 113, NONE, NONE],
} as const;

/** A system call that a rule may name. */
export type SystemCall = keyof typeof NUMBERS;

/** All of them. */
export const SYSTEM_CALLS: readonly SystemCall[] = Object.keys(NUMBERS) as SystemCall[];

const COLUMNS: Readonly<Record<FilteredArchitecture, 0 | 1 | 2 | 3>> = { x86_64: 0, i686: 1, aarch64: 2, armhf: 3 };

/** The number of a system call; undefined where the architecture has none of that name. */
export function systemCallNumber(architecture: FilteredArchitecture, call: SystemCall): number | undefined {
  const number: number = NUMBERS[call][COLUMNS[architecture]];
  return number === NONE ? undefined : number;
}
