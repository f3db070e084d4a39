import {
  type ConversionPlan,
  type ConvertedAppImage,
  type ConvertOptions,
  convertAppImage,
  planConvertedAppImage,
} from '@appimage-js/builder';
import { Command, Option } from '@commander-js/extra-typings';
import { type PageLine, printPage } from '../output/page.ts';
import { showPath } from '../output/printable.ts';
import { startProgress } from '../output/progress.ts';
import { formatExactSize, formatSize } from '../output/size.ts';
import {
  COMPRESSION_HELP,
  COMPRESSIONS,
  IMAGE_TYPES,
  imageTypeOf,
  LEVEL_HELP,
  payloadText,
  SORT_HELP,
  sortOrderOf,
} from '../payload-options.ts';
import type { Session } from '../session.ts';
import { rethrowUsage } from '../usage-error.ts';
import { parseByteCount, parseWholeNumber } from '../values/numbers.ts';

/** `appimage convert` */
export function convertCommand(session: Session) {
  return new Command('convert')
    .description(
      'Makes an AppImage of another type, or with another compression, of any image that can be read. Contents, names, ' +
        'owners, modes and times of its files stay. With --runtime-only nothing is compressed anew: a new runtime takes ' +
        'the place of the old one, so that an AppImage that asks for a library that is gone starts again. Nothing of the image is run.',
    )
    .argument('<IN>', 'an AppImage of any type, or a bare SquashFS, ISO 9660 or DwarFS image')
    .argument('<OUT>', 'the new AppImage; one that is there is replaced when the new one is complete')
    .addOption(
      new Option(
        '--type <TYPE>',
        'kind of image: 1, an ISO 9660 file; 2; or shimg, whose runtime is a shell script (default: that of IN)',
      ).choices(IMAGE_TYPES),
    )
    .option('--arch <NAMES>', 'x86_64, aarch64, …; with commas for a shImg (default: that of IN)')
    .addOption(new Option('--comp <METHOD>', COMPRESSION_HELP).choices(COMPRESSIONS))
    .option('--level <N>', LEVEL_HELP, parseWholeNumber)
    .option('--block-size <N>', 'bytes that are compressed at once: 4K to 1M (default 128K)', parseByteCount)
    .option('--sort <ORDER>', SORT_HELP)
    .option('--update-info <TEXT>', 'where updates come from (default: what IN says)')
    .option('--runtime-only', 'leave the payload as it is, and replace the runtime')
    .option('--runtime-file <FILE>', 'a runtime to use instead of the one that comes along')
    .option('--dry-run', 'say what would be done, and do nothing')
    .action(async (input, output, options) => {
      const request: ConvertOptions = {
        input,
        output,
        type: options.type && imageTypeOf(options.type),
        arch: options.arch?.split(','),
        compression: options.comp,
        level: options.level,
        blockSize: options.blockSize,
        sort: await sortOrderOf(options.sort),
        updateInformation: options.updateInfo,
        runtimeOnly: options.runtimeOnly,
        runtimeFile: options.runtimeFile,
        signal: session.signal,
      };
      await (options.dryRun ? plan(session, request) : convert(session, request)).catch(rethrowUsage);
    });
}

async function plan(session: Session, request: ConvertOptions): Promise<void> {
  const planned = await planConvertedAppImage(request);
  if (session.settings.json) return session.printJson(planned);
  await printPage(session, `${showPath(planned.input)} would be converted`, planPage(planned));
  tell(session, planned);
}

async function convert(session: Session, request: ConvertOptions): Promise<void> {
  const converted = await showingProgress(session, request);
  if (session.settings.json) return session.printJson(converted);
  tell(session, converted.plan);
  await session.summary(summary(converted, request.output));
}

async function showingProgress(session: Session, request: ConvertOptions): Promise<ConvertedAppImage> {
  using progress = await startProgress(session, `Reading ${request.input}`);
  const onProgress: ConvertOptions['onProgress'] = ({ bytesRead, totalBytes }) => {
    const percent = totalBytes === 0 ? 100 : Math.floor((100 * bytesRead) / totalBytes);
    progress.update(`Converting: ${percent} % of ${formatSize(totalBytes)}`);
  };
  return await convertAppImage({ ...request, onProgress });
}

function summary({ size, plan: { from, type, payload, runtimeOnly } }: ConvertedAppImage, output: string): string {
  const what = runtimeOnly ? 'a new runtime, the payload as it was' : payloadText(payload);
  return `Converted ${from.type} into ${type}, ${showPath(output)}: ${formatExactSize(size)} (from ${formatSize(from.size)}), ${what}`;
}

function planPage({ from, output, type, architectures, payload, runtimeOnly, ...rest }: ConversionPlan): PageLine[] {
  const source = [from.type, from.kind, from.compression, formatExactSize(from.size)];
  return [
    ['From', source.filter((part) => part !== null).join(', ')],
    ['To', output],
    ['Type', type],
    ['Architecture', architectures.join(', ')],
    ['Payload', runtimeOnly ? `${payload.kind}, ${payload.compression}, as it is` : payloadText(payload)],
    ['Runtime', `${rest.runtime.file ?? 'the one that comes along'}, ${formatExactSize(rest.runtime.size)}`],
    ['Updates', rest.updateInformation ?? 'no update information'],
    ...(rest.mount === null ? [] : [['Mount', `${rest.mount} first`] satisfies PageLine]),
  ];
}

function tell(session: Session, { notes }: ConversionPlan): void {
  for (const { message } of notes) session.note(`Note: ${message}`);
}
