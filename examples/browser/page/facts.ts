import {
  type AppImageDescription,
  describeUpdateInformation,
  type OpenedSource,
  type Payload,
} from '@appimage-js/format';
import { formatSize } from './format-size.ts';

/** The types that do not speak for themselves. */
const TYPES: Partial<Record<AppImageDescription['type'], string>> = {
  'type-1': 'AppImage, type 1',
  'type-2': 'AppImage, type 2',
  shimg: 'shImg',
  nixappimage: 'NixAppImage',
  elf: 'ELF program without a file system',
  squashfs: 'SquashFS image',
  iso9660: 'ISO 9660 image',
  unknown: 'something else',
};

/** What is worth telling, in words: label and text. */
export function factsOf(image: AppImageDescription, source: OpenedSource): [string, string][] {
  const { payload, signature, transfer } = { ...image, transfer: source.transfer };
  const facts: [string, string | null][] = [
    ['Version', image.version],
    ['Type', TYPES[image.type] ?? image.type],
    ['Runs on', image.architectures.join(', ') || null],
    ['Size', formatSize(image.size)],
    ['File system', payload && [payload.kind, compressionOf(payload)].filter(Boolean).join(', ')],
    ['Updates', image.updateInformation && describeUpdateInformation(image.updateInformation)],
    ['Signature', signature.state],
    ['Fetched', transfer ? `${formatSize(transfer.bytes)} in ${transfer.requests} requests` : null],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}

function compressionOf({ compression }: Payload): string | null {
  return compression === 'none' ? 'not compressed' : compression;
}
