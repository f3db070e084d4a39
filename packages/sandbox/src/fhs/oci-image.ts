/*
 * Container images on disk: the OCI image layout (https://github.com/opencontainers/image-spec, image-layout.md, manifest.md), and
 * what `docker save` wrote before it wrote that, too (`manifest.json`).
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, normalize, relative } from 'node:path';
import { AppImageError, isAppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { readSmallFile } from '../read-small-file.ts';

/** A layer as a file. */
export interface OciLayer {
  readonly path: string;
  /** `sha256:…` of the file; undefined where the image does not tell. */
  readonly digest: string | undefined;
}

/** What an image consists of, the lowest layer first. */
export interface OciImage {
  /** What the image is known by: the digest of its manifest or configuration. */
  readonly id: string;
  readonly layers: readonly OciLayer[];
}

/** Manifests have a few KiB. */
const MAXIMUM_DOCUMENT = 8 * 1_048_576;

/** Names of machines in OCI images where AppImages have others. */
const OCI_ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  i686: '386',
  armhf: 'arm',
};

interface Descriptor {
  readonly digest: string;
  readonly mediaType: string;
  readonly architecture: string | undefined;
}

/**
 * Reads the manifest of an image in a folder; of an image for several machines, the one for `architecture`. Manifests are
 * checked against their digests; layers are not read.
 *
 * @throws AppImageError `malformed` for what is no image, `untrusted` for a manifest with another digest, `unsupported` for a
 *   schema that is not known, `not-found` for one that has nothing for the machine, `io` when reading fails
 */
export async function readOciImage(folder: string, architecture: string): Promise<OciImage> {
  const index = await readJson(folder, 'index.json').catch(async (error: unknown) => {
    const old = await readDockerImage(folder);
    if (old === undefined) throw error;
    return old;
  });
  const image = isOldImage(index) ? index : await followIndex(folder, index, { architecture, depth: 0 });
  for (const { path } of image.layers) await checkInside(folder, path);
  return image;
}

/** A link in an image may lead to any file of whoever unpacks it, or to a device that never ends. */
async function checkInside(folder: string, path: string): Promise<void> {
  const [root, real] = await Promise.all([realpath(folder), realpath(path)]).catch((cause: unknown) => {
    throw ioError(`Cannot read OCI image: cannot open ${path}`, path, cause);
  });
  if (real.startsWith(`${root}/`) && (await stat(real)).isFile()) return;
  throw malformed(path, 'its parts must be files in it, found something else');
}

async function followIndex(
  folder: string,
  document: unknown,
  { architecture, depth }: { readonly architecture: string; readonly depth: number },
): Promise<OciImage> {
  if (depth > 4) throw malformed(folder, 'indexes must not be nested deeper than 4, found more');
  const all = descriptors(field(document, 'manifests'), folder);
  const wanted = OCI_ARCHITECTURES[architecture] ?? architecture;
  const chosen = all.find((one) => one.architecture === wanted) ?? all.find((one) => one.architecture === undefined);
  if (chosen === undefined) {
    const found = all.map((one) => one.architecture).join(', ');
    throw new AppImageError(
      'not-found',
      `Cannot read OCI image ${folder}: expected one for ${wanted}, found ${found || 'none'}`,
    );
  }
  const next = await readBlobJson(folder, chosen.digest);
  if (field(next, 'manifests') !== undefined) return followIndex(folder, next, { architecture, depth: depth + 1 });
  const layers = descriptors(field(next, 'layers'), folder);
  return { id: chosen.digest, layers: layers.map(({ digest }) => ({ path: blobPath(folder, digest), digest })) };
}

/** `manifest.json` of `docker save`: paths of layers in the archive, without digests but for those in their names. */
async function readDockerImage(folder: string): Promise<OciImage | undefined> {
  const manifest = await readJson(folder, 'manifest.json').catch(() => undefined);
  const first: unknown = Array.isArray(manifest) ? manifest[0] : undefined;
  const layers = field(first, 'Layers');
  const config = field(first, 'Config');
  if (!Array.isArray(layers) || typeof config !== 'string') return undefined;
  const paths = layers.map((layer: unknown) => insideOf(folder, layer));
  const id = `sha256:${createHash('sha256')
    .update(JSON.stringify([config, layers]))
    .digest('hex')}`;
  return {
    id,
    layers: paths.map((path) => ({ path, digest: /blobs\/sha256\/([0-9a-f]{64})$/.exec(path)?.[1] })).map(named),
  };
}

