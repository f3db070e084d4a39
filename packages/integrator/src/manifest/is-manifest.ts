import type {
  InstallRecord,
  Manifest,
  ManifestImage,
  RecordedDefault,
  RecordedFile,
  RecordedVolume,
} from './manifest.ts';

type Check = (value: unknown) => boolean;

/** Whether a value is a manifest in every field, whoever has written it. Fields that came later may be missing. */
export function isManifest(value: object): value is Manifest {
  return hasFields<Manifest>(value, {
    images: listOf(isImage),
    shared: listOf(isFile),
    pending: listOf(isFile),
    folders: listOf(isAbsolute),
    generated: listOf(isAbsolute),
    defaultsBefore: optional((each) => ['absent', 'without-group', 'whole'].includes(each as string)),
    token: optional((each) => isString(each) && /^[0-9a-f]{1,32}$/.test(each)),
  });
}

function isImage(value: unknown): boolean {
  return hasFields<ManifestImage>(value, {
    path: isAbsolute,
    stamp: (stamp) =>
      hasFields<ManifestImage['stamp']>(stamp, {
        device: isInteger,
        inode: isInteger,
        size: (size) => typeof size === 'number',
        mtime: isInteger,
        executable: isBoolean,
      }),
    identity: isString,
    id: (id) => isString(id) && /^[0-9a-f-]{1,64}$/.test(id),
    name: orNull(isString),
    version: orNull(isString),
    leftAlone: orNull(isString),
    recipe: isString,
    files: listOf(isFile),
    schemes: listOf(isString),
    defaults: listOf(isDefault),
    install: orNull(isInstall),
    volume: optional(isVolume),
    away: optional(isBoolean),
  });
}

function isInstall(value: unknown): boolean {
  return hasFields<InstallRecord>(value, {
    from: isString,
    sha256: isString,
    signature: isString,
    date: isString,
    schemesAllowed: isBoolean,
  });
}

/** One line of a list, and no more. */
function isDefault(value: unknown): boolean {
  return hasFields<RecordedDefault>(value, { scheme: isWord, previous: orNull(isLine) });
}

function isVolume(value: unknown): boolean {
  return hasFields<RecordedVolume>(value, { mountPoint: isAbsolute, id: isString });
}

function isFile(value: unknown): boolean {
  return hasFields<RecordedFile>(value, {
    root: (root) => ['data', 'config', 'cache'].includes(root as string),
    path: (path) => isString(path) && isPath(path),
    hashes: listOf(isString),
  });
}

function hasFields<Type>(value: unknown, checks: { readonly [Name in keyof Type]-?: Check }): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.entries<Check>(checks).every(([name, isIt]) => isIt(fields[name]));
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

/** A number that may be too large for one. */
function isInteger(value: unknown): boolean {
  return isString(value) && /^-?\d{1,30}$/.test(value);
}

function isLine(value: unknown): boolean {
  return isString(value) && !/[\n\r]/.test(value);
}

function isWord(value: unknown): boolean {
  return isString(value) && /^[^\s=[\]]+$/.test(value);
}

function isAbsolute(value: unknown): boolean {
  return isString(value) && value.startsWith('/') && !value.includes('\0');
}

function isPath(path: string): boolean {
  return !path.includes('\0') && path.split('/').every((name) => !['', '.', '..'].includes(name));
}

function listOf(isItem: Check): Check {
  return (value) => Array.isArray(value) && value.every(isItem);
}

function orNull(isIt: Check): Check {
  return (value) => value === null || isIt(value);
}

function optional(isIt: Check): Check {
  return (value) => value === undefined || value === null || isIt(value);
}
