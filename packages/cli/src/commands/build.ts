import { relative } from 'node:path';
import {
  type BuildOptions,
  type BuildPlan,
  type BuiltAppImage,
  buildAndCompare,
  buildAppImage,
  type CheckedBuild,
  MOUNT_WAYS,
  parseSourceDateEpoch,
  planAppImage,
} from '@appimage-js/builder';
import { Command, Option } from '@commander-js/extra-typings';
import { afterBuild, checkAgainst, type ExtraWork, printExtras, printReproducibility } from '../after-build.ts';
import { type PageLine, printPage } from '../output/page.ts';
import { showPath } from '../output/printable.ts';
import { startProgress } from '../output/progress.ts';
import { formatExactSize, formatFileCount, formatSize } from '../output/size.ts';
import {
  COMPRESSION_HELP,
  COMPRESSIONS,
  IMAGE_TYPES,
  imageTypeOf,
  LEVEL_HELP,
  methodText,
  payloadText,
  SORT_HELP,
  sortOrderOf,
} from '../payload-options.ts';
import { addPreparationOptions, preparationLines, preparationOf } from '../preparation.ts';
import type { Session } from '../session.ts';
import { addKeyOptions, chooseSigner, wantsSignature } from '../signer.ts';
import { rethrowUsage } from '../usage-error.ts';
import { parseByteCount, parseWholeNumber } from '../values/numbers.ts';

/** `appimage build` */
export function buildCommand(session: Session) {
  const command = new Command('build')
    .description(
      'Makes an AppImage from an application directory, which is not changed. The same input gives the same ' +
        'bytes: all times are 1980-01-01, or as SOURCE_DATE_EPOCH allows.',
    )
    .argument('<APPDIR>', 'a directory with a desktop entry, an icon and AppRun, or a program that Exec names')
    .option('-o, --output <FILE>', 'the AppImage (default: NAME-VERSION-ARCH.AppImage); one that is there is replaced')
    .addOption(
      new Option('--type <TYPE>', 'kind of image: 1, an ISO 9660 file; 2; or shimg, whose runtime is a shell script')
        .choices(IMAGE_TYPES)
        .default('2' as const),
    )
    .option('--arch <NAMES>', 'x86_64, aarch64, …; with commas for a shImg (default: that of the programs in APPDIR)')
    .option('--app-version <VERSION>', 'version of the application (default: that of the desktop entry)')
    .addOption(new Option('--comp <METHOD>', COMPRESSION_HELP).choices(COMPRESSIONS))
    .option('--level <N>', LEVEL_HELP, parseWholeNumber)
    .option('--block-size <N>', 'bytes that are compressed at once: 4K to 1M (default 128K)', parseByteCount)
    .option('--sort <ORDER>', SORT_HELP)
    .option('--update-info <TEXT>', 'where updates come from: "zsync|https://…", "gh-releases-zsync|…"')
    .option('--guess', 'guess where updates come from, by the variables that GitHub, GitLab, Forgejo or Woodpecker set')
    .option('--zsync', 'write the control file for updates beside it, as "appimage zsync" does')
    .option('--against <OLD>', 'say how many bytes an update from that AppImage fetches, and why')
    .addOption(
      new Option('--mount <WAY>', 'what the AppImage tries first at its start (default: whatever works)').choices(
        MOUNT_WAYS,
      ),
    )
    .option('--runtime-file <FILE>', 'a runtime to use instead of the one that comes along')
    .option('--sign', 'sign the AppImage, as "appimage sign" does; a key that is named is enough')
    .option('--md5', 'write the digest that appimagetool writes as well, which protects nothing')
    .option('--check-reproducible', 'build twice, and say where the two begin to differ, if they do')
    .option('--dry-run', 'say what would be done, and do nothing');
  return addKeyOptions(addPreparationOptions(command)).action(async (appDir, options) => {
    const request: BuildOptions = {
      appDir,
      output: options.output,
      type: imageTypeOf(options.type),
      arch: options.arch?.split(','),
      version: options.appVersion,
      ...preparationOf(options),
      compression: options.comp,
      level: options.level,
      blockSize: options.blockSize,
      sort: await sortOrderOf(options.sort),
      updateInformation: options.updateInfo,
      guessFrom: options.guess ? session.environment : undefined,
      digestMd5: options.md5,
      mount: options.mount,
      runtimeFile: options.runtimeFile,
      sourceDateEpoch: parseSourceDateEpoch(session.environment['SOURCE_DATE_EPOCH']),
      signer: wantsSignature(options) ? await chooseSigner(session, options) : undefined,
      signal: session.signal,
    };
    await (options.dryRun ? plan(session, request) : build(session, request, options)).catch(rethrowUsage);
  });
}

