import type { Icon } from '@appimage-js/format';
import { picturePng } from '@appimage-js/testing/pictures';
import { expect, test } from 'vitest';
import { IconDrawer } from '../../src/thumbnail/icon-drawer.ts';
import { svg } from '../support/image.ts';

const ENDLESS = svg(
  '<filter id="f"><feTurbulence baseFrequency="0.01" numOctaves="500000000"/></filter><rect width="64" height="64" filter="url(#f)"/>',
);
const encode = (text: string) => new TextEncoder().encode(text);
const icon = (path: string, format: 'svg' | 'png', pixels: number | null): Icon => ({
  path,
  realPath: path,
  format,
  width: pixels,
  height: pixels,
  purpose: 'application',
  place: 'theme',
  themeFolder: null,
});

test('an icon that takes too long is tried once, whoever else has it, and no other of its image', async () => {
  await using drawer = new IconDrawer({ timeLimit: 4000 });
  const icons = [icon('a.svg', 'svg', null), icon('b.png', 'png', 16)];
  const read = ({ format }: Icon) => (format === 'svg' ? encode(ENDLESS) : picturePng(16, 16, [255, 0, 0, 255]));
  const remarks: string[] = [];
  expect(await drawer.drawBest(icons, 128, { read, remarks })).toBeUndefined();
  expect(remarks).toEqual([expect.stringMatching(/^The icon a\.svg can not be drawn: .*within 4 seconds/)]);
  const again = drawer.draw({ contents: encode(ENDLESS), format: 'svg', size: 128 });
  const other = drawer.draw({ contents: picturePng(16, 16, [255, 0, 0, 255]), format: 'png', size: 16 });
  expect(await Promise.race([again.catch(() => 'refused'), other.then(() => 'drawn')])).toBe('refused');
  expect((await other).length).toBeGreaterThan(0);
});

test('the same icon is drawn once for all that have it', async () => {
  await using drawer = new IconDrawer();
  const options = { contents: encode(svg('<circle r="9"/>')), format: 'svg', size: 64 } as const;
  expect(await drawer.draw({ ...options })).toBe(await drawer.draw({ ...options, contents: options.contents.slice() }));
  expect(await drawer.draw({ ...options, size: 32 })).not.toEqual(await drawer.draw(options));
});
