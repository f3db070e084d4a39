/*
 * The key `AutostartCondition`, which is in no released specification and used by some desktops nevertheless:
 * https://lists.freedesktop.org/archives/xdg/2007-January/007436.html
 */
import type { FlawList } from './flaw-list.ts';
import { DESKTOPS } from './known-keys.ts';
import { show } from './scan-lines.ts';
import type { ScannedKey } from './scanned-key.ts';

/** Looks at a condition: a test of a file, of a setting, or the name of a desktop with whatever that understands. */
export function checkAutostartCondition({ name, value, line }: ScannedKey, flaws: FlawList): void {
  const [condition = '', ...words] = value.split(/ +/);
  const rest = words.join(' ');
  const error = (message: string) => flaws.error(line, name, `${message}, found ${show(value)}`);
  if (condition === 'if-exists' || condition === 'unless-exists') {
    if (rest === '') error('the path of a file must follow');
    else if (rest.startsWith('/')) error('the path must be relative');
    else if (rest.split('/')[0] === '..')
      flaws.warning(line, name, `the path must stay in its folder, found ${show(rest)}`);
  } else if (condition === 'GNOME') {
    if (rest === '') error('a setting must follow');
  } else if (condition === 'GNOME3') {
    if (!/^(?:if-session|unless-session) ./.test(rest)) error('if-session or unless-session and a name must follow');
  } else if (condition === 'GSettings') {
    if (words.filter((word) => word !== '').length !== 2) error('a schema and a key must follow');
  } else if (!(condition.startsWith('X-') || DESKTOPS.has(condition))) {
    error('the condition must be registered or begin with "X-"');
  }
}
