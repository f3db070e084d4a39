import {
  appImageRegistrations,
  type BinfmtState,
  installBinfmt,
  readBinfmt,
  removeBinfmt,
  serializeRegistration,
} from '@appimage-js/integrator';
import { readHost } from '@appimage-js/sandbox';
import { Argument, Command } from '@commander-js/extra-typings';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';

const ACTIONS = ['show', 'install', 'remove'] as const;

/** `appimage binfmt` */
export function binfmtCommand(session: Session) {
  return new Command('binfmt')
    .description(
      'Has the kernel start AppImages of type 1 and 2, for all users, by the runtime of this toolkit: also those whose own one ' +
        'does not work here. What is in them is mounted; of the file itself nothing is executed, unless its payload is of a kind that ' +
        'this runtime can not read. "install" and "remove" take the rights of root, "show" says what is there.',
    )
    .addArgument(new Argument('[ACTION]', 'what to do').choices(ACTIONS).default(ACTIONS[0]))
    .action(async (action) => {
      const carryOut = { show, install, remove }[action];
      await carryOut(session);
    });
}

async function show(session: Session): Promise<void> {
  const state = await readBinfmt();
  const lines = appImageRegistrations().map(serializeRegistration);
  if (session.settings.json) return await session.printJson({ ...state, lines });
  await session.summary(sentence(state));
  for (const { name, owner, path } of state.foreign) {
    await session.stdout.write(`${printable(owner)} has registered ${printable(name)}, in ${printable(path)}\n`);
  }
  for (const line of lines) await session.stdout.write(`${line}\n`);
}

async function install(session: Session): Promise<void> {
  const { elfRuntime } = await import('@appimage-js/runtime-shim');
  const state = await installBinfmt(await elfRuntime(readHost().architecture));
  if (session.settings.json) await session.printJson(state);
  else await session.summary(sentence(state));
}

async function remove(session: Session): Promise<void> {
  const result = await removeBinfmt();
  if (session.settings.json) return await session.printJson(result);
  for (const path of result.kept) session.note(`${path} was changed by somebody else and stays as it is`);
  await session.summary(
    result.removed.length === 0 ? 'Nothing of ours was registered' : 'AppImages start by themselves again',
  );
}

function sentence({ isAvailable, isPermanent, registered }: BinfmtState): string {
  if (registered.length > 0)
    return `The kernel starts AppImages by this toolkit${isPermanent ? '' : ', until the next boot'}`;
  if (isPermanent) return 'The kernel will start AppImages by this toolkit from the next boot on';
  return `AppImages start by themselves${isAvailable ? '' : '; the registrations of the kernel (binfmt_misc) are not there'}`;
}
