import { gnupgSigner, keySigner, type Signer } from '@appimage-js/builder';
import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import { showPath } from './output/printable.ts';
import { readKeyFile } from './read-key-file.ts';
import type { Session } from './session.ts';
import { UsageError } from './usage-error.ts';

/** Where a key and its passphrase may come from when no file is named: how continuous integration hands out secrets. */
export const KEY_VARIABLES = { key: 'APPIMAGE_SIGNING_KEY', passphrase: 'APPIMAGE_SIGNING_PASSPHRASE' } as const;

/** The options by which a key is chosen. */
export interface KeyOptions {
  readonly key?: string | undefined;
  readonly gpgKey?: string | undefined;
  readonly passphraseFile?: string | undefined;
}

/** Gives a command the options of {@link chooseSigner}. */
export function addKeyOptions<Args extends unknown[], Options extends OptionValues>(command: Command<Args, Options>) {
  return command
    .addOption(new Option('--key <FILE>', 'a private OpenPGP key to sign with, without GnuPG').conflicts('gpgKey'))
    .option('--gpg-key <NAME>', 'the key that GnuPG is to sign with: a fingerprint or a user id')
    .option('--passphrase-file <FILE>', 'a file whose first line opens the key');
}

/** Whether something that need not be signed is to be: a key that is named is enough. */
export function wantsSignature({ sign, key, gpgKey }: KeyOptions & { readonly sign?: true | undefined }): boolean {
  return sign ?? (key !== undefined || gpgKey !== undefined);
}

/** The key that the options name, else that of the environment, else GnuPG's. */
export async function chooseSigner({ environment }: Session, options: KeyOptions): Promise<Signer> {
  const { key: keyFile, gpgKey, passphraseFile } = options;
  const passphrase =
    passphraseFile === undefined ? environment[KEY_VARIABLES.passphrase] : await readFirstLine(passphraseFile);
  if (keyFile !== undefined) return keySigner({ key: await readKeyFile(keyFile), passphrase });
  const key = environment[KEY_VARIABLES.key];
  if (gpgKey === undefined && key) return keySigner({ key, passphrase });
  return gnupgSigner({ keyId: gpgKey, passphrase });
}

async function readFirstLine(path: string): Promise<string> {
  const [line = ''] = new TextDecoder().decode(await readKeyFile(path)).split(/\r?\n/);
  if (line === '') throw new UsageError(`${showPath(path)} must have a passphrase in its first line, found none`);
  return line;
}
