/*
 * How Linux sees ISO 9660 images: through the kernel that runs here where it knows them, else through a kernel in user mode
 * (Debian's package user-mode-linux), which starts within a second or two and needs no rights.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findTool, isThere, type Oracle, temporaryFolder } from '@appimage-js/testing';
import type { FileType } from '../../../src/filesystem/readonly-file-system.ts';
import { compareFileNames, decodeFileName } from '../../../src/io/file-name.ts';
import type { FileSnapshot, TreeSnapshot } from '../../support/snapshots.ts';

const userModeLinux = findTool('linux.uml');
const fileSystems = '/proc/filesystems';
const ownKernel =
  isThere('root') && existsSync(fileSystems) && readFileSync(fileSystems, 'utf8').includes('\tiso9660\n');

/** Whether Linux can be asked. */
export const kernelIso9660: Oracle = {
  name: 'a kernel with ISO 9660, such as linux.uml',
  isThere: ownKernel || (userModeLinux !== undefined && isThere('busybox')),
};

/** An image, and how it is mounted. */
export interface KernelQuestion {
  readonly image: string;
  /** Default: names as they are. */
  readonly options?: string;
}

/** What a kernel says of a tree: everything but extended attributes and which names are links of each other. */
export type KernelView = Readonly<Record<string, Omit<FileSnapshot, 'xattrs' | 'sameAs'>>>;

const FIELDS = ['%P', '%y', '%m', '%U', '%G', '%T@', '%n', '%s', '%l'];

/** Runs in both kernels; each line of `questions` has options and an image. */
const SCRIPT = `
cd "$1" || exit 1
number=0
while read -r options image; do
  number=$((number + 1))
  if ! mount -t iso9660 -o "ro,loop,$options" "$image" mounted 2> "$number.error"; then continue; fi
  (cd mounted && prefix="../$number" && . "../$number.command") > "$number.output" 2> "$number.error"
  umount mounted
done < questions
`;

/** Tells all of a tree. */
const VIEW = `
find . -printf '${FIELDS.join('\\0')}\\0' > "$prefix.files"
find . \\( -type c -o -type b \\) -printf '%P\\0' | xargs -0 -r stat --printf '%t:%T\\n' -- > "$prefix.devices"
find . -type f -printf '%P\\0' | xargs -0 -r sha256sum -z -- > "$prefix.hashes" 2> /dev/null
`;

/**
 * Asks for several images at once; an image that can not be mounted is an error. What is said about them goes through a
 * folder.
 */
export function viewByKernel(questions: readonly KernelQuestion[], folder: string = temporaryFolder()): KernelView[] {
  ask(
    questions.map((question) => ({ ...question, command: VIEW })),
    folder,
  );
  return questions.map((_, index) => readView(join(folder, `${index + 1}`)));
}

/** What a shell command prints in the folder where an image is mounted. */
export function runInKernel(image: string, command: string): string {
  const folder = temporaryFolder();
  ask([{ image, command }], folder);
  return readFileSync(join(folder, '1.output'), 'latin1');
}

function ask(questions: readonly (KernelQuestion & { readonly command: string })[], folder: string): void {
  mkdirSync(join(folder, 'mounted'));
  writeFileSync(join(folder, 'script'), SCRIPT);
  const lines = questions.map(({ image, options = 'map=off' }) => `${options} ${image}\n`);
  writeFileSync(join(folder, 'questions'), lines.join(''));
  for (const [index, { command }] of questions.entries()) writeFileSync(join(folder, `${index + 1}.command`), command);
  if (ownKernel) execFileSync('sh', [join(folder, 'script'), folder], { stdio: 'ignore' });
  else runUserModeLinux(folder);
  for (const index of questions.keys()) {
    const prefix = join(folder, `${index + 1}`);
    if (existsSync(`${prefix}.output`)) continue;
    throw new Error(`Cannot mount image by the kernel: ${readFileSync(`${prefix}.error`, 'utf8')}`);
  }
}

/** What the only image is seen as: see {@link viewByKernel}. */
export function viewOne(image: string, options?: string): KernelView {
  return viewByKernel([{ image, ...(options === undefined ? {} : { options }) }])[0] as KernelView;
}

/** The fields of one of our snapshots that a kernel tells, too. */
export function asKernelView(snapshot: TreeSnapshot): KernelView {
  const files = Object.entries(snapshot).map(([path, { xattrs: _, sameAs: __, ...file }]) => [path, file] as const);
  return Object.fromEntries(files);
}

function runUserModeLinux(folder: string): void {
  const start = `#!/bin/sh
mount -t devtmpfs devtmpfs /dev
mount -t proc proc /proc
modules=/usr/lib/uml/modules/$(uname -r)/kernel
for module in drivers/block/loop drivers/cdrom/cdrom fs/isofs/isofs fs/nls/nls_utf8; do
  busybox insmod "$modules/$module.ko" 2> /dev/null
done
sh '${folder}/script' '${folder}' > '${folder}/output' 2>&1
exec busybox poweroff -f
`;
  writeFileSync(join(folder, 'start'), start, { mode: 0o755 });
  execFileSync(
    userModeLinux as string,
    [
      ...['mem=256M', 'root=none', 'rootfstype=hostfs', 'rootflags=/', 'rw', 'quiet'],
      ...['con=null', 'con0=null,fd:1', `init=${folder}/start`, `uml_dir=${folder}/uml`],
    ],
    { stdio: 'ignore', timeout: 300_000, env: { PATH: dirname(userModeLinux as string), TMPDIR: folder } },
  );
}

function readView(prefix: string): KernelView {
  const hashes = new Map<string, string>();
  for (const line of split(readFileSync(`${prefix}.hashes`))) {
    hashes.set(decodeFileName(line.subarray(66)), line.subarray(0, 64).toString());
  }
  const devices = readFileSync(`${prefix}.devices`, 'utf8').split('\n').values();
  const fields = split(readFileSync(`${prefix}.files`));
  const files: [string, KernelView[string]][] = [];
  for (let at = 0; at < fields.length; at += FIELDS.length) {
    const [path, ...rest] = fields.slice(at, at + FIELDS.length) as [Buffer, ...Buffer[]];
    const target = rest.pop() as Buffer;
    const [letter = '', mode = '', uid, gid, mtime = '', links, size] = rest.map(String);
    const type = TYPES[letter] as FileType;
    const name = decodeFileName(path);
    files.push([
      name,
      {
        type,
        mode: Number.parseInt(mode, 8),
        uid: Number(uid),
        gid: Number(gid),
        mtime: Math.floor(Number.parseFloat(mtime)),
        links: Number(links),
        ...(type === 'file' ? { size: Number(size), sha256: hashes.get(name) ?? 'unreadable' } : {}),
        ...(type === 'symlink' ? { target: decodeFileName(target) } : {}),
        ...(type.endsWith('device') ? { device: toDevice(devices.next().value ?? '') } : {}),
      },
    ]);
  }
  return Object.fromEntries(files.sort(([left], [right]) => compareFileNames(left, right)));
}

const TYPES: Readonly<Record<string, FileType>> = {
  f: 'file',
  d: 'directory',
  l: 'symlink',
  b: 'block-device',
  c: 'character-device',
  p: 'fifo',
  s: 'socket',
};

function toDevice(hexadecimal: string): string {
  return hexadecimal
    .split(':')
    .map((part) => Number.parseInt(part, 16))
    .join(':');
}

/** The pieces before each NUL. */
function split(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start);
    pieces.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return pieces;
}
