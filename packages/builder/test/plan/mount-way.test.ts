import { bufferSource, readElf } from '@appimage-js/format';
import { describe, expect, test } from 'vitest';
import type { Runtime } from '../../src/inspect/runtime.ts';
import { checkMountWay, MOUNT_WAYS } from '../../src/plan/mount-way.ts';
import { fakeRuntime } from '../fake-runtime.ts';

async function runtimeWith(sections: readonly string[]): Promise<Runtime> {
  const bytes = fakeRuntime({ sections });
  return { file: '/some/runtime', bytes, elf: await readElf(bufferSource(bytes)), sha256: '', payloadMethods: null };
}

describe('checkMountWay', () => {
  test('accepts every way that the runtime knows, all of which fit into its section', async () => {
    const runtime = await runtimeWith(['.upd_info', '.sha256_sig', '.mount_mode']);
    for (const way of MOUNT_WAYS) {
      expect(() => checkMountWay(way, runtime)).not.toThrow();
      expect(way.length).toBeLessThanOrEqual(16);
    }
  });

  test('refuses any other word', async () => {
    const runtime = await runtimeWith(['.mount_mode']);
    for (const word of ['', 'Extract', 'extract ', 'magic'])
      expect(() => checkMountWay(word as 'auto', runtime)).toThrow(RangeError);
  });

  test('refuses a runtime without the section, by its path, and a shImg', async () => {
    const runtime = await runtimeWith(['.upd_info', '.sha256_sig']);
    expect(() => checkMountWay('extract', runtime)).toThrow(
      expect.objectContaining({ code: 'unsupported', path: '/some/runtime' }),
    );
    expect(() => checkMountWay('extract', { ...runtime, elf: null })).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('found a shImg') }),
    );
  });
});
