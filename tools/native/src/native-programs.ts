import { globSync } from 'node:fs';
import type { Architecture } from './architectures.ts';
import { nativeFolder } from './sources.ts';
import { verifyElf, verifyRuntime, writeMagic } from './verify-elf.ts';
import { verifyFirstStage } from './verify-first-stage.ts';

/** A program that is made of sources below `packages/runtime-shim/native`, for every machine. */
export interface NativeProgram {
  /** What its files are called, in front of a hyphen and the machine. */
  readonly name: string;
  /** Paths of its sources below `nativeFolder`, in an order that depends on nothing but their names. */
  readonly sources: () => readonly string[];
  /** Whether it has a C library; without one, it does everything by system calls. */
  readonly hosted: boolean;
  /** Makes the linked file what it is to be. @throws Error for one that is not as others rely on it to be */
  readonly finish: (file: Uint8Array, architecture: Architecture) => void;
}

/** Which system a program is for, in the ELF identification. */
const SYSTEM_OFFSET = 7;
const SYSTEM_V = 0;

/** What has a folder of its own among the sources, and is no part of the runtime. */
const separate = ['confine', 'first-stage', 'fuzz'];

function sourcesIn(folder: string, exclude: readonly string[] = []): string[] {
  const paths = globSync(`${folder}**/*.c`, {
    cwd: nativeFolder,
    exclude: (path) => exclude.includes(String(path)),
  });
  return paths.sort((a, b) => (a < b ? -1 : 1));
}

const runtimeProgram: NativeProgram = {
  name: 'runtime',
  sources: () => sourcesIn('', separate),
  hosted: true,
  finish: (file, architecture) => {
    writeMagic(file);
    verifyRuntime(file, architecture);
  },
};

const firstStageProgram: NativeProgram = {
  name: 'first-stage',
  sources: () => sourcesIn('first-stage/'),
  hosted: false,
  finish: (file, architecture) => {
    // Sections that are to stay make the linker call this a program for GNU; the specification wants none in particular.
    file[SYSTEM_OFFSET] = SYSTEM_V;
    verifyFirstStage(file, architecture);
  },
};

/** It is started by everything that is confined, so a small one pays. */
const CONFINER_SIZE_LIMIT = 100_000;

const confinerProgram: NativeProgram = {
  name: 'confine',
  sources: () => [...sourcesIn('confine/'), 'system/descriptors.c', 'system/printable.c'],
  hosted: true,
  finish: (file, architecture) => {
    const sizeLimit = CONFINER_SIZE_LIMIT;
    verifyElf(file, { what: 'confiner', architecture, sizeLimit, reservedSections: {}, relocationsReadOnly: true });
  },
};

export const nativePrograms: readonly NativeProgram[] = [runtimeProgram, firstStageProgram, confinerProgram];
