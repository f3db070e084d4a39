import type { Permissions } from '../../permissions/permissions.ts';
import type { Application } from '../../permissions/store/application.ts';
import type { GrantSource } from '../../permissions/store/decide.ts';
import type { ConfinementHost } from '../host/confinement-host.ts';

/** What is to be confined, how, and where. */
export interface ConfinementRequest {
  readonly permissions: Permissions;
  /** Where each grant comes from, by its word. Default: the default level. */
  readonly sources?: Readonly<Record<string, GrantSource>>;
  readonly application: Pick<Application, 'path' | 'name' | 'desktopId' | 'identity' | 'isChromium'>;
  readonly host: ConfinementHost;
  /** Whether `path` of the application is a folder with its contents. Default: it is an image. */
  readonly isAppDir?: boolean;
  /** Working directory of the start. */
  readonly cwd: string;
  /** The name that the application was called by. Default: its path. */
  readonly calledAs?: string;
  /** Number of this start, decimal: what portals and folders of this start are named by. */
  readonly instance: string;
  /** Whether the mechanism can bind what is given as a descriptor. Default: false. */
  readonly bindsDescriptors?: boolean;
  /** A program of the system that starts the application inside and watches it; it may write to a folder of the host. */
  readonly watcher?: { readonly command: readonly [string, ...string[]]; readonly folder: string };
  /** What is started inside. Default: `/app/AppRun`. */
  readonly entryPoint?: string;
}
