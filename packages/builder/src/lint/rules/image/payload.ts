import { Iso9660Image } from '@appimage-js/format';
import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { CATALOGUE, specification, TYPE_1_FORMAT } from '../../sources.ts';

/** Also reported where a file's header keeps it from being opened. */
export const NOT_AN_IMAGE: Rule = {
  id: 'not-an-image',
  severity: 'error',
  summary: 'The file is an AppImage, a file system image or an AppDir',
  source: specification('Image format', 'image-format'),
  remedy: 'Name an AppImage or an AppDir; a file that should be one is truncated or was never complete',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const UNREADABLE: Rule = {
  id: 'payload-unreadable',
  severity: 'error',
  summary: 'The file system in the image is whole and of a kind that can be read',
  source: specification('Image format', 'image-format'),
  remedy: 'Fetch or build the image again',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const ROCK_RIDGE: Rule = {
  id: 'rock-ridge-missing',
  severity: 'error',
  summary: 'An image of type 1 has the Rock Ridge extensions, without which nothing in it is executable',
  source: TYPE_1_FORMAT,
  remedy: 'Make the image with Rock Ridge (xorriso -rockridge on, mkisofs -R)',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const ZISOFS: Rule = {
  id: 'zisofs-missing',
  severity: 'note',
  summary: 'The files in an image of type 1 are compressed',
  source: TYPE_1_FORMAT,
  remedy: 'Make the image with zisofs, or convert it to type 2',
  profiles: ['spec'],
};

const CATALOGUE_PAYLOAD: Rule = {
  id: 'catalogue-payload',
  severity: 'error',
  summary: 'The catalogue can mount the image: type 1, or type 2 with SquashFS of gzip or zstd',
  source: CATALOGUE,
  remedy: 'Convert the image to type 2 with zstd: appimage convert IN OUT',
  profiles: ['appimagehub'],
};

/** Methods that the runtime has which the catalogue mounts images with. */
const MOUNTABLE: ReadonlySet<string> = new Set(['gzip', 'zstd', 'none']);

/** The file system in the image. */
export const payloadCheck: Check = {
  rules: [NOT_AN_IMAGE, UNREADABLE, ROCK_RIDGE, ZISOFS, CATALOGUE_PAYLOAD],
  async inspect({ image, files, signal }, report) {
    if (image === undefined) return;
    const { problem, payload, type } = image;
    for (const { error } of image.shImg?.problems ?? []) report(UNREADABLE, { message: error.message });
    if (problem !== undefined) {
      const isOther = payload === null && problem.code === 'unsupported';
      const severity = problem.code === 'unsupported' && !isOther ? { severity: 'warning' as const } : {};
      report(isOther ? NOT_AN_IMAGE : UNREADABLE, { message: problem.message, ...severity });
      return;
    }
    const end = payload === null ? 0 : payload.offset + (payload.length ?? 0);
    if (end > image.source.size) {
      report(UNREADABLE, {
        message: `expected a file of at least ${end} bytes, found ${image.source.size}: its end is missing`,
      });
    }
    if (image.opensOnUse) await files.stat('', { signal });
    if (type === 'type-1' && files instanceof Iso9660Image) {
      if (!files.extensions.rockRidge) report(ROCK_RIDGE, { message: 'expected Rock Ridge, found plain ISO 9660' });
      if (payload?.compression === 'none')
        report(ZISOFS, { message: 'expected files compressed by zisofs, found none' });
    }
    const isMountable =
      type === 'type-1' ||
      ((type === 'type-2' || type === 'nixappimage') &&
        payload?.kind === 'squashfs' &&
        MOUNTABLE.has(payload.compression ?? ''));
    if (!isMountable && image.elf === undefined && type !== 'shimg') return;
    if (!isMountable) {
      const found = [type, payload?.kind, payload?.compression]
        .filter((each) => each !== undefined && each !== null)
        .join(', ');
      report(CATALOGUE_PAYLOAD, { message: `expected what the catalogue can mount, found ${found}` });
    }
  },
};
