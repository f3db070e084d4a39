import { nodeHashes } from '@appimage-js/format/node';
import type { SignatureVerdict } from '@appimage-js/format/openpgp';
import { Command } from '@commander-js/extra-typings';
import { type PageLine, printPage } from '../output/page.ts';
import { showingHashing } from '../output/progress.ts';
import { readKeyFile } from '../read-key-file.ts';
import type { Session } from '../session.ts';
import { withImage } from '../with-image.ts';

/** `appimage verify` */
export function verifyCommand(session: Session) {
  return new Command('verify')
    .description(
      'Judges the signature of an AppImage, and says by whom it is. Without --key, the key in the image itself is used: a good ' +
        'signature then says only that nobody has changed the file since its signer made it, whoever that is. The status is 0 for a ' +
        'good signature, else 1.',
    )
    .argument('<FILE>', 'an AppImage: a path or a URL')
    .option('--key <FILE...>', 'public OpenPGP keys that are trusted; a signature by another one is none')
    .action(async (file, { key: keyFiles = [] }) => {
      const trustedKeys = await Promise.all(keyFiles.map(readKeyFile));
      const verdict = await judge(session, file, trustedKeys);
      const isTrusted = verdict.state === 'good' && (trustedKeys.length === 0 || verdict.key?.origin === 'given');
      if (session.settings.json) await session.printJson({ ...verdict, trusted: isTrusted });
      else await printVerdict(session, file, verdict, trustedKeys.length > 0);
      if (!isTrusted) session.exitStatus = 1;
    });
}

async function judge(session: Session, file: string, trustedKeys: Uint8Array[]): Promise<SignatureVerdict> {
  const { verifySignature } = await import('@appimage-js/format/openpgp');
  const { signal } = session;
  return await showingHashing(session, file, (onProgress) =>
    withImage(session, file, (image) =>
      verifySignature(image, { trustedKeys, signal, hashes: nodeHashes, onProgress }),
    ),
  );
}

async function printVerdict(
  session: Session,
  file: string,
  { state, reason, key, signedAt, hash, issuers }: SignatureVerdict,
  keysGiven: boolean,
): Promise<void> {
  const lines: PageLine[] = [['Signature', state === 'good' ? 'good' : `${state}: ${reason}`]];
  if (key !== null) {
    lines.push(['By', key.userIds.join(', ') || 'a key without a user id']);
    lines.push(['Key', `${key.fingerprint}, ${key.algorithm}`]);
    lines.push(['Key is from', key.origin === 'given' ? 'the keys that were given' : trustNote(keysGiven)]);
  } else if (issuers.length > 0) {
    lines.push(['Key', issuers.join(', ')]);
  }
  if (signedAt !== null) lines.push(['Signed', signedAt.toISOString().replace('.000', '')]);
  if (hash !== null) lines.push(['Hash', hash]);
  await printPage(session, file, lines);
}

function trustNote(keysGiven: boolean): string {
  return keysGiven
    ? 'the image itself, and not among those that were given'
    : 'the image itself: compare the fingerprint';
}
