import { existsSync } from 'node:fs';
import { canBuildFor } from '@appimage-js/native';
import { findTool, type Oracle } from '@appimage-js/testing';
import { runtimeFor } from '../fixture.ts';

/** Another machine than this one. */
export interface Machine {
  readonly name: string;
  /** What its entry points may be called, the preferred one first. */
  readonly entryPoints: readonly string[];
  /** What runs its programs here; nothing where the kernel does. */
  readonly emulator: readonly string[];
  readonly elfClass: 'ELF32' | 'ELF64';
  /** As readelf and file(1) call it. */
  readonly machine: string;
  readonly fileType: string;
  readonly needs: readonly Oracle[];
}

async function machine(
  name: string,
  emulator: string | undefined,
  rest: Pick<Machine, 'entryPoints' | 'elfClass' | 'machine' | 'fileType'>,
): Promise<Machine> {
  return {
    ...rest,
    name,
    emulator: emulator === undefined ? [] : [findTool(emulator) ?? emulator],
    needs: [
      ...(emulator === undefined ? [] : [emulator]),
      { name: `the runtime for ${name}`, isThere: existsSync(runtimeFor(name)) },
      { name: `the toolchain for ${name}`, isThere: await canBuildFor(name) },
    ],
  };
}

/** Every machine that a runtime is built for, run by the kernel where it can. */
export const machines: readonly Machine[] = [
  await machine('x86_64', undefined, {
    entryPoints: ['AppRun.x86_64'],
    elfClass: 'ELF64',
    machine: 'Advanced Micro Devices X86-64',
    fileType: 'ELF 64-bit LSB pie executable, x86-64',
  }),
  await machine('i686', undefined, {
    entryPoints: ['AppRun.i386', 'AppRun.i686'],
    elfClass: 'ELF32',
    machine: 'Intel 80386',
    fileType: 'ELF 32-bit LSB pie executable, Intel 80386',
  }),
  await machine('aarch64', 'qemu-aarch64-static', {
    entryPoints: ['AppRun.aarch64'],
    elfClass: 'ELF64',
    machine: 'AArch64',
    fileType: 'ELF 64-bit LSB pie executable, ARM aarch64',
  }),
  await machine('armhf', 'qemu-arm-static', {
    entryPoints: ['AppRun.armhf'],
    elfClass: 'ELF32',
    machine: 'ARM',
    fileType: 'ELF 32-bit LSB pie executable, ARM, EABI5',
  }),
];
