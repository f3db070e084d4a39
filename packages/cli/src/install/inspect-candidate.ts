import { basename } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { nodeHashes } from '@appimage-js/format/node';
import {
  type ImageContents,
  inspectImage,
  originOf,
  type Places,
  readManifest,
  sha256OfFile,
  stableIdentity,
  whyLeftAlone,
} from '@appimage-js/integrator';
import type { Session } from '../session.ts';
import { withImage } from '../with-image.ts';
import { type FileMark, isThere, markOf } from './place-file.ts';

/** What the user should know before saying yes. */
export interface Candidate {
  readonly name: string;
  readonly version: string | null;
  readonly contents: ImageContents;
  readonly signature: string;
  readonly sha256: string;
  /** Of the file that all this is of. */
  readonly mark: FileMark;
}

/**
 * Looks into a file that is to be installed; nothing of it is run.
 *
 * @throws AppImageError `unsupported` for what would not be in the menu, `untrusted` where the signature is not of this file
 */
export async function inspectCandidate(session: Session, file: string): Promise<Candidate> {
  const { signal } = session;
  const mark = await markOf(file);
  const contents = await inspectImage(file, { signal });
  const reason = whyLeftAlone(contents);
  if (reason !== undefined) throw new AppImageError('unsupported', `Cannot install ${file}: ${reason}`, { path: file });
  const { verifySignature } = await import('@appimage-js/format/openpgp');
  const verdict = await withImage(session, file, (image) => verifySignature(image, { signal, hashes: nodeHashes }));
  if (verdict.state === 'bad') {
    const message = `Cannot install ${file}: its signature must be of this file, found that ${verdict.reason}`;
    throw new AppImageError('untrusted', message, { path: file });
  }
  const { name, version } = contents;
  const sha256 = await sha256OfFile(file, { signal });
  return { name: name ?? basename(file), version, contents, signature: verdict.state, sha256, mark };
}

/** Another image of the same application. */
export interface OtherVersion {
  readonly path: string;
  /** Whether the user let it be the default for URL schemes. */
  readonly schemesAllowed: boolean;
}

/** The other images of an application that are there, wherever they came from. */
export async function listOthers(places: Places, { contents }: Candidate, own: string): Promise<OtherVersion[]> {
  const { images } = (await readManifest(places)).manifest;
  const sites = images.map(({ install }) => (install === null ? null : originOf(install.from))).concat(null);
  const identities = new Set(sites.map((origin) => stableIdentity({ ...contents, origin })));
  const others: OtherVersion[] = [];
  for (const { path, identity, install } of images) {
    if (path === own || !identities.has(identity) || !(await isThere(path))) continue;
    others.push({ path, schemesAllowed: install?.schemesAllowed === true });
  }
  return others;
}
