export { availableConfiners, confinerPath } from './confiner.ts';
export { availableElfRuntimes, elfRuntime, elfRuntimePath } from './elf-runtime.ts';
export { firstStage } from './first-stage.ts';
export {
  type ShellRuntime,
  type ShellRuntimeHelper,
  type ShellRuntimeOptions,
  shellRuntime,
} from './shell/shell-runtime.ts';
