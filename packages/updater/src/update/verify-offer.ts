import { rm } from 'node:fs/promises';
import { AppImageError, isAppImageError } from '@appimage-js/format';
import type { FetchedImage } from '../fetch/index.ts';
import { applicationIdentity } from '../trust/application-identity.ts';
import { judgeTrust, type TrustDecision } from '../trust/judge-trust.ts';
import { type PinnedKey, pinKey, readPinnedKey } from '../trust/pinned-key.ts';
import { checkCandidate } from '../verify/check-candidate.ts';
import { type ImageFacts, judgeImage, readImageFacts } from '../verify/image-facts.ts';
import type { UpdateOptions } from './update-options.ts';
import type { UpdateWork } from './update-work.ts';

/** A new version that may replace the old one. */
export interface VerifiedOffer {
  readonly image: ImageFacts;
  readonly trust: TrustDecision;
  readonly remarks: readonly string[];
  /** Pins its key, where there is one. */
  pin(): Promise<void>;
}

/**
 * Judges a file that was fetched: that it is an image for these machines and not an older one, and that its signature is one that the
 * pinned key allows. What does not hold is removed.
 *
 * @throws AppImageError `untrusted` when the signature does not hold; `malformed`, `unsupported` or `not-permitted` when the image is none, for
 *   other machines, or older
 */
export async function verifyOffer(
  work: UpdateWork,
  { path }: FetchedImage,
  options: Pick<UpdateOptions, 'allowDowngrade' | 'acceptedKey'>,
): Promise<VerifiedOffer> {
  const { signal } = work;
  try {
    const image = await readImageFacts(path, { signal });
    const remarks = checkCandidate({
      installed: work.image,
      candidate: image,
      allowDowngrade: options.allowDowngrade === true,
    });
    const pinned = await readPinnedKey(work.dataFolder, work.identity);
    const trust = await decide(work, { path, pinned, acceptedKey: options.acceptedKey });
    return { image, trust, remarks, pin: () => pin(work, image, { pinned, trust }) };
  } catch (error) {
    if (isAppImageError(error) && error.code !== 'io') await rm(path, { force: true });
    throw error;
  }
}

async function decide(
  work: UpdateWork,
  {
    path,
    pinned,
    acceptedKey,
  }: { readonly path: string; readonly pinned: PinnedKey | undefined; readonly acceptedKey: string | undefined },
): Promise<TrustDecision> {
  const { signal } = work;
  const installed = pinned === undefined ? await judgeImage(work.path, { signal }) : undefined;
  const known = pinned?.armored ?? installed?.key?.armored;
  const candidate = await judgeImage(path, { signal, trustedKeys: known === undefined ? [] : [known] });
  const trust = await judgeTrust({ pinned, installed, candidate, acceptedKey });
  if (trust.accepted) return trust;
  const fingerprint = candidate.key?.fingerprint;
  const remedy =
    fingerprint !== undefined && (trust.state === 'key-changed' || trust.state === 'expired')
      ? `; if the publisher confirms the key, accept it by its fingerprint ${fingerprint}`
      : '';
  const message = `Cannot update ${work.file}: ${trust.reason} (${trust.state}); nothing was replaced${remedy}`;
  throw new UntrustedUpdate(message, { path: work.file, trust });
}

/** The error for a new version whose signature does not hold; an `AppImageError` with the decision. */
export class UntrustedUpdate extends AppImageError {
  readonly trust: Pick<TrustDecision, 'state' | 'reason'> & { readonly fingerprint: string | null };

  constructor(message: string, { path, trust }: { readonly path: string; readonly trust: TrustDecision }) {
    super('untrusted', message, { path });
    this.trust = { state: trust.state, reason: trust.reason, fingerprint: trust.signature.key?.fingerprint ?? null };
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), trust: this.trust };
  }
}

/** Pins the key under the old identity and, where the new version has another one, under that as well, unless a key is pinned there. */
async function pin(
  { dataFolder, identity, record }: UpdateWork,
  { updateInformation, name, path }: ImageFacts,
  { pinned, trust }: { readonly pinned: PinnedKey | undefined; readonly trust: TrustDecision },
): Promise<void> {
  if (trust.pin === null) return;
  await pinKey(dataFolder, { identity, key: trust.pin, expected: pinned?.fingerprint });
  const next = applicationIdentity({ updateInformation, name, origin: record.source, path });
  if (next === identity || updateInformation === null) return;
  if ((await readPinnedKey(dataFolder, next)) === undefined) {
    await pinKey(dataFolder, { identity: next, key: trust.pin, expected: undefined });
  }
}
