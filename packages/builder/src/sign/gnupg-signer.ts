import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { AppImageError, type ReadOptions } from '@appimage-js/format';
import type { Signer } from './signer.ts';

/** How the user's GnuPG is asked. */
export interface GnupgSignerOptions {
  /** What `gpg --local-user` takes: a fingerprint, a key id, a user id. Default: the key that GnuPG takes by itself. */
  readonly keyId?: string | undefined;
  /** Default: that of the user, `GNUPGHOME`. */
  readonly homeDirectory?: string | undefined;
  /** For a key that is locked, where nobody can be asked. Default: the agent asks, or knows it already. */
  readonly passphrase?: string | undefined;
  /** Default `gpg`. */
  readonly program?: string | undefined;
}

/** Answers are signatures and public keys; more is a mistake. */
const MAXIMUM_OUTPUT = 4 * 1024 * 1024;

/** Signs by GnuPG, with all that its agent has: keys, smart cards, what it was told before. */
export function gnupgSigner(options: GnupgSignerOptions = {}): Signer {
  return {
    async sign(message, { signal } = {}) {
      const signature = await gpg(options, {
        arguments: ['--detach-sign', '--armor', '--digest-algo', 'SHA512', ...selection(options)],
        input: message,
        signal,
        secret: options.passphrase,
      });
      // The key that has signed, whichever name it was asked for by.
      const issuer = await issuerOf(options, signature, signal);
      const publicKey = await gpg(options, {
        arguments: ['--armor', '--export-options', 'export-minimal', '--export', issuer],
        signal,
      });
      if (!publicKey.startsWith('-----BEGIN PGP PUBLIC KEY BLOCK-----')) {
        throw new AppImageError(
          'not-found',
          `Cannot sign with GnuPG: the public key of ${issuer} must be there, found none`,
        );
      }
      return { signature, publicKey };
    },
  };
}

function selection({ keyId }: GnupgSignerOptions): string[] {
  return keyId === undefined ? [] : ['--local-user', keyId];
}

/** The fingerprint that a signature names, or else its key id. */
async function issuerOf(
  options: GnupgSignerOptions,
  signature: string,
  signal: ReadOptions['signal'],
): Promise<string> {
  const listing = await gpg(options, { arguments: ['--list-packets'], input: signature, signal });
  const [, fingerprint] = /issuer fpr v\d ([0-9A-F]+)/i.exec(listing) ?? [];
  const [, keyId] = /keyid ([0-9A-F]{16})/i.exec(listing) ?? [];
  const issuer = fingerprint ?? keyId;
  if (issuer === undefined)
    throw new AppImageError('unsupported', 'Cannot sign with GnuPG: its signature names no key');
  return issuer;
}

interface GnupgCall extends ReadOptions {
  readonly arguments: readonly string[];
  readonly input?: string;
  /** Handed over on a descriptor of its own, where neither the environment nor the process list shows it. */
  readonly secret?: string | undefined;
}

function gpg(
  { program = 'gpg', homeDirectory }: GnupgSignerOptions,
  { arguments: args, input, secret, signal }: GnupgCall,
): Promise<string> {
  const common = ['--batch', '--no-tty', '--yes', ...(homeDirectory === undefined ? [] : ['--homedir', homeDirectory])];
  const unlocking = secret === undefined ? [] : ['--pinentry-mode', 'loopback', '--passphrase-fd', '3'];
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(program, [...common, ...unlocking, ...args], {
      stdio: ['pipe', 'pipe', 'pipe', secret === undefined ? 'ignore' : 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    }) as ChildProcessWithoutNullStreams; // the first three are pipes
    const [output, complaints] = [collect(child.stdout), collect(child.stderr)];
    // A program that ends before it has read everything says by its status what is wrong.
    for (const pipe of [child.stdin, child.stdio[3]]) pipe?.on('error', () => undefined);
    child.stdin.end(input);
    if (secret !== undefined) (child.stdio[3] as unknown as NodeJS.WritableStream).end(secret);
    child.once('error', (cause: NodeJS.ErrnoException) => {
      if (signal?.aborted) return reject(signal.reason);
      const remedy = cause.code === 'ENOENT' ? 'install GnuPG, or sign with a key file' : cause.message;
      reject(
        new AppImageError('not-found', `Cannot sign with GnuPG: ${program} must be on the PATH; ${remedy}`, { cause }),
      );
    });
    child.once('close', (status) => {
      if (status === 0) return resolve(output());
      if (signal?.aborted) return reject(signal.reason);
      reject(new AppImageError('not-permitted', `Cannot sign with GnuPG: ${lastComplaint(complaints())}`));
    });
  });
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (piece: string) => {
    if (text.length < MAXIMUM_OUTPUT) text += piece;
  });
  return () => text;
}

/** "gpg: signing failed: No secret key" says more than the lines before it. */
function lastComplaint(complaints: string): string {
  const lines = complaints.split('\n').filter((line) => line.trim() !== '');
  return lines.at(-1)?.replace(/^gpg: /, '') ?? 'it gives no reason';
}
