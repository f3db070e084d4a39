import type { Confinement } from '../../mechanism/confinement.ts';
import type { GrantSource } from '../../permissions/store/decide.ts';

/** A filter between the application and a message bus: what to start xdg-dbus-proxy with. */
export interface BusProxyPlan {
  readonly bus: 'session' | 'system';
  /** Address of the bus itself. */
  readonly address: string;
  /** Socket that the proxy makes, on the host; the application sees it in the usual place. */
  readonly socket: string;
  /** Options of the filter, in xdg-dbus-proxy's spelling. */
  readonly rules: readonly string[];
}

/** One thing that is granted, for people. */
export interface Grant {
  /** The word, as `--allow` takes it. */
  readonly what: string;
  readonly why: string;
  readonly from: GrantSource;
}

/** Something that was asked for and can not be had here. */
export interface Refusal {
  /** What was to be had. */
  readonly what: string;
  readonly reason: string;
  readonly remedy: string;
  /** What the confinement lacks when it is started all the same; undefined where it can not be started. */
  readonly givesUp?: string;
}

/** A private folder in which mount points have to be made before the start, none of them behind a link. */
export interface HomePlan {
  /** On the host. */
  readonly directory: string;
  /** Below it, each after the one that it is in. */
  readonly mountPoints: readonly { readonly path: string; readonly kind: 'directory' | 'file' }[];
}

/** An X server for this application alone. */
export interface NestedServerPlan {
  readonly program: string;
  readonly args: readonly string[];
  /** File on the host that gets the cookie; made before the start. */
  readonly authority: string;
  readonly number: number;
}

/** As what the portals know the application, and where that is written. */
export interface PortalPlan {
  readonly applicationId: string;
  readonly instance: string;
  /** Has `bwrapinfo.json` while the application runs. */
  readonly folder: string;
}

/** How an application is confined; plain data, which can be printed and compared. */
export interface ConfinementPlan {
  readonly confinement: Confinement;
  /** Folders and files that are opened before the start and bound by their descriptors, by their key. */
  readonly descriptors: Readonly<Record<string, string>>;
  /** Granted folders that are made before the start. */
  readonly created: readonly string[];
  readonly proxies: readonly BusProxyPlan[];
  readonly nestedServer: NestedServerPlan | undefined;
  readonly home: HomePlan | undefined;
  readonly portal: PortalPlan | undefined;
  /** On the host; made for this start, and removed after it. */
  readonly instanceFolder: string;
  readonly grants: readonly Grant[];
  /** What was granted and is not there, such as a Wayland socket on a host without. */
  readonly missing: readonly string[];
  /** What the confinement does not do, and people may think it does. */
  readonly notes: readonly string[];
  readonly refused: readonly Refusal[];
}
