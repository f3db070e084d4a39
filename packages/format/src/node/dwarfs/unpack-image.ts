import { ListedFileSystem } from '../../filesystem/listed-file-system.ts';
import { buildListedTree } from '../../filesystem/listed-tree.ts';
import { sequentialPieces } from '../../io/sequential-pieces.ts';
import { openFileSink } from '../file-sink.ts';
import { openFileSource } from '../file-source.ts';
import type { OpenByToolOptions, OpenedFiles } from './opened-files.ts';
import { runTool } from './run-tool.ts';
import { type UnpackedFile, unpackTar } from './unpack-tar.ts';

const PIECE = 262_144;

/** Lets `dwarfsextract` unpack an image once, in the form of a tar archive, and keeps the contents in one file. */
export async function unpackImage(options: OpenByToolOptions): Promise<OpenedFiles> {
  const { program, image, folder, limits, maximumLength, signal } = options;
  const path = `${folder}/contents`;
  const args = ['-i', image.path, '-O', `${image.offset}`, '-f', 'gnutar', '--log-level=error'];
  const sink = await openFileSink(path, { mode: 0o600 });
  const unpack = () => unpackTar(runTool(program, args, { signal }), { sink, limits, maximumLength });
  const unpacked = await unpack().finally(() => sink.close());
  const contents = await openFileSource(path);
  const files = new ListedFileSystem<UnpackedFile>({
    root: buildListedTree(unpacked, limits),
    limits,
    contents: {
      readFile: ({ offset }, { start, end, signal: readSignal }) =>
        sequentialPieces(contents, {
          pieceLength: PIECE,
          offset: offset + start,
          length: end - start,
          signal: readSignal,
        }),
      readLink: async ({ target }) => target,
    },
  });
  return { files, close: () => contents.close() };
}
