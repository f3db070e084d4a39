/*
 * An entry that the desktop starts after the login. Desktop Application Autostart Specification 0.5:
 * https://specifications.freedesktop.org/autostart-spec/latest/
 */
import { quoteExecArgument, serializeStringValue } from '@appimage-js/format';
import { programWords } from '../plan/launch.ts';
import { type PlannedFile, plannedFile } from '../plan/planned-file.ts';

/** Below the folder for configuration. */
export const AUTOSTART_ENTRY = 'autostart/appimage-js-daemon.desktop';

/** What the desktop starts where no service manager does. */
export function planAutostart(kind: 'daemon' | 'sync', [program = '', ...args]: readonly string[]): PlannedFile {
  const words = [...programWords(program), ...args, ...(kind === 'daemon' ? ['daemon'] : ['sync', '--quiet'])];
  const lines = [
    '[Desktop Entry]',
    'Type=Application',
    'Name=AppImages in the menu',
    'Comment=Keeps the menu in step with the AppImages that are there',
    `Exec=${serializeStringValue(words.map(quoteExecArgument).join(' '))}`,
    'NoDisplay=true',
    'Terminal=false',
    'StartupNotify=false',
    'X-GNOME-Autostart-Delay=10',
    'X-KDE-autostart-phase=2',
  ];
  return plannedFile(AUTOSTART_ENTRY, `${lines.join('\n')}\n`, { root: 'config' });
}
