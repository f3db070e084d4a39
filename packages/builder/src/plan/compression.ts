import { AppImageError } from '@appimage-js/format';
import type { Runtime } from '../inspect/runtime.ts';
import type { PayloadFormat } from '../pack/payload-format.ts';

/**
 * Checks that the runtime can read what is written for it, as far as it says what it can read.
 *
 * @throws AppImageError `unsupported` when it can not
 */
export function checkReadable(
  { kind, compression }: Pick<PayloadFormat, 'kind'> & { readonly compression: string },
  { payloadMethods, file }: Pick<Runtime, 'payloadMethods' | 'file'>,
): void {
  // Whatever reads ISO 9660 for AppImages reads zisofs, which is a part of Rock Ridge there.
  const method = kind === 'iso9660' ? 'iso9660' : compression;
  if (payloadMethods === null || payloadMethods.includes(method)) return;
  throw new AppImageError(
    'unsupported',
    `Cannot plan build: the runtime must read ${method}, found one that reads ${payloadMethods.join(', ')}; choose ` +
      `another ${kind === 'iso9660' ? 'type' : 'compression'}, or use the runtime that comes with this toolkit`,
    file === null ? {} : { path: file },
  );
}
