import { readFileSync, writeFileSync } from 'node:fs';
import { succeed } from './run.ts';

/** Writes into a section of an AppImage, as a tool that signs or marks it would. */
export async function fillSection(image: string, name: string, content: string | Uint8Array): Promise<void> {
  const sections = await succeed('readelf', ['-SW', image]);
  const line = sections.split('\n').find((candidate) => candidate.includes(` ${name} `)) ?? '';
  const offset = Number.parseInt(/PROGBITS\s+[0-9a-f]+\s+([0-9a-f]+)/.exec(line)?.[1] ?? '', 16);
  const file = readFileSync(image);
  Buffer.from(content).copy(file, offset);
  writeFileSync(image, file);
}
