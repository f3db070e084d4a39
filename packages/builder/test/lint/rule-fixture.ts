import { zstdCompressSync } from 'node:zlib';
import {
  bytesContent,
  type Compressor,
  encodeFileName,
  type InputDirectory,
  type InputNode,
  memorySink,
  writeSquashfs,
} from '@appimage-js/format';
import { nodeCompressor, type WritableCompression } from '@appimage-js/format/node';
import type { Oracle } from '@appimage-js/testing';
import { type LintReport, type LintSettings, lintAppImage } from '../../src/lint/index.ts';
import { goodTree } from './good-tree.ts';

/** A file in a fixture: its content with the mode 0644, or more about it. */
export type FixtureEntry =
  | string
  | Uint8Array
  | { readonly mode: number; readonly text: string | Uint8Array }
  | { readonly link: string }
  | { readonly directory: true; readonly mode?: number }
  | { readonly device: 'block-device' | 'character-device'; readonly mode?: number }
  | { readonly special: 'fifo' | 'socket' };

/** What is different from the good AppDir, by path; undefined takes something away. */
export type FixtureTree = Readonly<Record<string, FixtureEntry | undefined>>;

/** A whole file instead of a tree, for rules about the image itself. */
export interface FixtureFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A tree, or a function that makes the bytes of a whole file. */
export type FixtureInput = FixtureTree | (() => Promise<FixtureFile>);

/** What a rule reports, and what looks similar and it does not. */
export interface RuleFixture {
  readonly triggers: FixtureInput;
  /** Default: the good AppDir as it is. */
  readonly passes?: FixtureInput;
  /** Where the finding is; left out for "anywhere". */
  readonly path?: string | null;
  readonly settings?: LintSettings;
  /** What must be there to make it. */
  readonly needs?: readonly Oracle[];
}

interface OpenDirectory extends InputDirectory {
  readonly entries: Map<string, InputNode>;
}

const OWNER = { uid: 0, gid: 0, mtime: 0 };

/** Without threads, which take longer to begin than these images to be made. */
const AT_ONCE: Compressor = {
  name: 'zstd',
  level: 1,
  concurrency: 1,
  compress: async (data) => zstdCompressSync(data),
};

/** The good AppDir with changes, as a SquashFS image in memory. */
export async function fixtureImage(
  changes: FixtureTree = {},
  compression: WritableCompression = 'zstd',
): Promise<Uint8Array> {
  const root = fixtureDirectory(changes);
  const sink = memorySink();
  await writeSquashfs({ root, sink, compressor: compression === 'zstd' ? AT_ONCE : nodeCompressor(compression, 1) });
  return sink.bytes;
}

/** The good AppDir with changes, as writers of images take it. */
export function fixtureDirectory(changes: FixtureTree = {}): InputDirectory {
  const root: OpenDirectory = { type: 'directory', mode: 0o755, ...OWNER, entries: new Map() };
  for (const [path, entry] of Object.entries({ ...goodTree(), ...changes })) {
    if (entry !== undefined) putNode(root, path, inputNode(entry));
  }
  return root;
}

function putNode(root: OpenDirectory, path: string, node: InputNode): void {
  const names = path.split('/');
  const name = names.pop() as string;
  let folder = root;
  for (const each of names) {
    const known = folder.entries.get(each);
    const next =
      known?.type === 'directory'
        ? (known as OpenDirectory)
        : ({ type: 'directory', mode: 0o755, ...OWNER, entries: new Map() } satisfies OpenDirectory);
    folder.entries.set(each, next);
    folder = next;
  }
  folder.entries.set(name, node);
}

function inputNode(entry: FixtureEntry): InputNode {
  if (typeof entry === 'string' || entry instanceof Uint8Array) return inputNode({ mode: 0o644, text: entry });
  if ('link' in entry) return { type: 'symlink', mode: 0o777, ...OWNER, target: entry.link };
  if ('special' in entry) return { type: entry.special, mode: 0o644, ...OWNER };
  if ('device' in entry) {
    return { type: entry.device, mode: entry.mode ?? 0o600, ...OWNER, device: { major: 1, minor: 3 } };
  }
  if ('directory' in entry) return { type: 'directory', mode: entry.mode ?? 0o755, ...OWNER, entries: new Map() };
  const content = typeof entry.text === 'string' ? encodeFileName(entry.text) : entry.text;
  return { type: 'file', mode: entry.mode, ...OWNER, content: bytesContent(content) };
}

/** Puts a fixture before every rule. */
export async function lintFixture(
  input: FixtureInput,
  { settings }: Pick<RuleFixture, 'settings'> = {},
): Promise<LintReport> {
  const options = { profile: 'strict', ...settings } as const;
  if (typeof input !== 'function') return lintAppImage(await fixtureImage(input), options);
  const { name, bytes } = await input();
  return lintAppImage(new File([new Uint8Array(bytes)], name), options);
}
