import { expect, test, vi } from 'vitest';
import type { ReadonlyFileSystem } from '../../src/filesystem/readonly-file-system.ts';
import type { ReadOptions } from '../../src/io/byte-source.ts';
import type { StallingSource } from './stalling-source.ts';

/** Reads something of an image. */
export type Work = (files: ReadonlyFileSystem, options: ReadOptions) => Promise<unknown>;

/** An image whose source stalls at what the work reads. */
export interface StalledImage {
  readonly source: StallingSource;
  readonly files: ReadonlyFileSystem;
}

/** What holds for two callers who wait for the same read. */
export function testTwoWaiters(work: Work, stalledImage: () => Promise<StalledImage>): void {
  async function wait() {
    const { source, files } = await stalledImage();
    const controllers = [new AbortController(), new AbortController()] as const;
    const waiting = controllers.map(({ signal }) => work(files, { signal })) as [Promise<unknown>, Promise<unknown>];
    for (const each of waiting) each.catch(() => undefined);
    await vi.waitFor(() => expect(source.stalled).toHaveLength(1));
    return { source, files, controllers, waiting };
  }

  test('give up one by one, and with the last of them the read ends', async () => {
    const { source, controllers, waiting } = await wait();
    controllers[0].abort('first');
    await expect(waiting[0]).rejects.toBe('first');
    expect(source.stalled[0]?.signal?.aborted).toBe(false);
    controllers[1].abort('second');
    await expect(waiting[1]).rejects.toBe('second');
    expect(source.stalled[0]?.signal?.aborted).toBe(true);
  });

  test('give up, and who comes later reads anew', async () => {
    const { source, files, controllers, waiting } = await wait();
    for (const controller of controllers) controller.abort('enough');
    await Promise.allSettled(waiting);
    source.patience = Number.POSITIVE_INFINITY;
    await expect(work(files, {})).resolves.toBeDefined();
  });
}
