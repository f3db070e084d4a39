import { writeFileSync } from 'node:fs';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { expect } from 'vitest';
import { makeProgram } from './make-dynamic-elf.ts';

testWith(['readelf'], 'Fixtures are ELF files as readelf understands them', () => {
  const path = `${temporaryFolder()}/program`;
  const versions = { 'libc.so.6': ['GLIBC_2.2.5', 'GLIBC_2.34'], 'libm.so.6': ['GLIBC_2.29'] };
  writeFileSync(path, makeProgram({ needed: ['libc.so.6'], runpath: '$ORIGIN', versions, executableStack: true }));
  const printed = run('readelf', ['-W', '-d', '-l', '-V', path]);
  expect(printed).toContain('Requesting program interpreter: /lib64/ld-linux-x86-64.so.2');
  expect(printed).toMatch(/NEEDED\).*\[libc\.so\.6\]/);
  expect(printed).toMatch(/RUNPATH\).*\[\$ORIGIN\]/);
  expect(printed).toMatch(/GNU_STACK.*RWE/);
  const dynamic = printed.slice(printed.indexOf('Dynamic section'));
  expect(dynamic).toMatch(/VERNEEDNUM\) +2/);
});
