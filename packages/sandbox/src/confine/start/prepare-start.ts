import { isDeepStrictEqual } from 'node:util';
import { AppImageError } from '@appimage-js/format';
import { type Contents, provideContents } from '../../contents.ts';
import { type HostFacts, readHost } from '../../host.ts';
import { type ImageFacts, readImage } from '../../image.ts';
import { chooseMechanism, type Mechanism, type MechanismFacts, readMechanisms } from '../../mechanism/index.ts';
import { describeWord } from '../../permissions/describe-word.ts';
import type { Permissions } from '../../permissions/permissions.ts';
import type { Application } from '../../permissions/store/application.ts';
import { recallApplication } from '../../permissions/store/application-memo.ts';
import { agree, type Decision, decide } from '../../permissions/store/decide.ts';
import { addHomeFile, readHomeFiles } from '../../permissions/store/home-files.ts';
import {
  permissionFolder,
  readChoice,
  type StoredChoice,
  writeChoice,
} from '../../permissions/store/permission-store.ts';
import { formatWord } from '../../permissions/words.ts';
import { workingDirectory } from '../../plan.ts';
import { documentsFolder } from '../../portal/document-portal.ts';
import { isAlreadyRunning, newInstance } from '../../portal/instance-folder.ts';
import type { ConfinementHost } from '../host/confinement-host.ts';
import { readConfinementHost } from '../host/read-confinement-host.ts';
import type { ConfinementPlan } from '../plan/confinement-plan.ts';
import type { ConfinementRequest } from '../plan/confinement-request.ts';
import { planConfinement } from '../plan/plan-confinement.ts';
import { recallMechanisms } from './recall-mechanisms.ts';

