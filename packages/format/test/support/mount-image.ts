import { run } from '@appimage-js/testing';
import { onTestFinished } from 'vitest';

/** Lets the kernel mount an image, until the test is over. */
export function mountImage(image: string, folder: string): string {
  run('mount', ['-t', 'squashfs', '-o', 'loop,ro,nodev,nosuid', image, folder]);
  onTestFinished(() => void run('umount', [folder]));
  return folder;
}
