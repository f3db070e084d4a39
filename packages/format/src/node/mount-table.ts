/*
 * What is mounted where, as the kernel tells it. proc_pid_mountinfo(5):
 * https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
 */
import { readFileSync } from 'node:fs';

/** One line of the kernel's table of mounts. */
export interface Mount {
  /** `major:minor` of the device. */
  readonly device: string;
  readonly mountPoint: string;
  /** Those of this mount, such as `noexec`; not those of its file system. */
  readonly options: readonly string[];
  readonly type: string;
  /** A device, an address, or what the one who mounted it has said. */
  readonly source: string;
}

const MAXIMUM_MOUNTS = 100_000;

/** The table's text; empty where the kernel shows none. It comes from memory: a volume that does not answer holds nobody up. */
export function readMountTable(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
}

/** Reads the table; lines that are none are left out. Of two at one place, the later one is on top. */
export function parseMountTable(text: string): Mount[] {
  return text.split('\n', MAXIMUM_MOUNTS).flatMap((line): Mount[] => {
    const fields = line.split(' ');
    const separator = fields.indexOf('-', 6);
    const [device, , mountPoint, options = ''] = fields.slice(2);
    const [type, source] = fields.slice(separator + 1);
    if (separator < 0 || device === undefined || mountPoint === undefined || type === undefined) return [];
    return [
      {
        device,
        mountPoint: unescapeField(mountPoint),
        options: options.split(','),
        type,
        source: unescapeField(source ?? ''),
      },
    ];
  });
}

/** The mount that a path lies on, which must be one without symlinks. */
export function findMount(mounts: readonly Mount[], path: string): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounts) {
    const { mountPoint } = mount;
    const isAbove = mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`);
    if (isAbove && (found === undefined || mountPoint.length >= found.mountPoint.length)) found = mount;
  }
  return found;
}

/** Space, tab, newline and backslash are written in three octal digits. */
function unescapeField(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
