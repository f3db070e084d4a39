import { chmodSync, existsSync } from 'node:fs';
import { isThere } from '@appimage-js/testing';

export const isRoot = isThere('root');

/** An ordinary user: ourselves, or "nobody" when we are root. */
export const ordinaryUser = isRoot ? 65534 : (process.getuid?.() ?? 65534);

// Where no udev has done it (containers, small virtual machines), ordinary users may not mount before this.
if (isRoot && existsSync('/dev/fuse')) chmodSync('/dev/fuse', 0o666);

/** Calls again and again until the answer is yes; the deadline is only for a broken runtime, never for a slow machine. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
