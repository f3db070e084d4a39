import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeIcon } from '@appimage-js/format';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { picturePng } from '@appimage-js/testing/pictures';
import { describe, expect, test } from 'vitest';
import { buildAppImage, planAppImage } from '../../src/index.ts';
import { PROGRAM, type TreeEntry } from '../make-tree.ts';
import { PAYLOAD_OFFSET, preparedBuild } from '../prepared-build.ts';

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10" fill="red"/></svg>';
const XPM = '/* XPM */\nstatic char *x[] = {"2 1 2 1", "a c red", "b c None", "ab"};\n';
const png = (size: number) => picturePng(size, size, [255, 0, 0, 255]);
const theme = (size: string, file: string) => `usr/share/icons/hicolor/${size}/apps/${file}`;

const withIcons = (icons: Record<string, TreeEntry>) =>
  preparedBuild({ AppRun: PROGRAM, 'hello.png': undefined, ...icons });

async function additions(icons: Record<string, TreeEntry>) {
  const { additions: planned } = await planAppImage(withIcons(icons).options);
  return planned.map((each) =>
    each.type === 'symlink' ? `${each.path} -> ${each.target}` : `${each.path} of ${'from' in each ? each.from : ''}`,
  );
}

describe('the icons of an image', () => {
  test.each<[string, Record<string, TreeEntry>, string[]]>([
    ['a PNG of 256 pixels', { 'hello.png': png(256) }, ['.DirIcon -> hello.png']],
    ['a PNG of 512 pixels', { 'hello.png': png(512) }, ['.DirIcon -> hello.png']],
    ['a small PNG', { 'hello.png': png(48) }, ['.DirIcon -> hello.png']],
    ['a PNG that is too large', { 'hello.png': png(1024) }, ['.DirIcon of hello.png']],
    [
      'a small one in the root and a better one in the theme',
      { 'hello.png': png(48), [theme('256x256', 'hello.png')]: png(256) },
      [`.DirIcon -> ${theme('256x256', 'hello.png')}`],
    ],
    ['SVG', { 'hello.svg': SVG }, ['.DirIcon of hello.svg']],
    [
      'SVG in the theme',
      { [theme('scalable', 'hello.svg')]: SVG },
      [`hello.svg -> ${theme('scalable', 'hello.svg')}`, `.DirIcon of ${theme('scalable', 'hello.svg')}`],
    ],
    ['XPM', { 'hello.xpm': XPM }, ['hello.png -> .DirIcon', '.DirIcon of hello.xpm']],
    [
      'XPM in the root and PNG elsewhere',
      { 'hello.xpm': XPM, 'usr/share/pixmaps/hello.png': png(64) },
      ['hello.png -> usr/share/pixmaps/hello.png', '.DirIcon -> usr/share/pixmaps/hello.png'],
    ],
    ['nothing but a .DirIcon', { '.DirIcon': png(256) }, ['hello.png -> .DirIcon']],
    ['a .DirIcon that is SVG', { 'hello.svg': SVG, '.DirIcon': { link: 'hello.svg' } }, ['.DirIcon of hello.svg']],
    ['a .DirIcon that is too large', { 'hello.svg': SVG, '.DirIcon': png(600) }, ['.DirIcon of .DirIcon']],
    ['all that is needed', { 'hello.svg': SVG, '.DirIcon': png(64) }, []],
  ])('are made from %s', async (_, icons, expected) => {
    expect(await additions(icons)).toEqual(expected);
  });

  testWith(['unsquashfs'], 'are pictures in the image, with the bytes that the plan says', async () => {
    const { options, output, folder } = withIcons({ 'hello.svg': SVG });
    const { plan } = await buildAppImage(options);
    run('unsquashfs', ['-no-progress', '-o', `${PAYLOAD_OFFSET}`, '-d', join(folder, 'extracted'), output]);
    const dirIcon = new Uint8Array(readFileSync(join(folder, 'extracted/.DirIcon')));
    expect(await describeIcon(dirIcon)).toEqual({ format: 'png', width: 256, height: 256 });
    const { type, path, mode, from, size, sha256 } = plan.additions.find(
      ({ type: each }) => each === 'picture',
    ) as never;
    expect({ type, path, mode, from, size, sha256 }).toEqual({
      type: 'picture',
      path: '.DirIcon',
      mode: 0o644,
      from: 'hello.svg',
      size: dirIcon.length,
      sha256: hash('sha256', dirIcon),
    });
  });

  test('stay as they are, with a warning, where they can not be drawn', async () => {
    const { additions: planned, warnings } = await planAppImage(withIcons({ 'hello.svg': `${SVG}<more>` }).options);
    expect(planned).toMatchObject([{ path: '.DirIcon', target: 'hello.svg' }]);
    expect(warnings).toMatchObject([{ code: 'icon-not-rendered', path: 'hello.svg' }]);
  });

  test('are told of where text in them is not drawn', async () => {
    const svg = SVG.replace('</svg>', '<text x="1" y="9">A</text></svg>');
    const { warnings } = await planAppImage(withIcons({ 'hello.svg': svg }).options);
    expect(warnings).toMatchObject([{ code: 'icon-text-not-drawn', path: 'hello.svg' }]);
  });

  test('are the same in a plan that JSON keeps', async () => {
    const plan = await planAppImage({
      ...withIcons({ 'hello.svg': SVG }).options,
      output: join(temporaryFolder(), 'x'),
    });
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });
});
