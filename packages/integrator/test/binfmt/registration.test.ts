import { describe, expect, test } from 'vitest';
import { appImageRegistrations, interpreterOf, takesAppImages } from '../../src/binfmt/appimage-registrations.ts';
import { parseKernelRegistration, parseRegistration, serializeRegistration } from '../../src/binfmt/registration.ts';

const NIXOS =
  ':appimage:M::\\x7fELF....AI\\x02:\\xff\\xff\\xff\\xff\\x00\\x00\\x00\\x00\\xff\\xff\\xff:/run/binfmt/appimage:';
const LAUNCHER = ':appimage-type2:M:8:AI\\x02::/usr/bin/AppImageLauncher:F';
const QEMU =
  ':qemu-aarch64:M::\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00:' +
  '\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff:/usr/libexec/qemu:F';

describe('registrations', () => {
  test('are lines of the magic and the mask of both types', () => {
    const lines = appImageRegistrations().map(serializeRegistration);
    const mask = '\\xff\\xff\\xff\\xff\\x00\\x00\\x00\\x00\\xff\\xff\\xff';
    expect(lines).toEqual(
      ['01', '02'].map(
        (type, index) =>
          `:appimage-js-type${index + 1}:M:0:\\x7f\\x45\\x4c\\x46\\x00\\x00\\x00\\x00\\x41\\x49\\x${type}:${mask}:` +
          '/usr/local/lib/appimage-js/appimage-js-interpreter:PF',
      ),
    );
    expect(lines.map(parseRegistration)).toEqual(appImageRegistrations());
  });

  test.each([
    { line: NIXOS, takes: true },
    { line: LAUNCHER, takes: true },
    { line: QEMU, takes: false },
    { line: ':python:E::py::/usr/bin/python3:', takes: undefined },
    { line: '# a comment', takes: undefined },
    { line: '', takes: undefined },
  ])('$line takes AppImages: $takes', ({ line, takes }) => {
    const registration = parseRegistration(line);
    expect(registration === null ? undefined : takesAppImages(registration)).toBe(takes);
  });

  test('are read as the kernel shows them', () => {
    const text = 'enabled\ninterpreter /usr/bin/x y\nflags: PF\noffset 8\nmagic 414902\nmask ffffff\n';
    expect(parseKernelRegistration('a', text)).toEqual({
      name: 'a',
      isEnabled: true,
      interpreter: '/usr/bin/x y',
      flags: 'PF',
      offset: 8,
      magic: Uint8Array.of(0x41, 0x49, 2),
      mask: Uint8Array.of(0xff, 0xff, 0xff),
    });
    expect(parseKernelRegistration('a', 'disabled\n')).toMatchObject({ isEnabled: false, magic: new Uint8Array() });
  });
});

test('the program that is registered is no AppImage', () => {
  const runtime = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0x41, 0x49, 2, 0, 7);
  expect([...interpreterOf(runtime)]).toEqual([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 7]);
  expect(runtime[8]).toBe(0x41);
  expect(() => interpreterOf(Uint8Array.of(1, 2, 3))).toThrow(RangeError);
});
