import type { FileEntry, ReadonlyFileSystem } from '@appimage-js/format';
import { formatSize } from './format-size.ts';

/** What a click on a file does. */
export type SaveFile = (entry: FileEntry) => Promise<void>;

/** Fills a list with the entries of a directory; what is in those that are directories is read when they are opened. */
export async function fillTree(
  list: HTMLElement,
  files: ReadonlyFileSystem,
  directory: string | FileEntry,
  save: SaveFile,
): Promise<void> {
  const entries = await files.readDirectory(directory);
  const isFile = ({ stat }: FileEntry) => Number(stat.type !== 'directory');
  entries.sort((one, other) => isFile(one) - isFile(other) || one.path.localeCompare(other.path));
  list.replaceChildren(...(await Promise.all(entries.map((entry) => item(files, entry, save)))));
}

async function item(files: ReadonlyFileSystem, entry: FileEntry, save: SaveFile): Promise<HTMLElement> {
  const { path, stat } = entry;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (stat.type === 'directory') return element('li', folder(files, entry, name, save));
  if (stat.type === 'file') {
    const button = element('button', name);
    button.type = 'button';
    button.title = `Save ${name}`;
    button.addEventListener('click', () => void save(entry));
    return element('li', button, element('small', formatSize(stat.size)));
  }
  const what = stat.type === 'symlink' ? `→ ${await files.readLink(entry)}` : stat.type.replace('-', ' ');
  return element('li', name, element('small', what));
}

function folder(files: ReadonlyFileSystem, entry: FileEntry, name: string, save: SaveFile): HTMLElement {
  const list = element('ul');
  const details = element('details', element('summary', name), list);
  const fill = () => {
    fillTree(list, files, entry, save).catch((error: unknown) => list.replaceChildren(element('li', String(error))));
  };
  details.addEventListener('toggle', fill, { once: true });
  return details;
}

/** An element with what is in it; text is text, whatever the image says. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.append(...children);
  return made;
}
