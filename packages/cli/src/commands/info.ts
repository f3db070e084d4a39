import { type AppImageDescription, describeAppImage } from '@appimage-js/format';
import { Command } from '@commander-js/extra-typings';
import { type PageLine, printPage } from '../output/page.ts';
import { formatBlockSize, formatCount, formatExactSize, formatSize } from '../output/size.ts';
import type { Session } from '../session.ts';
import { withImage } from '../with-image.ts';

/** `appimage info` */
export function infoCommand(session: Session): Command<[string]> {
  return new Command('info')
    .description('Says what an AppImage is and what it says about itself. Nothing in it is run.')
    .argument('<FILE>', 'an AppImage, or a bare SquashFS image')
    .action(async (file) => {
      const locale = session.environment['LC_ALL'] || session.environment['LC_MESSAGES'] || session.environment['LANG'];
      const description = await withImage(file, (image) =>
        describeAppImage(image, session.settings.json || !locale ? {} : { locale }),
      );
      if (session.settings.json) await session.printJson(description);
      else await printPage(session, titleOf(description, file), toPage(description, file));
    });
}

function titleOf({ name, version }: AppImageDescription, file: string): string {
  return [name ?? file, version].filter((part) => part !== null).join(' ');
}

function toPage(description: AppImageDescription, file: string): PageLine[] {
  const { desktopEntry, entryPoint, architectures, size } = description;
  return [
    ['File', `${file}, ${formatExactSize(size)}`],
    ['Type', TYPES[description.type]],
    ['Architecture', architectures.join(', ') || 'unknown'],
    ['Payload', payloadText(description)],
    ['Desktop entry', desktopEntry ?? 'none'],
    ['Icon', iconText(description)],
    ['Starts', entryPoint ?? 'nothing: there is no AppRun'],
    ['Updates', description.updateInformation?.raw ?? 'no update information'],
    ['Signature', SIGNATURES[description.signature.state]],
    ['Needs', needsText(description)],
  ];
}

const TYPES: Record<AppImageDescription['type'], string> = {
  'type-1': 'AppImage, type 1',
  'type-2': 'AppImage, type 2',
  shimg: 'AppImage, shImg',
  nixappimage: 'AppImage, NixAppImage',
  elf: 'ELF program',
  squashfs: 'SquashFS image without a runtime',
  iso9660: 'ISO 9660 image without a runtime',
  unknown: 'unknown',
};

const SIGNATURES: Record<AppImageDescription['signature']['state'], string> = {
  unsigned: 'not signed',
  unverified: 'signed; the signature was not verified',
};

function payloadText({ payload: { kind, compression, blockSize, length, offset } }: AppImageDescription): string {
  const blocks = `${formatBlockSize(blockSize)} blocks`;
  return `${kind}, ${compression}, ${blocks}, ${formatSize(length)} at offset ${formatCount(offset)}`;
}

function iconText({ icon }: AppImageDescription): string {
  if (icon === null) return 'none';
  const { path, format, width, height } = icon;
  return width === null || height === null ? `${path}, ${format}` : `${path}, ${format}, ${width}×${height}`;
}

function needsText({ runtime }: AppImageDescription): string {
  if (runtime === null) return 'something that mounts it: it can not start by itself';
  if (runtime.linkage === 'static') return 'a Linux kernel: the runtime is static';
  return `a dynamic loader, ${runtime.interpreter ?? 'unknown'}, and the libraries of its runtime`;
}
