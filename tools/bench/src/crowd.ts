import type { InputDirectory, InputNode } from '@appimage-js/format';

const OWNER = { uid: 0, gid: 0, mtime: 1_700_000_000 };

/** Directories of small files with names of an ordinary length. */
export function crowd(directories: number, files: number): InputDirectory {
  return directory(directories, (index) => [
    `directory-${index}`,
    directory(files, (at) => {
      const bytes = new TextEncoder().encode(`${index} ${at}\n`);
      const read = async function* () {
        yield bytes;
      };
      return [
        `file-${at}-of-${index}.js`,
        { ...OWNER, type: 'file', mode: 0o644, content: { size: bytes.length, read } },
      ];
    }),
  ]);
}

function directory(count: number, child: (index: number) => [string, InputNode]): InputDirectory {
  const entries = new Map(Array.from({ length: count }, (_, index) => child(index)));
  return { ...OWNER, type: 'directory', mode: 0o755, entries };
}
