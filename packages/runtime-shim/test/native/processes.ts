import { readdirSync, readFileSync } from 'node:fs';

/** The processes behind a mount: those of that name whose file is the image. */
export function helpers(name: 'appimage-serve' | 'appimage-keep', image: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name && command.startsWith(image);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** A line of what the kernel says of a process. */
export function status(pid: number, field: string): string {
  return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
}

/** The one that waits behind the keeper: its child, under a name of its own. */
export function guardOf(keeper: number): number | undefined {
  const found = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .find((pid) => {
      try {
        const [name, parent] = [status(Number(pid), 'Name'), Number(status(Number(pid), 'PPid'))];
        return name === 'appimage-guard' && parent === keeper;
      } catch {
        return false;
      }
    });
  return found === undefined ? undefined : Number(found);
}
