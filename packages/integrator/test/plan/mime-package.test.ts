import { parseMimePackage } from '@appimage-js/format';
import { describe, expect, test } from 'vitest';
import { mimePackage } from '../../src/plan/mime-package.ts';

/** What is written of the types that a package of an image describes. */
function written(types: string, iconNames: ReadonlyMap<string, string> = new Map()): string | undefined {
  const text = `<?xml version="1.0"?><mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">${types}</mime-info>`;
  return mimePackage(parseMimePackage(new TextEncoder().encode(text)), iconNames);
}

describe('a package of file types', () => {
  test('says nothing about content, other names, or what others say', () => {
    const text = written(
      '<mime-type type="application/x-a"><comment>A</comment><magic priority="100"><match type="string" offset="0" value="x"/></magic>' +
        '<alias type="text/plain"/><glob-deleteall/><magic-deleteall/><root-XML namespaceURI="x" localName="y"/><glob pattern="*.a"/></mime-type>',
    );
    expect(text).toContain('<comment>A</comment>');
    expect(text).toContain('<glob pattern="*.a" weight="5"/>');
    expect(text).not.toMatch(/magic|alias|deleteall|root-XML|text\/plain/);
  });

  test.each([
    ['*.txt', '100', '    <glob pattern="*.txt" weight="5"/>\n'],
    ['*.a', '1', '    <glob pattern="*.a" weight="1"/>\n'],
    ['*', '10', ''],
    ['*.*', '10', ''],
    ['[.]?', '10', ''],
    ['a/b', '10', ''],
  ])('has for the pattern %s of weight %s no more than %j', (pattern, weight, line) => {
    const text = written(
      `<mime-type type="application/x-a"><glob pattern="${pattern}" weight="${weight}"/></mime-type>`,
    );
    expect(text).toContain(`<mime-type type="application/x-a">\n${line}  </mime-type>`);
  });

  test('has the icons by the names that they have in the theme', () => {
    const names = new Map([['application-x-a', 'appimage-js-1-application-x-a']]);
    expect(written('<mime-type type="application/x-a"/>', names)).toContain(
      '<icon name="appimage-js-1-application-x-a"/>',
    );
    expect(written('<mime-type type="application/x-b"><icon name="other"/></mime-type>', names)).not.toContain('<icon');
  });

  test('is none where nothing is described, and quotes what is', () => {
    expect(written('')).toBeUndefined();
    expect(written('<mime-type type="nonsense"/>')).toBeUndefined();
    expect(written('<mime-type type="a/b"><comment>&lt;x&gt; &amp; "y"</comment></mime-type>')).toContain(
      '<comment>&lt;x&gt; &amp; &quot;y&quot;</comment>',
    );
  });
});
