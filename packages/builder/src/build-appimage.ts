import type { BuildOptions, BuiltAppImage } from './build-options.ts';
import { inspect } from './inspect/inspect.ts';
import { join } from './join/join.ts';
import { checkOutput, openDraft } from './output/draft.ts';
import { pack } from './pack/pack.ts';
import type { BuildPlan } from './plan/build-plan.ts';
import { planBuild } from './plan/plan-build.ts';
import { seal } from './seal.ts';

/**
 * Makes an AppImage of type 1 or 2, or a shImg, from an AppDir. The same input and options give the same bytes, on every machine. An image of
 * that name is replaced in one step, at the end; until then, and after an error or an abort, it is as it was.
 *
 * @example
 * import { buildAppImage } from '@appimage-js/builder';
 *
 * const { path, size } = await buildAppImage({ appDir: 'Hello.AppDir', arch: 'x86_64' });
 * console.log(`${path}: ${size} bytes`);
 *
 * @throws AppImageError for an AppDir, runtime or output that can not be used; the message says what to do
 * @throws RangeError for options that are not valid
 */
export async function buildAppImage(options: BuildOptions): Promise<BuiltAppImage> {
  const input = await inspect(options);
  const plan = planBuild(input, options);
  await using draft = await openDraft(plan);
  const payload = await pack({ input, plan, draft, options });
  const image = await join({ input, plan, payload, draft });
  return await seal({ plan, image, draft, options }); // before the draft is disposed of
}

/**
 * Tells what {@link buildAppImage} would do, without writing anything.
 *
 * @throws as {@link buildAppImage}
 */
export async function planAppImage(options: BuildOptions): Promise<BuildPlan> {
  const plan = planBuild(await inspect(options), options);
  await checkOutput(plan);
  return plan;
}