/** What is to be started confined, and what the user says about it. */
export interface ConfinedStartOptions {
  readonly file: string;
  readonly args?: readonly string[];
  /** Default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** A level for this start only; neither what is stored nor what the image asks for counts then. */
  readonly level?: string | undefined;
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** Start also without what can be given up; what that is is in the plan's notes. */
  readonly allowWeaker?: boolean;
  /**
   * Asks the user to agree to grants, or to a file that claims to be an application that is known. Default: nobody can be asked, and
   * the start fails with what would have been asked.
   */
  readonly ask?: (question: PermissionQuestion) => Promise<boolean>;
  /** What is to make the confinement. Default: bubblewrap where it works, else this toolkit's own program. */
  readonly mechanism?: Mechanism['name'];
  /** A program of the system that watches the application from inside. */
  readonly watcher?: ConfinementRequest['watcher'];
  /** Neither asks nor stores anything: for showing the plan. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/** What a user is asked. */
export interface PermissionQuestion {
  readonly application: Application;
  readonly kind: 'grants' | 'other-file';
  /** What is wanted, a line each. */
  readonly lines: readonly string[];
  /** The files that are known for the application. */
  readonly knownFiles: readonly string[];
}

/** A confined start that only has to be done. */
export interface PreparedStart {
  readonly application: Application;
  readonly decision: Decision;
  readonly plan: ConfinementPlan;
  readonly host: ConfinementHost;
  readonly image: ImageFacts;
  readonly runtime: HostFacts;
  readonly contents: Contents;
  /** Undefined for what is only shown. */
  readonly mechanism: Mechanism | undefined;
  readonly options: ConfinedStartOptions;
}

/**
 * Finds out what an application may do, asks where that has to be asked, and plans its confinement. Nothing is started.
 *
 * @throws AppImageError `not-permitted` for grants that nobody has agreed to and for what this host can not do, each with the remedy;
 *   `untrusted` for a file that claims to be another; what reading the image throws
 */
export async function prepareConfinedStart(options: ConfinedStartOptions): Promise<PreparedStart> {
  const { file, env = process.env, cwd = workingDirectory(), signal, allowWeaker = false, dryRun = false } = options;
  const preferred = options.mechanism ?? 'bubblewrap';
  const trial = dryRun ? undefined : recallMechanisms({ only: preferred, env, signal });
  trial?.catch(() => undefined); // heard of below, when the image could be read
  const image = await readImage(file);
  const runtime = readHost({ architectures: image.architectures, path: env['PATH'] });
  const contents = await provideContents({ file, image, host: runtime, env, ...(signal && { signal }) });
  const directory = contents === 'runtime' ? undefined : contents.directory;
  const application = await recallApplication(file, { directory, signal, env });
  const decision = await settle(application, options);

  const { permissions, sources } = decision;
  const host = await readHostWithPortals(application, permissions, options);
  const plan = planConfinement({
    permissions,
    sources,
    application,
    host,
    isAppDir: image.type === 'appdir',
    cwd,
    calledAs: file,
    instance: newInstance(),
    bindsDescriptors: true,
    ...(options.watcher && { watcher: options.watcher }),
  });
  if (!dryRun) refuse(plan, application, allowWeaker);
  const mechanism = trial && (await choose(await trial, plan, { application, options }));
  return { application, decision, plan, host, image, runtime, contents, mechanism, options };
}

async function readHostWithPortals(
  application: Application,
  permissions: Permissions,
  { env = process.env, signal }: ConfinedStartOptions,
): Promise<ConfinementHost> {
  const host = readConfinementHost({ application, permissions, env });
  const { sessionBus, busProxy } = host;
  const hasPortals = permissions.identity === 'flatpak-like' && sessionBus !== undefined && busProxy !== undefined;
  return hasPortals ? { ...host, documents: await documentsFolder(sessionBus, signal) } : host;
}

/** Decides, asks, and keeps what the user has answered. */
async function settle(application: Application, options: ConfinedStartOptions): Promise<Decision> {
  const { env = process.env, level, allow, deny, dryRun = false } = options;
  const folder = permissionFolder(env);
  const stored = await readChoice(folder, application.identity);
  const homeFiles = await readHomeFiles(env, application);
  const facts = { application, stored, homeFiles, level, allow, deny };
  const decision = decide(facts);
  if (dryRun) return decision;
  if (decision.isOtherFile) await confirmFile(application, stored?.files ?? homeFiles, options);
  const isAgreed = decision.wanted.length > 0 && (await confirmGrants(application, decision, options));
  // What was given for this start alone is not kept.
  const lasting = decide({ ...facts, allow: [], deny: [] });
  if (level === undefined) {
    const choice: StoredChoice = {
      permissions: isAgreed ? agree(lasting) : lasting.permissions,
      asked: decision.asked,
      files: [...new Set([...(stored?.files ?? []), application.path])],
      name: application.name,
    };
    if (!isDeepStrictEqual(choice, stored)) await writeChoice(folder, application.identity, choice);
  } else if (decision.isOtherFile && stored !== undefined) {
    await writeChoice(folder, application.identity, { ...stored, files: [...stored.files, application.path] });
  }
  await addHomeFile(env, application);
  return isAgreed ? { ...decision, permissions: agree(decision) } : decision;
}

async function confirmFile(
  application: Application,
  knownFiles: readonly string[],
  { ask }: ConfinedStartOptions,
): Promise<void> {
  const question = { application, kind: 'other-file', lines: [], knownFiles } as const;
  if (ask !== undefined && (await ask(question))) return;
  throw new AppImageError(
    'untrusted',
    `Cannot start ${application.path}: it says that it is ${application.name}, which is ${knownFiles.join(', ')} so far, and would get its files and permissions; if it is the same application, say so by "appimage permissions grant ${application.path}"`,
    { path: application.path },
  );
}

async function confirmGrants(
  application: Application,
  { wanted }: Decision,
  { ask }: ConfinedStartOptions,
): Promise<boolean> {
  const lines = wanted.map((word) => `${formatWord(word)}: ${describeWord(word)}`);
  if (ask !== undefined) return await ask({ application, kind: 'grants', lines, knownFiles: [] });
  throw new AppImageError(
    'not-permitted',
    `Cannot start ${application.path}: it asks for more than it was granted: ${lines.join('; ')}; agree by "appimage permissions grant ${application.path} --all", or decline by "appimage permissions revoke ${application.path} --asked"`,
    { path: application.path },
  );
}

/**
 * The preferred mechanism where it works, else the other one, which is only tried then; the own one also where a running instance makes mount
 * points unsafe for bubblewrap.
 */
async function choose(
  first: MechanismFacts,
  plan: ConfinementPlan,
  { application, options }: Pick<PreparedStart, 'application' | 'options'>,
): Promise<Mechanism> {
  const { mechanism: prefer, env = process.env, signal } = options;
  const trial = { path: env['PATH'], ...(signal && { signal }) };
  if (prefer !== undefined) return chooseMechanism(first, { prefer });
  if (!first.bubblewrap.works) return chooseMechanism(await readMechanisms(trial));
  const hasMountPoints = plan.home !== undefined && plan.home.mountPoints.length > 0;
  if (!(hasMountPoints && isAlreadyRunning(plan, application.identity))) return chooseMechanism(first);
  const both = await readMechanisms(trial);
  return chooseMechanism(both, both.own.works ? { prefer: 'own' } : {});
}

function refuse({ refused }: ConfinementPlan, application: Application, allowWeaker: boolean): void {
  const stopping = refused.filter(({ givesUp }) => !allowWeaker || givesUp === undefined);
  if (stopping.length === 0) return;
  const reasons = stopping.map(({ what, reason, remedy, givesUp }) => {
    const weaker = givesUp === undefined ? '' : `, or start with --allow-weaker without ${givesUp}`;
    return `${what}: ${reason}; ${remedy}${weaker}`;
  });
  throw new AppImageError('not-permitted', `Cannot confine ${application.path}: ${reasons.join('; ')}`, {
    path: application.path,
  });
}
