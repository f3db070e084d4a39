import { describe, expect, test } from 'vitest';
import { parseUpdateInfoEntry, serializeUpdateInfoEntry } from '../../src/shimg/update-info-entry.ts';

const INFORMATION = 'gh-releases-zsync|owner|name|latest|Name-*x86_64.shImg.zsync';
const parse = (text: string) => parseUpdateInfoEntry(Buffer.from(text));

describe('an update_info entry', () => {
  test('is parsed as it was serialized', () => {
    expect(Buffer.from(serializeUpdateInfoEntry(INFORMATION)).toString()).toBe(
      `---BEGIN APPIMAGE [update_info]---\n${INFORMATION}\n---END APPIMAGE [update_info]---\n`,
    );
    expect(parseUpdateInfoEntry(serializeUpdateInfoEntry(INFORMATION))).toBe(INFORMATION);
  });

  test.each([
    ['no line end behind it', `---BEGIN APPIMAGE [update_info]---\n${INFORMATION}\n---END APPIMAGE [update_info]---`],
    [
      'line ends of Windows',
      `---BEGIN APPIMAGE [update_info]---\r\n${INFORMATION}\r\n---END APPIMAGE [update_info]---\r\n`,
    ],
    [
      'line ends spelled out',
      `---BEGIN APPIMAGE [update_info]---\\n${INFORMATION}\\n---END APPIMAGE [update_info]---\n`,
    ],
    ['the marks of early versions', `---BEGIN APPIMAGE [updInfo]---\n${INFORMATION}\n---END APPIMAGE [updInfo]---`],
    ['no marks', `${INFORMATION}\n`],
    ['no end', `---BEGIN APPIMAGE [update_info]---\n${INFORMATION}\n`],
  ])('with %s is parsed', (_, text) => {
    expect(parse(text)).toBe(INFORMATION);
  });

  test.each([
    ['no line', '---BEGIN APPIMAGE [update_info]---\n\n---END APPIMAGE [update_info]---'],
    ['no bytes', ''],
    ['two lines', `${INFORMATION}\n${INFORMATION}\n`],
  ])('with %s is malformed', (_, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ name: 'AppImageError', code: 'malformed' }));
  });

  test.each(['', 'a\nb', 'a\\nb', ' a', 'a\0', 'a\r'])('is not made of %j', (text) => {
    expect(() => serializeUpdateInfoEntry(text)).toThrow(RangeError);
  });
});
