/**
 * Starts AppImages, whatever their own runtime needs: this toolkit's runtime opens them instead. Nothing is confined yet.
 *
 * @example
 * ```ts
 * import { launch, planLaunch, readHost, readImage } from '@appimage-js/sandbox';
 *
 * export async function start(file: string): Promise<number> {
 *   const plan = planLaunch({ file, args: ['--help'], image: await readImage(file), host: readHost() });
 *   const { status } = await launch(plan);
 *   return status;
 * }
 * ```
 *
 * @module
 */
export { type HostFacts, readHost } from './host.ts';
export { type ImageFacts, readImage } from './image.ts';
export { type LaunchOptions, type LaunchResult, launch } from './launch.ts';
export { type LaunchPlan, type LaunchRequest, planLaunch } from './plan.ts';
export { becomeApplication } from './replace.ts';
