import {
  type AppImage,
  describeAppImage,
  type FileEntry,
  type Icon,
  openAppImage,
  openSource,
  readWholeFile,
  resolvePath,
} from '@appimage-js/format';
import { factsOf } from './facts.ts';
import { element, fillTree } from './file-tree.ts';

const MAXIMUM_ICON_SIZE = 16 * 1024 * 1024;

/** What browsers show. */
const PICTURE_TYPES: Partial<Record<Icon['format'], string>> = {
  png: 'image/png',
  svg: 'image/svg+xml',
  ico: 'image/x-icon',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
};

const find = <Found extends HTMLElement>(id: string) => document.getElementById(id) as Found;
const drop = find('drop');
const file = find<HTMLInputElement>('file');
const url = find<HTMLInputElement>('url');
const status = find('status');
const application = find('application');
const picture = find<HTMLImageElement>('icon');

/** The image that is shown; opening another one closes it. */
let opened: AppImage | undefined;

async function show(input: File | URL): Promise<void> {
  application.hidden = true;
  tell(`Opening ${input instanceof URL ? input.href : input.name} …`);
  try {
    await opened?.close();
    const source = await openSource(input);
    const image = await openAppImage(source);
    opened = image;
    const description = await describeAppImage(image);
    find('name').textContent = description.name ?? (input instanceof URL ? input.href : input.name);
    find('summary').textContent = description.summary ?? '';
    await showPicture(image, description.icon);
    if (image.problem === undefined) await fillTree(find('files'), image.files, '', save);
    else find('files').replaceChildren(element('li', image.problem.message));
    const facts = factsOf(description, source);
    find('facts').replaceChildren(...facts.flatMap(([label, text]) => [element('dt', label), element('dd', text)]));
    application.hidden = false;
    tell('');
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error), true);
  }
}

async function showPicture({ files }: AppImage, icon: Icon | null): Promise<void> {
  URL.revokeObjectURL(picture.src);
  picture.removeAttribute('src');
  const type = icon && PICTURE_TYPES[icon.format];
  if (!(icon && type)) return;
  const bytes = await readWholeFile(files, await resolvePath(files, icon.path), { maximumLength: MAXIMUM_ICON_SIZE });
  picture.src = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }));
}

async function save(entry: FileEntry): Promise<void> {
  if (opened === undefined) return;
  const name = entry.path.slice(entry.path.lastIndexOf('/') + 1);
  tell(`Reading ${name} …`);
  try {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for await (const piece of opened.files.readFile(entry)) pieces.push(new Uint8Array(piece));
    const link = element('a');
    // Without a type, a browser guesses one and adds its extension to the name.
    link.href = URL.createObjectURL(new Blob(pieces, { type: 'application/octet-stream' }));
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
    tell('');
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error), true);
  }
}

function tell(text: string, isError = false): void {
  status.textContent = text;
  status.classList.toggle('error', isError);
}

file.addEventListener('change', () => {
  const [chosen] = file.files ?? [];
  if (chosen) void show(chosen);
});

for (const type of ['dragenter', 'dragover', 'dragleave', 'drop']) {
  drop.addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.toggle('over', type === 'dragenter' || type === 'dragover');
  });
}

drop.addEventListener('drop', ({ dataTransfer }) => {
  const [dropped] = dataTransfer?.files ?? [];
  if (dropped) void show(dropped);
});

find('open-url').addEventListener('submit', (event) => {
  event.preventDefault();
  void show(new URL(url.value));
});
