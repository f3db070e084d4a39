import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planAppImage } from '../../src/index.ts';
import { PROGRAM } from '../make-tree.ts';
import { preparedBuild } from '../prepared-build.ts';

describe('an AppDir without executable bits', () => {
  test('gets them for programs and scripts wherever they are, as on Windows', async () => {
    const { options, appDir } = preparedBuild({
      AppRun: '#!/bin/sh\n',
      'usr/bin/hello': elf(2),
      'usr/bin/data': 'x',
      'usr/lib/hello/helper': elf(3),
      'usr/lib/libhello.so.1': elf(3),
      'usr/lib/hello.o': elf(1),
      'usr/lib/tool.py': '#!/usr/bin/env python3\n',
      'usr/lib/module.py': 'import os\n',
    });
    chmodSync(join(appDir, 'usr/bin/hello'), 0o644);
    const { madeExecutable, warnings } = await planAppImage(options);
    expect(madeExecutable).toEqual(['AppRun', 'usr/bin/hello', 'usr/lib/hello/helper', 'usr/lib/tool.py']);
    expect(warnings).toEqual([]);
  });

  test('and one with some gets them for what is in the folders for programs', async () => {
    const { options } = preparedBuild({
      AppRun: PROGRAM,
      'usr/bin/other': '#!/bin/sh\n',
      'usr/libexec/helper': elf(3),
      'usr/lib/tool.py': '#!/usr/bin/env python3\n',
    });
    const { madeExecutable, warnings } = await planAppImage(options);
    expect(madeExecutable).toEqual(['usr/bin/other', 'usr/libexec/helper']);
    expect(warnings).toEqual([]);
  });
});

/** The beginning of an ELF file of that type. */
function elf(type: number): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes[16] = type;
  bytes[18] = 62;
  return bytes;
}
