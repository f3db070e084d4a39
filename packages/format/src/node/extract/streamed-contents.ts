import { closeSync } from 'node:fs';
import type { FileEntry, ReadonlyFileSystem } from '../../filesystem/readonly-file-system.ts';
import { type ContentWriter, type ContentWriterOptions, PERMISSIONS } from './content-writer.ts';
import { attempt } from './extract-errors.ts';
import { createFile, finishFile, writePart } from './regular-file.ts';

/** Files whose contents are read side by side, so that they are decompressed on all cores. */
const CONCURRENCY = 16;

/** Writes what `readFile` delivers: for all kinds of images, wherever they are. */
export class StreamedContents implements ContentWriter {
  readonly #files: ReadonlyFileSystem;
  readonly #options: ContentWriterOptions;
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(files: ReadonlyFileSystem, options: ContentWriterOptions) {
    this.#files = files;
    this.#options = options;
  }

  async write(entry: FileEntry): Promise<void> {
    this.#throwFailure();
    const settled = this.#writeFile(entry)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(settled));
    this.#running.add(settled);
    if (this.#running.size >= CONCURRENCY) await Promise.race(this.#running);
    this.#throwFailure();
  }

  async finish(): Promise<void> {
    await this.close();
    this.#throwFailure();
  }

  async close(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #writeFile(entry: FileEntry): Promise<void> {
    const { path, stat } = entry;
    const { root, umask, tally } = this.#options;
    const mode = stat.mode & PERMISSIONS;
    const descriptor = attempt({ root, path }, () => createFile(`${root}/${path}`, mode));
    try {
      const { size, written } = await this.#writeContent(descriptor, entry);
      attempt({ root, path }, () => finishFile(descriptor, { mode, mtime: stat.mtime, size, written }, umask));
    } finally {
      closeSync(descriptor);
    }
    tally.files += 1;
  }

  async #writeContent(descriptor: number, entry: FileEntry): Promise<{ size: number; written: number }> {
    const { root, tally, signal } = this.#options;
    const { path } = entry;
    let size = 0;
    let written = 0;
    for await (const piece of this.#files.readFile(entry, { signal })) {
      const position = size;
      const count = attempt({ root, path }, () => writePart(descriptor, piece, position));
      tally.countWritten(count, path);
      tally.bytes += piece.length;
      size += piece.length;
      written += count;
    }
    return { size, written };
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
