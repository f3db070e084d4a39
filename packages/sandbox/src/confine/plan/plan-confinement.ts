import { AppImageError } from '@appimage-js/format';
import { describeWord } from '../../permissions/describe-word.ts';
import { formatWord, permissionWords } from '../../permissions/words.ts';
import { addBaseRoot } from './base-root.ts';
import { addBuses } from './buses.ts';
import type { ConfinementPlan, Grant, HomePlan, PortalPlan } from './confinement-plan.ts';
import type { ConfinementRequest } from './confinement-request.ts';
import { addDevices } from './devices.ts';
import { addDisplay, runtimeFolder } from './display.ts';
import { Draft } from './draft.ts';
import { addEnvironment, imagePath } from './environment.ts';
import { addHome, seesWholeHome } from './home.ts';
import { portalApplicationId } from './identity.ts';
import { addPlaces } from './places.ts';
import { addSockets } from './sockets.ts';

/** The folder of the inside with the contents of the image. */
const CONTENTS_FOLDER = '/app';

/** Where a watcher of the inside writes to. */
export const WATCHER_FOLDER = '/run/appimage/watcher';

/**
 * Plans the confinement of an application: what is in its root, and what is between it and the host. The same request gives the same
 * plan; neither the disk nor the clock is asked. What can not be had is in `refused`, so that it can be told before the start.
 *
 * @throws AppImageError `unsupported` for a user without a folder for sockets, `malformed` for paths that no argument can have
 */
export function planConfinement(request: ConfinementRequest): ConfinementPlan {
  const { permissions, host, application, instance, isAppDir = false } = request;
  const instanceFolder = folderOf(host.socketsDirectory, instance);
  const draft = new Draft();

  addBaseRoot(draft, permissions, host);
  draft.add('--perms', '0700', '--tmpfs', runtimeFolder(host));
  const homeFolder = addHome(draft, request);
  const mountPoints = addPlaces(draft, request);
  addDisplay(draft, request, instanceFolder);
  addSockets(draft, request);
  addDevices(draft, request);
  addBuses(draft, request, instanceFolder);
  if (!isAppDir) draft.readOnly(application.path, imagePath(application.path));
  if (request.watcher !== undefined) draft.writable(request.watcher.folder, WATCHER_FOLDER);
  addNotes(draft, request);
  addEnvironment(draft, request);
  draft.add('--remount-ro', '/', '--chdir', workingFolder(request));

  const portal: PortalPlan | undefined =
    permissions.identity === 'flatpak-like' && host.runtimeDirectory !== undefined
      ? {
          applicationId: portalApplicationId(application),
          instance,
          folder: `${host.runtimeDirectory}/.flatpak/${instance}`,
        }
      : undefined;
  const home: HomePlan | undefined = homeFolder === undefined ? undefined : { directory: homeFolder, mountPoints };
  return {
    confinement: {
      arguments: draft.arguments,
      files: draft.files,
      command: commandOf(request),
      contents: CONTENTS_FOLDER,
      seccomp: {
        devel: permissions.features.includes('devel'),
        multiarch: permissions.features.includes('multiarch'),
        userNamespaces: permissions.features.includes('nested-namespaces'),
      },
      landlock: {
        abstractSockets: 'denied',
        signals: 'denied',
        tcp: permissions.network === 'off' ? 'denied' : 'allowed',
      },
    },
    descriptors: draft.descriptors,
    created: draft.created,
    proxies: draft.proxies,
    nestedServer: draft.nestedServer,
    home,
    portal,
    instanceFolder,
    grants: describeGrants(request),
    missing: draft.missing,
    notes: draft.notes,
    refused: draft.refused,
  };
}

function commandOf({ watcher, entryPoint = `${CONTENTS_FOLDER}/AppRun` }: ConfinementRequest): [string, ...string[]] {
  if (watcher === undefined) return [entryPoint];
  const [program, ...args] = watcher.command;
  return [program, ...args, entryPoint];
}

function folderOf(socketsDirectory: string | undefined, instance: string): string {
  if (!/^\d{1,20}$/.test(instance))
    throw new RangeError(`Cannot confine: instance must be a number, found ${instance}`);
  if (socketsDirectory !== undefined) return `${socketsDirectory}/${instance}`;
  throw new AppImageError(
    'unsupported',
    'Cannot confine: there is no folder for the sockets of this start; XDG_RUNTIME_DIR has to name one of yours with mode 0700, or ' +
      'TMPDIR one in which you may make one',
  );
}

function describeGrants({ permissions, sources }: ConfinementRequest): Grant[] {
  return permissionWords(permissions).map((word) => {
    const what = formatWord(word);
    return { what, why: describeWord(word), from: sources?.[what] ?? 'default level' };
  });
}

function addNotes(draft: Draft, { permissions, application }: ConfinementRequest): void {
  const { network, features, filesystem } = permissions;
  if (network === 'on') {
    draft.notes.push(
      'network: services of this machine can be reached as well, and abstract sockets where the kernel has no Landlock scope (before 6.12)',
    );
  }
  if (application.isChromium && !features.includes('nested-namespaces')) {
    draft.notes.push(
      'Chromium inside: it makes a sandbox of its own, which needs namespaces; without the grant nested-namespaces it may not start',
    );
  }
  if (filesystem['home'] === 'write' || filesystem['host'] === 'write') {
    draft.notes.push(
      'whoever can write in the whole home folder can change what is started at the next login, and so leaves the confinement',
    );
  }
}

/** The folder of the start where the inside has it, else the home folder. */
function workingFolder({ cwd, host, permissions }: ConfinementRequest): string {
  const paths = Object.keys(permissions.filesystem).map((place) => host.places[place]?.real);
  const isSeen = (path: string | undefined) => path !== undefined && (cwd === path || cwd.startsWith(`${path}/`));
  if (paths.some(isSeen)) return cwd;
  return seesWholeHome(permissions) && isSeen(host.home) ? cwd : host.home;
}
