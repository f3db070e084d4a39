import { AppImageError, isAppImageError } from '@appimage-js/format';
import { callBus } from './bus-call.ts';

const WAIT_MILLISECONDS = 3000;

/**
 * Where the document portal shows the files that a person has chosen for an application; it is started if it does not run. Undefined
 * where there is none.
 */
export async function documentsFolder(address: string, signal?: AbortSignal): Promise<string | undefined> {
  const timeout = AbortSignal.timeout(WAIT_MILLISECONDS);
  try {
    const { signature, body } = await callBus(
      address,
      {
        destination: 'org.freedesktop.portal.Documents',
        path: '/org/freedesktop/portal/documents',
        interface: 'org.freedesktop.portal.Documents',
        member: 'GetMountPoint',
      },
      signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    );
    return readBytes(signature, body);
  } catch (error) {
    signal?.throwIfAborted();
    if (isAppImageError(error)) return undefined;
    throw error;
  }
}

/** A path, as bytes with a zero at their end. */
function readBytes(signature: string, body: Uint8Array): string {
  const length = body.length < 4 ? 0 : new DataView(body.buffer, body.byteOffset).getUint32(0, true);
  const path = new TextDecoder().decode(body.subarray(4, 4 + length)).replace(/\0$/, '');
  if (signature === 'ay' && path.startsWith('/') && !path.includes('\0')) return path;
  throw new AppImageError('malformed', `Cannot find documents: expected a path, found signature ${signature}`);
}