function named({ path, digest }: { readonly path: string; readonly digest: string | undefined }): OciLayer {
  return { path, digest: digest === undefined ? undefined : `sha256:${digest}` };
}

/** @throws AppImageError `untrusted` when the file has another digest */
export async function checkDigest(path: string, digest: string, signal?: AbortSignal): Promise<void> {
  const hash = createHash(algorithmOf(digest));
  try {
    for await (const piece of createReadStream(path, { signal })) hash.update(piece);
  } catch (cause) {
    signal?.throwIfAborted();
    throw ioError(`Cannot read ${path}`, path, cause);
  }
  const found = hash.digest('hex');
  if (!digest.endsWith(`:${found}`)) throw otherDigest(path, digest, found);
}

async function readBlobJson(folder: string, digest: string): Promise<unknown> {
  const path = blobPath(folder, digest);
  await checkInside(folder, path);
  await checkDigest(path, digest);
  return await readJson(folder, relative(folder, path));
}

async function readJson(folder: string, name: string): Promise<unknown> {
  const path = join(folder, name);
  await checkInside(folder, path);
  const bytes = await readSmallFile(path, MAXIMUM_DOCUMENT + 1).catch((cause: unknown) => {
    throw isAppImageError(cause) ? cause : ioError(`Cannot read OCI image: cannot read ${path}`, path, cause);
  });
  if (bytes.length > MAXIMUM_DOCUMENT) throw malformed(path, `it must have at most ${MAXIMUM_DOCUMENT} bytes`);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw malformed(path, 'expected JSON, found something else', cause);
  }
}

function descriptors(value: unknown, folder: string): Descriptor[] {
  if (!Array.isArray(value)) throw malformed(folder, 'expected a list of descriptors, found none');
  return value.map((one: unknown) => {
    const digest = field(one, 'digest');
    const mediaType = field(one, 'mediaType');
    const architecture = field(field(one, 'platform'), 'architecture');
    if (typeof digest !== 'string') throw malformed(folder, 'expected a digest in each descriptor, found none');
    blobPath(folder, digest);
    return {
      digest,
      mediaType: typeof mediaType === 'string' ? mediaType : '',
      architecture: typeof architecture === 'string' && architecture !== 'unknown' ? architecture : undefined,
    };
  });
}

function blobPath(folder: string, digest: string): string {
  return join(folder, 'blobs', algorithmOf(digest), digest.slice(digest.indexOf(':') + 1));
}

function algorithmOf(digest: string): 'sha256' | 'sha512' {
  if (/^sha256:[0-9a-f]{64}$/.test(digest)) return 'sha256';
  if (/^sha512:[0-9a-f]{128}$/.test(digest)) return 'sha512';
  throw new AppImageError(
    'malformed',
    `Cannot read OCI image: digest must be sha256 or sha512, found ${JSON.stringify(digest.slice(0, 160))}`,
  );
}

function insideOf(folder: string, path: unknown): string {
  const clean = typeof path === 'string' ? normalize(path) : '..';
  if (clean.startsWith('..') || clean.startsWith('/'))
    throw malformed(folder, 'layers must lie in the archive, found a path that leaves it');
  return join(folder, clean);
}

function isOldImage(value: unknown): value is OciImage {
  return field(value, 'id') !== undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function malformed(path: string, reason: string, cause?: unknown): AppImageError {
  return new AppImageError('malformed', `Cannot read OCI image ${path}: ${reason}`, { path, cause });
}

function otherDigest(path: string, digest: string, found: string): AppImageError {
  return new AppImageError('untrusted', `Cannot use ${path}: its digest must be ${digest}, found ${found}`, { path });
}
