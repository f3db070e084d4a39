import { readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError, readBoundedFile } from '@appimage-js/format/node';
import { createFeed, type Feed, parseFeed, serializeFeed } from '@appimage-js/updater';
import { Command } from '@commander-js/extra-typings';
import { showPath } from '../output/printable.ts';
import type { Session } from '../session.ts';
import { addKeyOptions, chooseSigner, wantsSignature } from '../signer.ts';
import { rethrowUsage, UsageError } from '../usage-error.ts';
import { parseDate } from '../values/date.ts';
import { parsePercentage } from '../values/percentage.ts';

const MAXIMUM_FEED_SIZE = 16 * 1_048_576;

/** `appimage feed` */
export function feedCommand(session: Session) {
  const command = new Command('feed')
    .description(
      'Writes a feed that updaters follow: versions, machines, sizes and hashes are those of the AppImages themselves. The same ' +
        'files give the same feed. A detached signature is written beside it, as "appimage sign" makes them, with --sign or a key.',
    )
    .argument('<FILE...>', 'AppImages, or folders with some')
    .option('-o, --output <FILE>', 'the feed; "-" prints it', 'feed.json')
    .option('--base-url <URL>', 'where the files will be (default: beside the feed)')
    .option('--previous <FILE>', 'a feed whose older versions are kept')
    .option('--app-version <VERSION>', 'version of the files (default: what they say)')
    .option('--channel <NAME>', 'who is meant (default: stable)')
    .option('--date <TIME>', 'when the versions are published, such as 2026-01-31T12:00:00Z', parseDate)
    .option('--notes-url <URL>', 'a page about the versions')
    .option('--rollout <PERCENT>', 'how many of a hundred installations get them', parsePercentage)
    .option('--minimum-version <VERSION>', 'the oldest version that can be updated at once')
    .option('--sign', 'sign the feed; a key that is named is enough');
  return addKeyOptions(command).action(async (given, options) => {
    const { output, previous } = options;
    const isSigned = wantsSignature(options);
    if (output === '-' && isSigned) throw new UsageError('Cannot sign: a signature needs --output FILE to lie beside');
    const feed = await createFeed({
      files: await listImages(given),
      previous: previous === undefined ? undefined : await readFeed(previous),
      baseUrl: options.baseUrl,
      version: options.appVersion,
      channel: options.channel,
      publishedAt: options.date,
      notesUrl: options.notesUrl,
      rollout: options.rollout,
      minimumVersion: options.minimumVersion,
      signal: session.signal,
    }).catch((error: unknown) => rethrowUsage(error, [RangeError, TypeError])); // an address that is none is a TypeError
    const bytes = serializeFeed(feed);
    if (output === '-') return await session.stdout.write(bytes);
    const text = new TextDecoder().decode(bytes);
    const signer = isSigned ? await chooseSigner(session, options) : undefined;
    const signature = (await signer?.sign(text, { signal: session.signal }))?.signature;
    // A signature of another feed would be taken for a forged one.
    await rm(`${output}.asc`, { force: true });
    await replaceFile(output, bytes);
    if (signature !== undefined) await replaceFile(`${output}.asc`, new TextEncoder().encode(signature));
    if (session.settings.json) return await session.printJson({ path: output, signed: signature !== undefined, feed });
    const versions = feed.releases.map(({ version }) => version).join(', ');
    const signed = signature === undefined ? '' : `, signed in ${showPath(`${output}.asc`)}`;
    await session.summary(`Wrote ${showPath(output)}: ${feed.name} ${versions}${signed}`);
  });
}

async function listImages(given: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of given) {
    const facts = await stat(path).catch((cause: unknown) => {
      throw ioError(`Cannot read ${path}`, path, cause);
    });
    if (!facts.isDirectory()) {
      files.push(path);
      continue;
    }
    const names = (await readdir(path)).filter((name) => /\.appimage$/i.test(name)).sort();
    if (names.length === 0) {
      throw new AppImageError('not-found', `Cannot list ${path} in a feed: expected AppImages, found none`, { path });
    }
    files.push(...names.map((name) => join(path, name)));
  }
  return files;
}

async function readFeed(path: string): Promise<Feed> {
  return parseFeed(await readBoundedFile(path, MAXIMUM_FEED_SIZE));
}

/** In one step, so that a server that hands out the folder never shows half a feed. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${process.pid}.feed`);
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw ioError(`Cannot write ${path}`, path, cause);
  }
}
