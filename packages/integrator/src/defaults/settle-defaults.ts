import type { DefaultsBefore, Manifest, ManifestImage, RecordedDefault } from '../manifest/manifest.ts';
import type { Places } from '../places/places.ts';
import { desktopIdOf } from '../plan/identity.ts';
import { getDefault, hasGroup, setDefault, withoutMadeGroup } from './mimeapps.ts';
import { type MimeappsFile, readMimeapps } from './mimeapps-file.ts';
import { takeOverDefaults, withoutProgram } from './take-over-defaults.ts';

/** What is to become of the user's choice of applications. */
export interface PlannedDefaults {
  /** The images with the defaults that they have then. */
  readonly images: readonly ManifestImage[];
  /** The list's new text, null where there is to be none; undefined where it stays as it is. */
  readonly text: string | null | undefined;
  /** How the list was before anything of ours was in it; null where nothing is. */
  readonly before: DefaultsBefore | null;
  /** Whether something is to be changed that may not be. */
  readonly isRefused: boolean;
}

/**
 * Plans that images become the default for the URL schemes that the user has allowed them, and that those of images that are gone are given
 * back. What the user has chosen since stays.
 *
 * @param takenOver desktop ids of other integrators, with the paths of the images that come into their places
 * @throws AppImageError `io`
 */
export async function planDefaults(
  places: Places,
  manifest: Manifest,
  after: readonly ManifestImage[],
  takenOver: ReadonlyMap<string, string> = new Map(),
): Promise<PlannedDefaults> {
  const file = await readMimeapps(places);
  const inherited = inheritDefaults(file.text, manifest, after);
  let { text } = inherited;
  const holders = new Map<string, string>();
  for (const { id, identity } of after) {
    for (const { scheme } of inherited.defaults.get(id) ?? []) holders.set(`${scheme} ${identity}`, id);
  }
  const images = after.map((planned): ManifestImage => {
    const defaults = inherited.defaults.get(planned.id) ?? [];
    const taken = takeOver(text, { ...planned, defaults }, takenOver);
    // One version of an application is enough.
    const isHeld = (scheme: string) => (holders.get(`${scheme} ${planned.identity}`) ?? planned.id) !== planned.id;
    const granted = grant(taken.text, taken.image, { isUncertain: manifest.pending.length > 0, isHeld });
    text = granted.text;
    return granted.image;
  });
  const isAny = images.some(({ defaults }) => defaults.length > 0);
  const before = manifest.defaultsBefore ?? (isAny ? stateOf(file) : null);
  if (!isAny && before !== null && before !== 'whole') text = withoutMadeGroup(text);
  if (text === file.text) return { images, text: undefined, before: isAny ? before : null, isRefused: false };
  if (!file.isWritable) {
    const unchanged = after.map((image) => ({ ...image, defaults: inherited.defaults.get(image.id) ?? [] }));
    return { images: unchanged, text: undefined, before: manifest.defaultsBefore, isRefused: true };
  }
  const isGone = text.trim() === '' && before === 'absent';
  return { images, text: isGone ? null : text, before: isAny ? before : null, isRefused: false };
}

function stateOf({ isThere, text }: MimeappsFile): DefaultsBefore {
  if (!isThere) return 'absent';
  return hasGroup(text) ? 'whole' : 'without-group';
}

