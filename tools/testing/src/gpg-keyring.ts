import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { run } from './run.ts';

/** How {@link GpgKeyring.makeKey} makes a key. */
export interface GpgKeyOptions {
  /** As gpg has it: `sign` (the default), `cert`, `encr`. */
  readonly usage?: string;
  /** `never` is the default. */
  readonly expires?: string;
  /** Further options of gpg. */
  readonly args?: readonly string[];
}

/** A keyring of gpg's that nobody else has. Its keys have no passphrase, unless an option says otherwise. */
export interface GpgKeyring {
  /** Runs gpg and answers what it printed; fails where that does. */
  gpg(...args: readonly string[]): string;
  /** Makes a key and answers its fingerprint. */
  makeKey(userId: string, algorithm: string, options?: GpgKeyOptions): string;
  /** A detached, armored signature. */
  sign(message: Uint8Array | string, fingerprint: string, ...args: readonly string[]): string;
  exportKey(...fingerprints: readonly string[]): string;
  exportSecretKey(fingerprint: string): string;
  /** Edits a key by the answers to what gpg asks. */
  edit(fingerprint: string, ...answers: readonly string[]): void;
  /** Revokes a key as its owner does who has lost it: by the certificate that gpg keeps for that. */
  revokeKey(fingerprint: string): void;
  /** What gpg says of a signature, in its words of status: GOODSIG, BADSIG, EXPKEYSIG … */
  verify(message: Uint8Array | string, signature: string): string;
}

/** Makes a keyring in a folder; its agent ends when the tests of the file or of the `describe` have. */
export function gpgKeyring(folder: string, name: string): GpgKeyring {
  const home = join(folder, name);
  mkdirSync(home, { mode: 0o700 });
  chmodSync(home, 0o700);
  afterAll(() => void run('gpgconf', ['--homedir', home, '--kill', 'all']));

  const start = (args: readonly string[], input = '') => {
    const own = ['--homedir', home, '--no-tty', '--yes', '--pinentry-mode', 'loopback', '--passphrase', ''];
    return spawnSync('gpg', [...own, ...args], { cwd: home, input, encoding: 'latin1' });
  };
  const gpg = (...args: readonly string[]) => {
    const { status, stdout, stderr } = start(['--batch', ...args]);
    if (status !== 0) throw new Error(`Cannot run gpg ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  return {
    gpg,
    makeKey(userId, algorithm, { usage = 'sign', expires = 'never', args = [] } = {}) {
      gpg(...args, '--quick-gen-key', userId, algorithm, usage, expires);
      return /^fpr:+([\dA-F]+):/m.exec(gpg('--list-keys', '--with-colons', userId))?.[1] ?? '';
    },
    sign(message, fingerprint, ...args) {
      writeFileSync(join(home, 'message'), message);
      gpg('--armor', '--local-user', fingerprint, ...args, '--output', 'message.asc', '--detach-sign', 'message');
      return readFileSync(join(home, 'message.asc'), 'latin1');
    },
    exportKey: (...fingerprints) => gpg('--armor', '--export', ...fingerprints),
    exportSecretKey: (fingerprint) => gpg('--armor', '--export-secret-keys', fingerprint),
    edit(fingerprint, ...answers) {
      start(['--command-fd', '0', '--edit-key', fingerprint], `${answers.join('\n')}\n`);
    },
    revokeKey(fingerprint) {
      const certificate = readFileSync(join(home, `openpgp-revocs.d/${fingerprint}.rev`), 'latin1');
      writeFileSync(join(home, 'revocation'), certificate.replace(':-----BEGIN', '-----BEGIN'));
      gpg('--import', 'revocation');
    },
    verify(message, signature) {
      writeFileSync(join(home, 'message'), message);
      writeFileSync(join(home, 'message.asc'), signature);
      return start(['--batch', '--status-fd', '1', '--verify', 'message.asc', 'message']).stdout;
    },
  };
}
