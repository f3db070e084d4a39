import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, shortFolder } from '../native/fixture.ts';
import { ordinaryUser } from '../native/host.ts';
import { type RunOptions, run } from '../native/run.ts';
import { shellPlace, shImg } from './fixture.ts';

const REPORT = 'printf "%s\\n" "$APPIMAGE" "$APPDIR" "${TARGET_APPIMAGE-none}" "$1"; exit 11';

function aimedAt(target: string): RunOptions {
  const { options } = shellPlace(ordinaryUser);
  return { ...options, env: { ...options.env, TARGET_APPIMAGE: target } };
}

describeWith(['mksquashfs', 'unsquashfs'], 'TARGET_APPIMAGE', () => {
  test.each([[['x86_64']], [[]]])('may be another shImg, with helpers for %j', async (architectures) => {
    const [image, target] = [await shImg('exit 1', { architectures }), await shImg(REPORT, { architectures })];
    const { status, stdout } = await run(image, ['x'], aimedAt(target));
    expect(status).toBe(11);
    expect(stdout.split('\n').filter((_, index) => index !== 1)).toEqual([target, 'none', 'x', '']);
  });

  test('may be a shImg of the published tools, whose image is where its script says', async () => {
    const [image, other] = [await shImg('exit 1'), await shImg(REPORT)];
    const folder = shortFolder();
    const offset = Number((await run(other, ['--appimage-offset'])).stdout);
    const header = '#!/bin/sh\n#.shImg.#\n#see <https://example.org>\nimage_type=squashfs\nsfs_offset=00000000000321\n';
    const target = join(folder, 'foreign');
    const script = `${header}exit 99\n`.padEnd(321, '#');
    writeFileSync(target, Buffer.concat([Buffer.from(script), readFileSync(other).subarray(offset)]));
    expect((await run(image, ['x'], aimedAt(target))).stdout).toContain(`${target}\n`);
    expect((await run(image, ['--appimage-offset'], aimedAt(target))).stdout).toBe('321\n');
  });

  test('may be an image of type 2', async () => {
    const [image, target] = [await shImg('exit 1'), await appImage(REPORT)];
    const { status, stdout } = await run(image, ['x'], aimedAt(target));
    expect({ status, first: stdout.split('\n')[0] }).toEqual({ status: 11, first: target });
  });

  test.each([[['x86_64']], [[]]])('may be an AppDir, with helpers for %j', async (architectures) => {
    const image = await shImg('exit 1', { architectures });
    const target = join(shortFolder(), 'App Dir');
    mkdirSync(target);
    writeFileSync(join(target, 'AppRun'), `#!/bin/sh\n${REPORT}\n`);
    chmodSync(join(target, 'AppRun'), 0o755);
    const { status, stdout } = await run(image, ['x'], aimedAt(target));
    expect({ status, stdout }).toEqual({ status: 11, stdout: `\n${target}\nnone\nx\n` });
  });

  test('that is not there is told of', async () => {
    const image = await shImg('exit 1');
    expect(await run(image, [], aimedAt('/nothing'))).toMatchObject({
      status: 127,
      stderr: 'AppImage: cannot open TARGET_APPIMAGE /nothing: there is no such file\n',
    });
  });
});
