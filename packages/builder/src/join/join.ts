import { encodeFileName, type IntegrationZipContent } from '@appimage-js/format';
import { resolveFile } from '../inspect/app-dir.ts';
import type { BuildInput } from '../inspect/inspect.ts';
import type { IntegrationFile, IntegrationFiles } from '../inspect/integration-files.ts';
import type { Runtime } from '../inspect/runtime.ts';
import type { Draft } from '../output/draft.ts';
import type { WrittenPayload } from '../pack/write-payload.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { joinShImg } from './join-shimg.ts';
import { joinType1 } from './join-type-1.ts';

/** What {@link join} puts together. */
export interface JoinOptions {
  readonly input: BuildInput;
  readonly plan: BuildPlan;
  readonly payload: WrittenPayload;
  readonly draft: Draft;
}

/** An image that is complete but not yet under its name. */
export interface JoinedImage {
  /** What the file begins with. */
  readonly runtime: Runtime;
  readonly payload: WrittenPayload;
  /** Bytes of the whole file. */
  readonly size: number;
}

/**
 * Writes the runtime before the payload: where the ELF file ends, the payload begins. A shImg gets its integration zip behind
 * the payload, and a runtime that knows of it; an image of type 1 its first stage, and the runtime behind the payload.
 */
export async function join({ input, plan, payload, draft }: JoinOptions): Promise<JoinedImage> {
  const { runtime, firstStage, integrationFiles } = input;
  const payloadEnd = plan.payload.offset + payload.length;
  if (firstStage !== null) {
    return { runtime: firstStage, payload, size: await joinType1({ draft, firstStage, runtime, payloadEnd }) };
  }
  if (integrationFiles !== null) {
    const { architectures } = plan;
    const { compression } = plan.payload;
    const integration = integrationOf(input, plan, integrationFiles);
    const size = await joinShImg({ draft, architectures, compression, payloadEnd, integration });
    return { runtime, payload, size };
  }
  await draft.write(0, runtime.bytes);
  return { runtime, payload, size: payloadEnd };
}

function integrationOf(input: BuildInput, plan: BuildPlan, files: IntegrationFiles): IntegrationZipContent {
  const read = ({ file, bytes }: IntegrationFile): Uint8Array => bytes ?? input.files.readStart(file, file.size);
  const { defaultIcon, icons, metainfo } = files;
  return {
    desktopEntry: desktopEntry(input, plan),
    metainfo: metainfo === null ? undefined : read(metainfo),
    updateInformation: plan.updateInformation ?? undefined,
    defaultIcon: { format: defaultIcon.format, bytes: read(defaultIcon) },
    icons: new Map([...icons].map(([size, icon]) => [size, read(icon)])),
  };
}

/** As it is in the payload: with the version, where the plan adds that. */
function desktopEntry({ appDir, desktopFile, files }: BuildInput, { additions }: BuildPlan): Uint8Array {
  const added = additions.find(({ path }) => path === desktopFile.path);
  if (added?.type === 'file') return encodeFileName(added.text);
  const resolved = resolveFile(appDir, desktopFile.path);
  return resolved === undefined ? new Uint8Array(0) : files.readStart(resolved.file, resolved.file.size);
}