async function plan(session: Session, request: BuildOptions): Promise<void> {
  const planned = await planAppImage(request);
  if (session.settings.json) return session.printJson(planned);
  await printPage(session, `${planned.name} would be built`, planPage(planned));
  warn(session, planned);
}

/** What to do besides building. */
interface BuildSettings extends ExtraWork {
  readonly checkReproducible?: true | undefined;
}

async function build(session: Session, request: BuildOptions, settings: BuildSettings): Promise<void> {
  await checkAgainst(settings.against, request);
  const start = performance.now();
  const built = await showingProgress(session, request, settings);
  const milliseconds = performance.now() - start;
  const extras = await afterBuild(built, settings, session.signal);
  const { reproducibility } = built;
  if (reproducibility !== undefined && reproducibility.firstDifference !== null) session.exitStatus = 1;
  if (session.settings.json) return session.printJson({ ...built, ...extras });
  warn(session, built.plan);
  await session.summary(summary(built, milliseconds));
  if (reproducibility !== undefined) await printReproducibility(session, reproducibility);
  await printExtras(session, extras);
}

async function showingProgress(
  session: Session,
  request: BuildOptions,
  { checkReproducible }: BuildSettings,
): Promise<BuiltAppImage & Partial<CheckedBuild>> {
  using progress = await startProgress(session, `Reading ${request.appDir}`);
  const onProgress: BuildOptions['onProgress'] = ({ bytesRead, totalBytes }) => {
    const percent = totalBytes === 0 ? 100 : Math.floor((100 * bytesRead) / totalBytes);
    progress.update(`Packing: ${percent} % of ${formatSize(totalBytes)}`);
  };
  return await (checkReproducible ? buildAndCompare : buildAppImage)({ ...request, onProgress });
}

function summary({ path, size, payload, plan }: BuiltAppImage, milliseconds: number): string {
  const { contentBytes, length } = payload;
  const ratio = length < contentBytes ? `${Math.round((100 * length) / contentBytes)} %, ` : '';
  const packed = `${formatSize(contentBytes)} packed into ${formatSize(length)}`;
  const method = methodText(plan.payload);
  const seconds = (milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1);
  return `Built ${showPath(nearbyPath(path))}: ${formatExactSize(size)}, ${packed} (${ratio}${method}) in ${seconds} s`;
}

function planPage(planned: BuildPlan): PageLine[] {
  const { payload, contents, runtime } = planned;
  return [
    ['From', planned.appDir],
    ['To', planned.output],
    ['Version', planned.version ?? 'none'],
    ['Architecture', planned.architectures.join(', ')],
    ['Contents', `${formatFileCount(contents.files)}, ${formatExactSize(contents.bytes)}`],
    ['Payload', payloadText(payload)],
    ['Times', timesText(payload)],
    ['Runtime', `${runtime.file ?? 'the one that comes along'}, ${formatExactSize(runtime.size)}`],
    ['Desktop entry', planned.desktopEntry],
    ['Icon', planned.icon],
    ...preparationLines(planned),
    ['Updates', updatesText(planned)],
    ['Signature', planned.signed ? 'to be signed' : 'none'],
    ...(planned.mount === null ? [] : [['Mount', `${planned.mount} first`] satisfies PageLine]),
  ];
}

function updatesText({ updateInformation, updateInformationFrom }: BuildPlan): string {
  if (updateInformation === null) return 'no update information';
  return updateInformationFrom === null
    ? updateInformation
    : `${updateInformation} (guessed, ${updateInformationFrom})`;
}

function timesText({ times: { kind, time } }: BuildPlan['payload']): string {
  const date = new Date(time * 1000).toISOString().replace('.000', '');
  return kind === 'fixed' ? date : `as they are, up to ${date}`;
}

function warn(session: Session, { warnings }: BuildPlan): void {
  for (const { message } of warnings) session.note(`Warning: ${message}`);
}

/** Relative to the working directory, unless it lies outside of that. */
function nearbyPath(path: string): string {
  const fromHere = relative('', path);
  return fromHere.startsWith('..') ? path : fromHere;
}
