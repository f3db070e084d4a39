import { createHash } from 'node:crypto';
import type { AvailableImage } from '../../src/available-image.ts';
import { CONTROL, controlFor, imageAt, NAME } from './fetching.ts';
import { type Behaviour, type FileServer, serveFiles } from './file-server.ts';
import { join, noise } from './noise.ts';

/** A server of the target. */
export interface Scene extends FileServer {
  /** Its control file. */
  readonly control: Uint8Array;
  /** What a source says of it. */
  readonly image: AvailableImage;
}

/** What is fetched. */
export const target: Uint8Array<ArrayBuffer> = noise(1_000_000);
/** The target, but for 20,000 bytes in its middle. */
export const older: Uint8Array<ArrayBuffer> = join(
  target.subarray(0, 400_000),
  noise(20_013, 2),
  target.subarray(420_000),
);
/** The target, but for many places. */
export const scattered: Uint8Array<ArrayBuffer> = Uint8Array.from(target, (byte, index) =>
  index % 40_000 < 10 ? byte ^ 0xff : byte,
);
/** Of the target. */
export const sha256: string = createHash('sha256').update(target).digest('hex');

/** A server that has the target and its control file, and answers for the target as the test says. */
export async function serve(behaviour: Behaviour = () => false, content: Uint8Array = target): Promise<Scene> {
  const control = await controlFor(target);
  const server = await serveFiles({ [NAME]: content, [CONTROL]: control }, (asked) =>
    asked.path === NAME ? behaviour(asked) : false,
  );
  return { ...server, control, image: imageAt({ controlFileUrls: [server.url + CONTROL] }) };
}

/** Whether the target was put together. */
export function isTarget(bytes: Uint8Array): boolean {
  return Buffer.compare(bytes, target) === 0;
}
