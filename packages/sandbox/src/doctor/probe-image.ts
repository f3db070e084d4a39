import { isAppImageError } from '@appimage-js/format';
import { readHost } from '../host.ts';
import { type ImageFacts, readImage } from '../image.ts';
import { readNeeds } from '../needs/check-needs.ts';
import { explainMissing } from '../needs/explain-needs.ts';
import { planLaunch } from '../plan.ts';
import { type Finding, finding } from './finding.ts';
import type { ProbedSystem } from './system.ts';

/** What one image needs, without running anything of it. */
export async function probeImage(file: string, { env }: ProbedSystem, signal?: AbortSignal): Promise<Finding[]> {
  const image = await readImage(file);
  return [probePlan(file, image, env), await probeNeeds(file, image, signal)];
}

function probePlan(file: string, image: ImageFacts, env: ProbedSystem['env']): Finding {
  const base = { id: 'image', area: 'image', title: file } as const;
  const isRead = image.type === 'appdir' || image.payload?.kind === 'squashfs' || image.payload?.kind === 'iso9660';
  try {
    planLaunch({
      file,
      image,
      host: readHost({ ...image, path: env['PATH'] }),
      env,
      contents: isRead ? 'runtime' : { directory: '/' },
    });
  } catch (error) {
    if (!isAppImageError(error)) throw error;
    const [found = '', remedy] = error.message.replace(`Cannot run ${file}: `, '').split('; ');
    return finding({ ...base, state: 'broken', found, remedy });
  }
  const kind = image.payload === undefined ? '' : `, ${image.payload.compression ?? image.payload.kind}`;
  const machines = image.architectures.length === 0 ? '' : ` for ${image.architectures.join(', ')}`;
  return finding({ ...base, state: 'ok', found: `${image.type}${machines}${kind}` });
}

async function probeNeeds(file: string, image: ImageFacts, signal?: AbortSignal): Promise<Finding> {
  const base = { id: 'image-needs', area: 'image', title: 'its programs' } as const;
  try {
    const { programs, missing } = await readNeeds(file, image, signal && { signal });
    const reason = explainMissing(missing);
    if (reason === undefined)
      return finding({ ...base, state: 'ok', found: `${programs.join(', ')}: all that they name is here` });
    const [found = '', remedy] = reason.split('; ');
    const isFatal = missing.some(({ kind }) => kind !== 'library');
    return finding({ ...base, state: isFatal ? 'broken' : 'weak', found, remedy });
  } catch (error) {
    if (!isAppImageError(error)) throw error;
    return finding({ ...base, state: 'weak', found: `can not be looked at: ${error.message}` });
  }
}
