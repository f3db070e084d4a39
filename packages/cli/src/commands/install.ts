import { rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { nodeHashes } from '@appimage-js/format/node';
import {
  applicationsFolder,
  type ImageContents,
  type InstallRecord,
  inspectImage,
  type Places,
  readManifest,
  stableIdentity,
  trashFile,
  whyLeftAlone,
} from '@appimage-js/integrator';
import { Command } from '@commander-js/extra-typings';
import { download, fileNameOf, makeExecutable, moveFile, sha256Of } from '../install-file.ts';
import { confirm, placesOf, SYSTEM_HELP, syncFolders } from '../integration.ts';
import type { Session } from '../session.ts';
import { withImage } from '../with-image.ts';

/** `appimage install` */
export function installCommand(session: Session) {
  return new Command('install')
    .description(
      'Puts an AppImage into ~/Applications and into the menu, with its icons, file types and actions. Nothing of it is run for that. ' +
        'Where it came from, its hash and its signature are noted before it is made executable.',
    )
    .argument('<FILE>', 'an AppImage: a path or a URL')
    .option('-y, --yes', 'do not ask')
    .option('--in-place', 'leave the file where it is')
    .option('--replace', 'move older versions of the application to the trash')
    .option('--schemes', 'make it the default for the URL schemes that it opens')
    .option('--system', `${SYSTEM_HELP}, and into /opt`)
    .action(async (given, options) => {
      const places = placesOf(session, options);
      const isUrl = /^https?:\/\//.test(given);
      const folder = applicationsFolder(places);
      const file = isUrl ? await download(session, given, folder) : resolve(given);
      const name = isUrl ? fileNameOf(given) : basename(file);
      const isMoved = isUrl || options.inPlace !== true;
      const path = isMoved ? join(folder, name) : file;
      try {
        const facts = await readFacts(session, file);
        if (!(await confirm(session, question(facts, path), options))) {
          if (isUrl) await rm(file, { force: true });
          return;
        }
        const install: InstallRecord = {
          from: given,
          sha256: facts.sha256,
          signature: facts.signature,
          date: new Date().toISOString(),
          schemesAllowed: options.schemes === true,
        };
        const older = options.replace === true ? await listOlder(places, facts, path) : [];
        for (const each of older) await trashFile(places, each);
        if (path !== file) await moveFile(file, path);
        // Noted first, as a file that may not be executed yet; then it may.
        await syncFolders(session, places, { installed: new Map([[path, install]]) });
        await makeExecutable(path);
        const { written, images } = await syncFolders(session, places);
        const image = images.find((each) => each.path === path);
        if (session.settings.json) await session.printJson({ ...image, written, replaced: older });
        else await session.summary(`Installed ${facts.name} as ${path}`);
      } catch (error) {
        if (isUrl) await rm(file, { force: true });
        throw error;
      }
    });
}

/** What the user should know before saying yes. */
interface Facts {
  readonly name: string;
  readonly version: string | null;
  readonly contents: ImageContents;
  readonly signature: string;
  readonly sha256: string;
}

async function readFacts(session: Session, file: string): Promise<Facts> {
  const { signal } = session;
  const contents = await inspectImage(file, { signal });
  const reason = whyLeftAlone(contents);
  if (reason !== undefined) throw new AppImageError('unsupported', `Cannot install ${file}: ${reason}`, { path: file });
  const { verifySignature } = await import('@appimage-js/format/openpgp');
  const { state } = await withImage(session, file, (image) => verifySignature(image, { signal, hashes: nodeHashes }));
  return {
    name: contents.name ?? basename(file),
    version: contents.version,
    contents,
    signature: state,
    sha256: await sha256Of(file, signal),
  };
}

function question({ name, version, signature }: Facts, path: string): string {
  const what = version === null ? name : `${name} ${version}`;
  return `${what}, signature: ${signature}, becomes ${path} and may be executed. Install it?`;
}

/** The other images of the application, wherever they came from. */
async function listOlder(places: Places, { contents }: Facts, path: string): Promise<string[]> {
  const { images } = (await readManifest(places)).manifest;
  const identities = images.map(({ install }) => install?.from).concat(undefined);
  const own = new Set(identities.map((from) => stableIdentity({ ...contents, origin: siteOf(from) })));
  return images.filter((image) => image.path !== path && own.has(image.identity)).map((image) => image.path);
}

function siteOf(from: string | undefined): string | null {
  return from !== undefined && URL.canParse(from) ? new URL(from).origin : null;
}
