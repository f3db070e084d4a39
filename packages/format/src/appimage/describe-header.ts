import type { ReadOptions } from '../io/byte-source.ts';
import { readSignatureSections, type SignatureState } from '../signature/signature-sections.ts';
import { readUpdateInformation } from '../update-information/read-update-information.ts';
import { parseUpdateInformation, type UpdateInformation } from '../update-information/update-information.ts';
import { type ImageProblem, readOrProblem } from './image-problem.ts';
import type { AppImage } from './open-appimage.ts';
import { type RuntimeNeeds, readRuntimeNeeds } from './runtime-needs.ts';

/** What there is of a signature; whether it holds is not judged. */
export interface SignatureDescription {
  /** `unreadable`: its place is damaged, which the problems tell, and so nobody can say whether there is one. */
  readonly state: SignatureState | 'unreadable';
}

/** What is told by a file's own header, outside of the file system in it. */
export interface HeaderDescription {
  readonly updateInformation: UpdateInformation | null;
  readonly signature: SignatureDescription;
  readonly runtime: RuntimeNeeds | null;
}

/** Reads what the ELF sections, the volume descriptor or the integration zip say; what is damaged is noted and null. */
export async function describeHeader(
  image: AppImage,
  problems: ImageProblem[],
  options: ReadOptions,
): Promise<HeaderDescription> {
  const [updateInformation, state, runtime] = await Promise.all([
    readOrProblem(problems, 'update-information', () => updateInformationOf(image, options)),
    readOrProblem(problems, 'signature', () => signatureStateOf(image, options)),
    readOrProblem(problems, 'runtime', () => runtimeOf(image, options)),
  ]);
  return { updateInformation, signature: { state: state ?? 'unreadable' }, runtime };
}

async function updateInformationOf({ source, type, elf, shImg }: AppImage, options: ReadOptions) {
  if (shImg === undefined) return readUpdateInformation(source, { ...options, type, elf });
  return parseUpdateInformation((await shImg.integrationZip?.readUpdateInformation(options)) ?? '');
}

async function signatureStateOf({ source, elf, shImg }: AppImage, options: ReadOptions) {
  if (elf !== undefined) return (await readSignatureSections(source, elf, options)).state;
  if (shImg?.problems.some(({ part }) => part === 'integration-zip')) return 'unreadable';
  return shImg?.integrationZip?.signature === undefined ? 'unsigned' : 'no-key';
}

async function runtimeOf({ source, elf, shImg }: AppImage, options: ReadOptions): Promise<RuntimeNeeds | null> {
  if (shImg !== undefined) return { linkage: 'script', interpreter: '/bin/sh', libraries: [] };
  return elf === undefined ? null : readRuntimeNeeds(source, elf, options);
}
