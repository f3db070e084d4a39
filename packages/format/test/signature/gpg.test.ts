import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, run, sharedFolder } from '@appimage-js/testing';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { patchSection, readElf } from '../../src/elf/index.ts';
import { openFileSink } from '../../src/node/file-sink.ts';
import { openFileSource } from '../../src/node/file-source.ts';
import { nodeHashes } from '../../src/node/hashes.ts';
import { readSignatureSections, signedMessage } from '../../src/signature/index.ts';
import { makeRuntime } from './make-runtime.ts';

describeWith(['gpg', 'gpgconf'], 'an image that gpg signs', () => {
  const folder = sharedFolder();

  /** Runs gpg with a keyring of that name, which nobody else has. */
  const gpg = (keyring: string, ...args: string[]) => {
    const home = join(folder, keyring);
    mkdirSync(home, { recursive: true });
    chmodSync(home, 0o700);
    return execa('gpg', ['--homedir', home, '--batch', '--no-tty', ...args], { cwd: folder, reject: false });
  };
  afterAll(() => {
    for (const keyring of ['author', 'user']) run('gpgconf', ['--homedir', join(folder, keyring), '--kill', 'all']);
  });

  test('is good as long as nothing in it changes', async () => {
    const image = join(folder, 'image');
    writeFileSync(image, (await makeRuntime({}, 2_000_000)).bytes);
    const elf = await withSource(image, (source) => readElf(source));
    const message = () => withSource(image, (source) => signedMessage(source, elf, { hashes: nodeHashes }));

    // The author signs, and puts signature and key into the image.
    const unprotected = ['--pinentry-mode', 'loopback', '--passphrase', ''];
    await gpg('author', ...unprotected, '--quick-gen-key', 'Author <author@example.org>', 'rsa2048', 'sign', 'never');
    const signed = await message();
    writeFileSync(join(folder, 'message'), signed);
    await gpg('author', ...unprotected, '--armor', '--detach-sign', '--output', 'message.asc', 'message');
    const { stdout: key } = await gpg('author', '--armor', '--export');
    {
      await using sink = await openFileSink(image, { existing: 'patch' });
      await patchSection({ sink, elf, name: '.sha256_sig', bytes: readFileSync(join(folder, 'message.asc')) });
      await patchSection({ sink, elf, name: '.sig_key', bytes: new TextEncoder().encode(key) });
    }

    // The user has the image and nothing else.
    expect(await message()).toBe(signed);
    const sections = await withSource(image, (source) => readSignatureSections(source, elf));
    expect(sections.state).toBe('unverified');
    writeFileSync(join(folder, 'user.asc'), sections.signature ?? '');
    writeFileSync(join(folder, 'user.key'), sections.key ?? '');
    writeFileSync(join(folder, 'user.message'), await message());
    expect(await gpg('user', '--import', 'user.key')).toMatchObject({ exitCode: 0 });
    const verify = () => gpg('user', '--verify', 'user.asc', 'user.message');
    expect(await verify()).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('Good signature from "Author'),
    });

    // Somebody changes one byte of the payload.
    const bytes = readFileSync(image);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    writeFileSync(image, bytes);
    writeFileSync(join(folder, 'user.message'), await message());
    expect(await verify()).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('BAD signature from "Author'),
    });
  });
});

async function withSource<Result>(
  path: string,
  work: (source: Awaited<ReturnType<typeof openFileSource>>) => Promise<Result>,
): Promise<Result> {
  await using source = await openFileSource(path);
  return await work(source);
}
