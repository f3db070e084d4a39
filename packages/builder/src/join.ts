import { encodeFileName, serializeIntegrationZip, type WrittenSquashfs } from '@appimage-js/format';
import { shellRuntime } from '@appimage-js/runtime-shim';
import { resolveFile } from './inspect/app-dir.ts';
import type { BuildInput } from './inspect/inspect.ts';
import type { IntegrationFile, IntegrationFiles } from './inspect/integration-files.ts';
import type { Runtime } from './inspect/runtime.ts';
import type { Draft } from './output/draft.ts';
import type { BuildPlan } from './plan/build-plan.ts';

/** What {@link join} puts together. */
export interface JoinOptions {
  readonly input: BuildInput;
  readonly plan: BuildPlan;
  readonly payload: WrittenSquashfs;
  readonly draft: Draft;
}

/** An image that is complete but not yet under its name. */
export interface JoinedImage {
  readonly runtime: Runtime;
  readonly payload: WrittenSquashfs;
  /** Bytes of the whole file. */
  readonly size: number;
}

/**
 * Writes the runtime before the payload: where the ELF file ends, the payload begins. A shImg gets its integration zip behind
 * the payload, and a runtime that knows of it.
 */
export async function join(options: JoinOptions): Promise<JoinedImage> {
  const { input, payload, draft } = options;
  const { runtime, integrationFiles } = input;
  const end = runtime.bytes.length + payload.length;
  if (integrationFiles !== null) return { runtime, payload, size: await joinShImg(options, integrationFiles, end) };
  await draft.write(0, runtime.bytes);
  return { runtime, payload, size: end };
}

async function joinShImg({ input, plan, draft }: JoinOptions, files: IntegrationFiles, end: number): Promise<number> {
  const read = ({ file }: IntegrationFile): Uint8Array => input.files.readStart(file, file.size);
  const { defaultIcon, icons, metainfo } = files;
  const zip = await serializeIntegrationZip(
    {
      desktopEntry: desktopEntry(input, plan),
      metainfo: metainfo === null ? undefined : read(metainfo),
      updateInformation: plan.updateInformation ?? undefined,
      defaultIcon: { format: defaultIcon.format, bytes: read(defaultIcon) },
      icons: new Map([...icons].map(([size, icon]) => [size, read(icon)])),
    },
    { offset: end },
  );
  const runtime = await shellRuntime({
    payload: { kind: 'squashfs', compression: plan.payload.compression },
    architectures: plan.architectures,
    integrationZipLength: zip.length,
  });
  await draft.write(0, runtime.bytes);
  await draft.write(end, zip);
  return end + zip.length;
}

/** As it is in the payload: with the version, where the plan adds that. */
function desktopEntry({ appDir, desktopFile, files }: BuildInput, { additions }: BuildPlan): Uint8Array {
  const added = additions.find(({ path }) => path === desktopFile.path);
  if (added?.type === 'file') return encodeFileName(added.text);
  const resolved = resolveFile(appDir, desktopFile.path);
  return resolved === undefined ? new Uint8Array(0) : files.readStart(resolved.file, resolved.file.size);
}
