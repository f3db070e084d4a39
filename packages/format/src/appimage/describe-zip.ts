import { parseAppStream } from '../appstream/parse-appstream.ts';
import { readWholeFile } from '../filesystem/resolve-path.ts';
import { describeIcon } from '../icon/format/describe-icon.ts';
import type { Icon } from '../icon/icon.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import type { IntegrationZip } from '../shimg/integration-zip.ts';
import { chooseTranslation } from '../xml/translations.ts';
import { type ImageProblem, readOrProblem } from './image-problem.ts';
import type { AppImage } from './open-appimage.ts';

const MAXIMUM_LENGTH = 4 * 1_048_576;

/** The size that the AppImage specification asks for. */
const PREFERRED_SIZE = 256;

/** What the integration zip of a shImg tells beside the desktop entry, for an image whose own files can not be read. */
export async function describeZip(
  { image: { shImg }, problems }: { readonly image: AppImage; readonly problems: ImageProblem[] },
  { locale }: { readonly locale?: string },
  options: ReadOptions,
) {
  const zip = shImg?.integrationZip;
  if (zip === undefined) return {};
  const [icon, component] = await Promise.all([
    readOrProblem(problems, 'icon', () => readIcon(zip, options)),
    readOrProblem(problems, 'appstream', () => readMetainfo(zip, options)),
  ]);
  const path = zip.metainfo?.path;
  const summary = component && chooseTranslation(component.summary, locale);
  return {
    icon,
    ...(component && path !== undefined && { appStream: { path, id: component.id } }),
    ...(summary !== null && summary !== undefined && { summary }),
  };
}

async function readMetainfo({ files, metainfo }: IntegrationZip, options: ReadOptions) {
  if (metainfo === undefined) return undefined;
  return parseAppStream(await readWholeFile(files, metainfo, { ...options, maximumLength: MAXIMUM_LENGTH }));
}

/** The icon of the preferred size, else the largest. */
async function readIcon({ files, icons }: IntegrationZip, options: ReadOptions): Promise<Icon | undefined> {
  const chosen = icons.find(({ size }) => size === PREFERRED_SIZE) ?? icons.at(-1);
  if (chosen === undefined) return undefined;
  const { path } = chosen;
  const file = { path, stat: await files.stat(path, options) };
  const description = await describeIcon(
    await readWholeFile(files, file, { ...options, maximumLength: MAXIMUM_LENGTH }),
  );
  if (description === undefined) return undefined;
  return { ...description, path, realPath: path, place: 'unthemed', purpose: 'application', themeFolder: null };
}