/** Hands the defaults of images on to what has come into their places, and gives those back that nobody has come for. */
function inheritDefaults(
  original: string,
  { images: before }: Manifest,
  after: readonly ManifestImage[],
): { readonly text: string; readonly defaults: ReadonlyMap<string, readonly RecordedDefault[]> } {
  let text = original;
  const shown = after.filter(({ leftAlone }) => leftAlone === null);
  const inherited = new Map<string, Map<string, RecordedDefault>>();
  const returned = new Map<string, string | null>();
  for (const image of before) {
    for (const { scheme, previous } of image.defaults) {
      const type = typeOf(scheme);
      const own = desktopIdOf(image);
      const current = getDefault(text, type);
      const isOwn = current?.split(';')[0] === own;
      const heir = findHeir(image, shown, scheme);
      if (heir === undefined) {
        returned.set(`${type} ${own}`, previous);
        if (isOwn) text = setDefault(text, type, withoutProgram(current, own) ?? previous);
        continue;
      }
      const records = inherited.get(heir.id) ?? new Map<string, RecordedDefault>();
      inherited.set(heir.id, records);
      if (!records.has(scheme)) records.set(scheme, { scheme, previous });
      if (isOwn && heir.id !== image.id) text = setDefault(text, type, current.replace(own, desktopIdOf(heir)));
    }
  }
  // What was before may have been one of those that are gone.
  const stillThere = ({ scheme, previous }: RecordedDefault): RecordedDefault => {
    let value = previous;
    for (let count = 0; count <= returned.size; count++) {
      const earlier = returned.get(`${typeOf(scheme)} ${value}`);
      if (earlier === undefined) break;
      value = earlier;
    }
    return { scheme, previous: value };
  };
  const defaults = new Map([...inherited].map(([id, records]) => [id, [...records.values()].map(stillThere)]));
  return { text, defaults };
}

/** The image that is what another one was: by its id, else its place, else as another version of the application. */
function findHeir(last: ManifestImage, shown: readonly ManifestImage[], scheme: string): ManifestImage | undefined {
  const able = shown.filter(({ schemes }) => isType(scheme) || schemes.includes(scheme));
  return (
    able.find(({ id }) => id === last.id) ??
    able.find(({ path }) => path === last.path) ??
    able.find(({ identity }) => identity === last.identity)
  );
}

/** Makes an image the default for what the user has allowed it, once. */
function grant(
  before: string,
  image: ManifestImage,
  { isUncertain, isHeld }: { readonly isUncertain: boolean; readonly isHeld: (scheme: string) => boolean },
): { text: string; image: ManifestImage } {
  let text = before;
  if (image.leftAlone !== null || image.install?.schemesAllowed !== true) return { text, image };
  const own = desktopIdOf(image);
  const allowed = image.schemes.filter((scheme) => !isHeld(scheme));
  const schemes = allowed.map((scheme): RecordedDefault => {
    const type = typeOf(scheme);
    const current = getDefault(text, type);
    const known = image.defaults.find((each) => each.scheme === scheme);
    // Of a sync that was cut short it is not known whether it got as far as this.
    if (known === undefined || (isUncertain && current === known.previous)) text = setDefault(text, type, own);
    return known ?? { scheme, previous: current === own ? null : current };
  });
  const others = image.defaults.filter(({ scheme }) => !allowed.includes(scheme));
  return { text, image: { ...image, defaults: [...schemes, ...others] } };
}

/** Puts an image into the places of the entries that another integrator had for it. */
function takeOver(
  before: string,
  image: ManifestImage,
  takenOver: ReadonlyMap<string, string>,
): { readonly text: string; readonly image: ManifestImage } {
  let text = before;
  if (image.leftAlone !== null) return { text, image };
  const records = new Map(image.defaults.map((each) => [each.scheme, each]));
  for (const [desktopId, path] of takenOver) {
    if (path !== image.path) continue;
    const taken = takeOverDefaults(text, desktopId, desktopIdOf(image));
    text = taken.text;
    for (const [type, previous] of taken.previous) {
      const named = type.replace(/^x-scheme-handler\//, '');
      // What the image says nothing of was the user's own choice, and is kept like a type of files.
      const scheme = image.schemes.includes(named) ? named : type;
      if (!records.has(scheme)) records.set(scheme, { scheme, previous });
    }
  }
  return { text, image: { ...image, defaults: [...records.values()] } };
}

/** What was taken over may be a type of files, or a scheme that the image does not name. */
function isType(scheme: string): boolean {
  return scheme.includes('/');
}

function typeOf(scheme: string): string {
  return isType(scheme) ? scheme : `x-scheme-handler/${scheme}`;
}
