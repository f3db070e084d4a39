import { type AppImageError, describeAppImage, type UpdateInformation } from '@appimage-js/format';
import { nodeHashes, openAppImage } from '@appimage-js/format/node';
import type { KeyMaterial, SignatureVerdict } from '@appimage-js/format/openpgp';

/** What an updater has to know about an image on disk. */
export interface ImageFacts {
  readonly path: string;
  /** As `describeAppImage` has it. */
  readonly type: string;
  readonly architectures: readonly string[];
  /** In bytes. */
  readonly size: number;
  readonly name: string | null;
  readonly version: string | null;
  readonly updateInformation: UpdateInformation | null;
  /** Why its files can not be read; undefined where they can. */
  readonly problem: AppImageError | undefined;
}

/** What {@link readImageFacts} waits for. */
export interface ImageOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads from an image what an update depends on. Nothing in it is run.
 *
 * @throws AppImageError `malformed` or `out-of-bounds` when its header is damaged, `io` when reading fails
 */
export async function readImageFacts(path: string, { signal }: ImageOptions = {}): Promise<ImageFacts> {
  await using image = await openAppImage(path, given({ signal }));
  const described = await describeAppImage(image, given({ signal }));
  const { type, architectures, size, name, version, updateInformation } = described;
  return { path, type, architectures, size, name, version, updateInformation, problem: image.problem };
}

/** Judges the signature of an image on disk; see `verifySignature`. */
export async function judgeImage(
  path: string,
  {
    trustedKeys = [],
    now,
    signal,
  }: ImageOptions & { readonly trustedKeys?: readonly KeyMaterial[]; readonly now?: Date | undefined },
): Promise<SignatureVerdict> {
  const { verifySignature } = await import('@appimage-js/format/openpgp');
  await using image = await openAppImage(path, given({ signal }));
  return await verifySignature(image, { trustedKeys, hashes: nodeHashes, signal, ...(now && { now }) });
}

function given({ signal }: ImageOptions) {
  return signal === undefined ? {} : { signal };
}
