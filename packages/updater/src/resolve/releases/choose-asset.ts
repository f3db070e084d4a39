import type { AvailableImage } from '../../available-image.ts';
import { SourceError } from '../../source-error.ts';
import { architecturesOfName, fitOfName } from '../architecture-of-name.ts';
import { matchesPattern } from '../name-pattern.ts';
import type { Resolution } from '../resolve-options.ts';
import { isFileName, type Release, type ReleaseAsset } from './release.ts';

/** What is looked for among the files of a release. */
export interface AssetWish {
  /** The name of the control file, or of the image where `isControlFile` is false; see `matchesPattern`. */
  readonly file: string;
  readonly isControlFile: boolean;
  readonly architecture: string | undefined;
  /** Of the source, for messages: "GitHub releases of owner/repository". */
  readonly name: string;
  readonly url: string;
}

const CONTROL_FILE = '.zsync';

/**
 * Chooses a file of a release. Of several, those whose names say the architecture come first, then the one that is last in
 * the order of its bytes, as it has the highest version by and large; files for other machines never come into question.
 * Where the control file is missing, the image alone does.
 *
 * @throws AppImageError `not-found` where nothing matches, `unsupported` where all that matches is for other machines
 */
export function chooseAsset(release: Release, wish: AssetWish): Resolution {
  if (!wish.isControlFile) {
    const { chosen, alternatives } = pick(release, wish.file, wish);
    return { image: describe(release, { image: chosen, control: undefined }), alternatives };
  }
  const hasControlFile = release.assets.some(({ name }) => matchesPattern(name, wish.file));
  const imagePattern = wish.file.endsWith(CONTROL_FILE) ? wish.file.slice(0, -CONTROL_FILE.length) : undefined;
  const isImageThere =
    imagePattern !== undefined && release.assets.some(({ name }) => matchesPattern(name, imagePattern));
  if (!hasControlFile && isImageThere) {
    const { chosen, alternatives } = pick(release, imagePattern, wish);
    const remark = `release ${release.tag} has no control file ${wish.file}, so ${chosen.name} is downloaded as a whole`;
    return { image: describe(release, { image: chosen, control: undefined }), alternatives, remarks: [remark] };
  }
  const { chosen, alternatives } = pick(release, wish.file, wish);
  const { image, remarks } = findImage(release, chosen, wish);
  return { image: describe(release, { image, control: chosen }), alternatives, remarks };
}

interface Picked {
  readonly chosen: ReleaseAsset;
  readonly alternatives: readonly string[];
}

function pick(release: Release, pattern: string, wish: AssetWish): Picked {
  const matching = release.assets.filter(({ name }) => isFileName(name) && matchesPattern(name, pattern));
  if (matching.length === 0) throw noMatch(release, pattern, wish);
  const fitness = (asset: ReleaseAsset) => fitOf(asset, wish.architecture);
  const fitting = matching.filter((asset) => fitness(asset) !== 'other');
  const [chosen, ...others] = fitting.sort((a, b) => {
    const named = Number(fitness(b) === 'named') - Number(fitness(a) === 'named');
    return named || compareNames(b.name, a.name) || compareNames(b.urls[0] ?? '', a.urls[0] ?? '');
  });
  if (chosen === undefined) throw otherArchitecture(release, matching, wish);
  return { chosen, alternatives: others.map(({ name }) => name) };
}

function fitOf({ name, architecture }: ReleaseAsset, wanted: string | undefined): 'named' | 'unnamed' | 'other' {
  if (architecture === undefined || wanted === undefined) return fitOfName(name, wanted);
  return architecture === wanted ? 'named' : 'other';
}

/** The order of code units, which knows no language. */
function compareNames(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/**
 * The image that a control file is for: the file of the same name; else the only image for this machine, which somebody has
 * renamed after the control file was made. The control file's hash decides in the end whether it is.
 */
function findImage(
  { tag, assets }: Release,
  control: ReleaseAsset,
  wish: AssetWish,
): { readonly image: ReleaseAsset | undefined; readonly remarks: readonly string[] } {
  const expected = control.name.replace(/\.zsync$/, '');
  const image = assets.find(({ name }) => name === expected);
  if (image !== undefined) return { image, remarks: [] };
  const images = assets.filter((asset) => isFileName(asset.name) && /\.appimage$/i.test(asset.name));
  const possible = images.filter((asset) => fitOf(asset, wish.architecture) !== 'other');
  const missing = `release ${tag} has ${control.name}, but no ${expected}`;
  if (possible.length !== 1)
    return { image: undefined, remarks: [`${missing}; the control file must say where it is`] };
  return { image: possible[0], remarks: [`${missing}; ${possible[0]?.name} is tried, which seems to be it`] };
}

interface Found {
  readonly image: ReleaseAsset | undefined;
  readonly control: ReleaseAsset | undefined;
}

function describe({ tag, publishedAt, pageUrl }: Release, { image, control }: Found): AvailableImage {
  const name = image?.name ?? control?.name.replace(/\.zsync$/, '') ?? '';
  const named = architecturesOfName(name);
  return {
    name,
    version: tag,
    architecture: image?.architecture ?? (named.length === 1 ? named[0] : undefined),
    imageUrls: image?.urls ?? [],
    controlFileUrls: control?.urls ?? [],
    size: image?.size,
    sha256: image?.sha256,
    sha512: undefined,
    publishedAt,
    notesUrl: pageUrl,
  };
}

function noMatch({ tag, assets }: Release, pattern: string, { name, url }: AssetWish): SourceError {
  const listed = assets.slice(0, 8).map((asset) => asset.name);
  const rest = assets.length > listed.length ? ` and ${assets.length - listed.length} more` : '';
  const found = listed.length === 0 ? 'no files at all' : `${listed.join(', ')}${rest}`;
  const message =
    `Cannot find an update in ${name}: release ${tag} must have a file ${pattern}, found ${found}; ` +
    'the publisher may still be uploading, or may have renamed it';
  return new SourceError('not-found', message, { reason: 'no-match', url });
}

function otherArchitecture({ tag }: Release, matching: readonly ReleaseAsset[], wish: AssetWish): SourceError {
  const found = matching.map(({ name }) => name).join(', ');
  const message = `Cannot find an update in ${wish.name}: release ${tag} must have a file for ${wish.architecture}, found ${found}`;
  return new SourceError('unsupported', message, { reason: 'wrong-architecture', url: wish.url });
}
