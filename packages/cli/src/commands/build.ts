import { relative } from 'node:path';
import {
  type BuildOptions,
  type BuildPlan,
  type BuiltAppImage,
  buildAppImage,
  MOUNT_WAYS,
  parseSourceDateEpoch,
  planAppImage,
} from '@appimage-js/builder';
import { Command, Option } from '@commander-js/extra-typings';
import { type PageLine, printPage } from '../output/page.ts';
import { showPath } from '../output/printable.ts';
import { startProgress } from '../output/progress.ts';
import { formatBlockSize, formatExactSize, formatFileCount, formatSize } from '../output/size.ts';
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
      new Option('--type <TYPE>', 'kind of image: 2, or shimg, whose runtime is a shell script')
        .choices(['2', 'shimg'] as const)
        .default('2' as const),
    )
    .option('--arch <NAMES>', 'x86_64, aarch64, …; with commas for a shImg (default: that of the programs in APPDIR)')
    .option('--app-version <VERSION>', 'version of the application (default: that of the desktop entry)')
    .addOption(
      new Option('--comp <METHOD>', 'compression (default: zstd, of a shImg lz4)').choices([
        'zstd',
        'gzip',
        'lz4',
      ] as const),
    )
    .option(
      '--level <N>',
      'compression level: zstd 1 to 22 (default 15), gzip 1 to 9 (default 9), lz4 1 to 12 (default 8)',
      parseWholeNumber,
    )
    .option('--block-size <N>', 'bytes that are compressed at once: 4K to 1M (default 128K)', parseByteCount)
    .option('--update-info <TEXT>', 'where updates come from: "zsync|https://…", "gh-releases-zsync|…"')
    .addOption(
      new Option('--mount <WAY>', 'what the AppImage tries first at its start (default: whatever works)').choices(
        MOUNT_WAYS,
      ),
    )
    .option('--runtime-file <FILE>', 'a runtime to use instead of the one that comes along')
    .option('--sign', 'sign the AppImage, as "appimage sign" does; a key that is named is enough')
    .option('--dry-run', 'say what would be done, and do nothing');
  return addKeyOptions(command).action(async (appDir, options) => {
    const request: BuildOptions = {
      appDir,
      output: options.output,
      type: options.type === '2' ? 'type-2' : options.type,
      arch: options.arch?.split(','),
      version: options.appVersion,
      compression: options.comp,
      level: options.level,
      blockSize: options.blockSize,
      updateInformation: options.updateInfo,
      mount: options.mount,
      runtimeFile: options.runtimeFile,
      sourceDateEpoch: parseSourceDateEpoch(session.environment['SOURCE_DATE_EPOCH']),
      signer: wantsSignature(options) ? await chooseSigner(session, options) : undefined,
      signal: session.signal,
    };
    await (options.dryRun ? plan(session, request) : build(session, request)).catch(rethrowUsage);
  });
}

async function plan(session: Session, request: BuildOptions): Promise<void> {
  const planned = await planAppImage(request);
  if (session.settings.json) return session.printJson(planned);
  await printPage(session, `${planned.name} would be built`, planPage(planned));
  warn(session, planned);
}

async function build(session: Session, request: BuildOptions): Promise<void> {
  const start = performance.now();
  const built = await showingProgress(session, request);
  if (session.settings.json) return session.printJson(built);
  warn(session, built.plan);
  await session.summary(summary(built, performance.now() - start));
}

async function showingProgress(session: Session, request: BuildOptions): Promise<BuiltAppImage> {
  using progress = await startProgress(session, `Reading ${request.appDir}`);
  const onProgress: BuildOptions['onProgress'] = ({ bytesRead, totalBytes }) => {
    const percent = totalBytes === 0 ? 100 : Math.floor((100 * bytesRead) / totalBytes);
    progress.update(`Packing: ${percent} % of ${formatSize(totalBytes)}`);
  };
  return await buildAppImage({ ...request, onProgress });
}

function summary({ path, size, payload, plan }: BuiltAppImage, milliseconds: number): string {
  const { contentBytes, length } = payload;
  const ratio = length < contentBytes ? `${Math.round((100 * length) / contentBytes)} %, ` : '';
  const packed = `${formatSize(contentBytes)} packed into ${formatSize(length)}`;
  const method = `${plan.payload.compression} ${plan.payload.level}`;
  const seconds = (milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1);
  return `Built ${showPath(nearbyPath(path))}: ${formatExactSize(size)}, ${packed} (${ratio}${method}) in ${seconds} s`;
}

function planPage(planned: BuildPlan): PageLine[] {
  const { payload, contents, runtime, additions } = planned;
  return [
    ['From', planned.appDir],
    ['To', planned.output],
    ['Version', planned.version ?? 'none'],
    ['Architecture', planned.architectures.join(', ')],
    ['Contents', `${formatFileCount(contents.files)}, ${formatExactSize(contents.bytes)}`],
    [
      'Payload',
      `${payload.kind}, ${payload.compression} ${payload.level}, ${formatBlockSize(payload.blockSize)} blocks`,
    ],
    ['Times', timesText(payload)],
    ['Runtime', `${runtime.file ?? 'the one that comes along'}, ${formatExactSize(runtime.size)}`],
    ['Desktop entry', planned.desktopEntry],
    ['Icon', planned.icon],
    ...additions.map(({ path, reason }): PageLine => ['Added', `${path}: ${reason}`]),
    ...planned.madeExecutable.map((path): PageLine => ['Made executable', path]),
    ['Updates', planned.updateInformation ?? 'no update information'],
    ['Signature', planned.signed ? 'to be signed' : 'none'],
    ...(planned.mount === null ? [] : [['Mount', `${planned.mount} first`] satisfies PageLine]),
  ];
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
