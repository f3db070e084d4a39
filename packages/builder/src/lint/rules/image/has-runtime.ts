import type { AppImage } from '@appimage-js/format';

/** Whether a file is an image that starts by itself; other programs and bare file systems are none of the rules' business. */
export function hasRuntime({ elf, shImg, payload }: AppImage): boolean {
  return payload !== null && (elf !== undefined || shImg !== undefined);
}
