import {
  decodeFileName,
  type Elf,
  getIconString,
  getString,
  type InputDirectory,
  type InputFile,
  isAppImageError,
  parseDesktopEntry,
  parseExec,
  type ReadOptions,
  readElf,
  readNeededLibraries,
} from '@appimage-js/format';
import { contentSource } from './content-source.ts';
import { type InputPath, resolveInput, walkInput } from './input-paths.ts';

const PROGRAM_FOLDERS = ['', 'usr/bin', 'bin', 'usr/games', 'usr/sbin', 'sbin'];
/** More is no desktop entry and no script. */
const MAXIMUM_TEXT = 1024 * 1024;

/**
 * The files that are read when the application starts, as far as they tell by themselves: `AppRun`, the desktop entry and the icon
 * in the root, the program that `Exec` names, and the libraries that programs among these need. Nothing is run.
 */
export async function filesAtStart(root: InputDirectory, options: ReadOptions): Promise<InputFile[]> {
  return await new StartFiles(root, options).collect();
}

class StartFiles {
  readonly #root: InputDirectory;
  readonly #options: ReadOptions;
  readonly #found = new Set<InputFile>();
  readonly #pending: InputFile[] = [];
  /** Files and links by the last name of their path, the nearest to the root first. */
  readonly #byName: ReadonlyMap<string, readonly InputPath[]>;

  constructor(root: InputDirectory, options: ReadOptions) {
    this.#root = root;
    this.#options = options;
    const entries = [...walkInput(root)].filter(({ node }) => node.type === 'file' || node.type === 'symlink');
    this.#byName = Map.groupBy(entries, ({ path }) => path.slice(path.lastIndexOf('/') + 1));
  }

  async collect(): Promise<InputFile[]> {
    const names = [...this.#root.entries.keys()].toSorted();
    for (const name of names.filter((each) => /^AppRun(?:\.|$)/.test(each))) this.#add(name);
    for (const name of names.filter((each) => each.endsWith('.desktop'))) await this.#addDesktopEntry(name);
    this.#add('.DirIcon');
    for (let file = this.#pending.shift(); file !== undefined; file = this.#pending.shift()) {
      this.#options.signal?.throwIfAborted();
      await this.#addNeeded(file);
    }
    return [...this.#found];
  }

  #add(path: string): void {
    const file = resolveInput(this.#root, path)?.node;
    if (file?.type !== 'file' || this.#found.has(file)) return;
    this.#found.add(file);
    this.#pending.push(file);
  }

  async #addDesktopEntry(name: string): Promise<void> {
    this.#add(name);
    const file = resolveInput(this.#root, name)?.node;
    if (file?.type !== 'file' || file.content.size > MAXIMUM_TEXT) return;
    const source = await contentSource(file.content, this.#options);
    const bytes = await source.read(0, source.size);
    const entry = await orNothing(async () => parseDesktopEntry(bytes));
    if (entry === undefined) return;
    const icon = getIconString(entry, 'Icon');
    for (const suffix of ['.png', '.svg', '.xpm']) this.#add(`${icon}${suffix}`);
    const [program] = (await orNothing(async () => parseExec(getString(entry, 'Exec') ?? ''))) ?? [];
    if (program === undefined) return;
    for (const folder of PROGRAM_FOLDERS) this.#add(`${folder}/${decodeFileName(new TextEncoder().encode(program))}`);
  }

  /** What the dynamic loader reads for a program before its first line: the loader itself, and libraries that are in the image. */
  async #addNeeded(file: InputFile): Promise<void> {
    const elf = await this.#elf(file);
    if (elf === undefined) return;
    const names = elf.needed.map((library) => library.slice(library.lastIndexOf('/') + 1));
    if (elf.interpreter !== null) names.unshift(elf.interpreter.slice(elf.interpreter.lastIndexOf('/') + 1));
    for (const name of names) {
      const candidates = this.#byName.get(name) ?? [];
      const [nearest] = candidates.toSorted((left, right) => depth(left.path) - depth(right.path));
      if (nearest !== undefined) this.#add(nearest.path);
    }
  }

  async #elf({ content }: InputFile): Promise<(Pick<Elf, 'interpreter'> & { readonly needed: string[] }) | undefined> {
    return await orNothing(async () => {
      if (content.size < 64) return undefined;
      const source = await contentSource(content, this.#options);
      const head = await source.read(0, 4);
      if (head[0] !== 0x7f || head[1] !== 0x45 || head[2] !== 0x4c || head[3] !== 0x46) return undefined;
      const elf = await readElf(source, this.#options);
      return { interpreter: elf.interpreter, needed: [...(await readNeededLibraries(source, elf, this.#options))] };
    });
  }
}

/** What is damaged is stored all the same; only its place is not chosen. */
async function orNothing<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isAppImageError(error) && error.code !== 'io') return undefined;
    throw error;
  }
}

function depth(path: string): number {
  return path.split('/').length;
}
