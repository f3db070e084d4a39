import { fileURLToPath } from 'node:url';
import { BASE, type Host, IMAGE } from '@appimage-js/runtime-shim/test/hosts';

/** What comes of a start: the way by which the files come, or that it is told what to do. */
export type Cell = 'root' | 'fusermount' | 'userns' | 'extract' | 'mount' | 'directory' | 'says what to do';

/** Where the cells of a kind are written to, by the names of the hosts. */
export function recordPath(kind: string): string {
  return fileURLToPath(new URL(`records/${kind.replaceAll(/\W+/g, '-')}.json`, import.meta.url));
}

/** Hosts on which Node itself does not run, so that nothing can be asked of `appimage run`. */
const NODELESS = [
  'busybox and nothing else: no libc, no loader, no fusermount',
  'busybox and nothing else, without /proc and /dev',
  'the image and nothing else',
  'without another process',
  'with at most 16 open files',
  'with at most 16 open files, no FUSE',
  'with 24 MiB of addresses',
  'with 24 MiB of addresses, no FUSE',
  'with a stack of 64 KiB',
];

/** What `run` takes is a path, not a name on the PATH. */
const MEANINGLESS = ['by its name on PATH'];

/** How these hosts are made asks for an image that is one file. */
const OF_FILES = ['from a path of almost 4096 bytes', 'from a FUSE mount of the same user'];

/** Whether something can be asked of `appimage run` there, about an image of that kind. */
export function isAsked({ name }: Host, kind: string): boolean {
  if (kind === 'AppDir' && OF_FILES.includes(name)) return false;
  return !(NODELESS.includes(name) || MEANINGLESS.includes(name));
}

/** The host as it is for a program that starts the image: where a shell starts it by itself, that is left out. */
export function adapted(host: Host): Host {
  if (host.name !== 'by a relative name') return host;
  const through = ['/bin/sh', '-c', `cd ${BASE.folder}; exec "$0" "$@"`];
  return { ...host, through, image: 'image/test.AppImage', resolved: IMAGE };
}
