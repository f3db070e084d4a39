import {
  bytesContent,
  encodeFileName,
  type InputBase,
  type InputDirectory,
  type InputFile,
  type InputNode,
  type InputSymlink,
} from '@appimage-js/format';
import { type AppDirDirectory, type AppDirEntry, type AppDirFile, isExecutable } from '../inspect/app-dir.ts';
import type { BuildInput } from '../inspect/inspect.ts';
import { patchedContent } from '../patch-usr/patched-content.ts';
import type { BuildPlan, PlannedAddition } from '../plan/build-plan.ts';
import { imageTime } from '../plan/times.ts';

/**
 * The tree that goes into the image: the AppDir with the plan's additions, and with the plan's owner, modes and times.
 *
 * But where the plan keeps permissions, everybody may read everything and execute what somebody may execute; nobody may write;
 * setuid, setgid and sticky bits go. So the umask of the build machine does not show, and an image works for users other than the one who built it.
 */
export function payloadTree(input: BuildInput, plan: BuildPlan): InputDirectory {
  return new TreeBuilder(input, plan).directory(input.appDir.root);
}

class TreeBuilder {
  readonly #input: BuildInput;
  readonly #plan: BuildPlan;
  readonly #madeExecutable: ReadonlySet<string>;
  readonly #additions: ReadonlyMap<string, readonly PlannedAddition[]>;
  readonly #patches: ReadonlyMap<AppDirFile, readonly number[]>;
  /** Whether permissions are those of the AppDir. */
  readonly #keeps: boolean;
  /** Names of folders that have additions below them, by the folder that they are in. */
  readonly #addedFolders: ReadonlyMap<string, ReadonlySet<string>>;
  /** One object for each file, so that hard links stay hard links. */
  readonly #files = new Map<AppDirFile, InputFile>();

  constructor(input: BuildInput, plan: BuildPlan) {
    this.#input = input;
    this.#plan = plan;
    this.#madeExecutable = new Set(plan.madeExecutable);
    this.#patches = new Map(input.usrPatches.map(({ file, offsets }) => [file, offsets]));
    this.#keeps = plan.modes === 'keep';
    this.#additions = Map.groupBy(plan.additions, ({ path }) => parentOf(path));
    this.#addedFolders = foldersOf(plan.additions);
  }

  directory({ path, mode, mtime, entries: source }: AppDirDirectory): InputDirectory {
    const entries = new Map<string, InputNode>();
    for (const [name, entry] of source) entries.set(name, this.#node(entry));
    for (const addition of this.#additions.get(path) ?? []) {
      entries.set(nameOf(addition.path), this.#addition(addition));
    }
    for (const name of this.#addedFolders.get(path) ?? []) {
      if (entries.get(name)?.type !== 'directory') entries.set(name, this.#addedDirectory(`${path}/${name}`));
    }
    return { type: 'directory', ...this.#base(this.#keeps ? mode : 0o755, mtime), entries };
  }

  #addedDirectory(path: string): InputDirectory {
    const { time } = this.#plan.payload.times;
    return this.directory({
      type: 'directory',
      path: path.replace(/^\//, ''),
      mode: 0o755,
      mtime: time,
      entries: new Map(),
    });
  }

  #node(entry: AppDirEntry): InputNode {
    if (entry.type === 'directory') return this.directory(entry);
    if (entry.type === 'symlink') return this.#symlink(entry.target, entry.mtime);
    return this.#files.get(entry) ?? this.#file(entry);
  }

  #file(entry: AppDirFile): InputFile {
    const executable = isExecutable(entry) || this.#madeExecutable.has(entry.path);
    const base = this.#base(this.#keeps ? entry.mode : executable ? 0o755 : 0o644, entry.mtime);
    const content = this.#input.files.content(entry);
    const offsets = this.#patches.get(entry);
    const file: InputFile = { type: 'file', ...base, content: offsets ? patchedContent(content, offsets) : content };
    this.#files.set(entry, file);
    return file;
  }

  #symlink(target: string, mtime: number): InputSymlink {
    return { type: 'symlink', ...this.#base(0o777, mtime), target };
  }

  #addition(addition: PlannedAddition): InputNode {
    const { time } = this.#plan.payload.times;
    if (addition.type === 'symlink') return this.#symlink(addition.target, time);
    const content = bytesContent(addition.type === 'picture' ? this.#picture(addition) : encodeFileName(addition.text));
    return { type: 'file', ...this.#base(addition.mode, time), content };
  }

  #picture({ path }: PlannedAddition): Uint8Array {
    const { dirIcon } = this.#input.pictures;
    if (path === '.DirIcon' && dirIcon !== null && 'bytes' in dirIcon) return dirIcon.bytes;
    throw new Error(`no picture was made for ${path}`);
  }

  #base(mode: number, mtime: number): InputBase {
    const { uid, gid, times } = this.#plan.payload;
    return { mode, uid, gid, mtime: imageTime(times, mtime) };
  }
}

function foldersOf(additions: readonly PlannedAddition[]): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>();
  for (const { path } of additions) {
    for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) {
      const names = folders.get(parentOf(folder)) ?? new Set();
      folders.set(parentOf(folder), names.add(nameOf(folder)));
    }
  }
  return folders;
}

function parentOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
