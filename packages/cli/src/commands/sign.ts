import { removeSignature, signAppImage } from '@appimage-js/builder';
import { Command } from '@commander-js/extra-typings';
import { showPath } from '../output/printable.ts';
import { showingHashing } from '../output/progress.ts';
import type { Session } from '../session.ts';
import { addKeyOptions, chooseSigner, KEY_VARIABLES } from '../signer.ts';

/** `appimage sign` */
export function signCommand(session: Session) {
  const command = new Command('sign')
    .description(
      'Signs an AppImage of type 2, and replaces the signature that is there. It is signed by GnuPG, or with --key by a key in ' +
        `a file, or by the key in the variable ${KEY_VARIABLES.key}. A locked key is opened by GnuPG's agent, or with the ` +
        `passphrase in --passphrase-file or ${KEY_VARIABLES.passphrase}.`,
    )
    .argument('<FILE>', 'an AppImage')
    .option('--md5', 'write the digest that appimagetool writes as well, which protects nothing')
    .option('--remove', 'take the signature out instead')
    .option('-o, --output <FILE>', 'the signed AppImage (default: FILE, replaced when it is signed)');
  return addKeyOptions(command).action(async (file, options) => {
    const { output } = options;
    const { signal } = session;
    if (options.remove) {
      const unsigned = await removeSignature(file, { output, signal });
      if (session.settings.json) await session.printJson(unsigned);
      else await session.summary(`Took the signature out of ${showPath(unsigned.path)}`);
      return;
    }
    const signer = await chooseSigner(session, options);
    const signed = await showingHashing(session, file, (onProgress) =>
      signAppImage(file, signer, { output, signal, onProgress, digestMd5: options.md5 }),
    );
    if (session.settings.json) await session.printJson(signed);
    else await session.summary(`Signed ${showPath(signed.path)}`);
  });
}
