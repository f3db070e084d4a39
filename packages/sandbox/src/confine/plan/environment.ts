import { isLoaderVariable } from '../../permissions/values.ts';
import type { ConfinementRequest } from './confinement-request.ts';
import { runtimeFolder } from './display.ts';
import type { Draft } from './draft.ts';

/** Variables that are handed on as they are: language, terminal, desktop, look. None of them names a program or a folder. */
const PASSED =
  /^(?:LANG|LANGUAGE|LC_[A-Z]+|TERM|COLORTERM|NO_COLOR|TZ|LINES|COLUMNS|DESKTOP_SESSION|XDG_CURRENT_DESKTOP|XDG_SESSION_DESKTOP|XDG_SESSION_TYPE|XDG_MENU_PREFIX|XDG_ACTIVATION_TOKEN|DESKTOP_STARTUP_ID|GDK_SCALE|GDK_DPI_SCALE|GTK_THEME|QT_SCALE_FACTOR|QT_SCREEN_SCALE_FACTORS|QT_AUTO_SCREEN_SCALE_FACTOR|QT_STYLE_OVERRIDE|XCURSOR_THEME|XCURSOR_SIZE|KDE_FULL_SESSION|KDE_SESSION_VERSION|GTK_IM_MODULE|QT_IM_MODULE|XMODIFIERS)$/;

const NO_TEXT = /[\0\n]/;

/** The environment of the inside, made anew; what the parts of the plan have noted, and what is granted, comes last. */
export function addEnvironment(draft: Draft, request: ConfinementRequest): void {
  const { permissions, host, application, cwd, calledAs, isAppDir } = request;
  const { environment: outside } = host;
  const rules = permissions.environment;
  const variables: Record<string, string> = {
    ...Object.fromEntries(
      Object.entries(outside).filter(
        ([name, value]) => PASSED.test(name) && value.length < 4096 && !NO_TEXT.test(value),
      ),
    ),
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
    SHELL: '/bin/sh',
    USER: host.userName,
    LOGNAME: host.userName,
    XDG_RUNTIME_DIR: runtimeFolder(host),
    XDG_CONFIG_DIRS: '/etc/xdg',
    APPDIR: '/app',
    OWD: cwd,
    ARGV0: calledAs ?? application.path,
    ...(!isAppDir && { APPIMAGE: imagePath(application.path) }),
    ...draft.environment,
  };
  if (outside['PATH']?.includes('/run/current-system/sw/bin')) {
    variables['PATH'] += ':/run/current-system/sw/bin';
  }
  for (const name of rules.pass) {
    const value = outside[name];
    if (value !== undefined) variables[name] = value;
  }
  Object.assign(variables, rules.set);
  for (const name of rules.unset) delete variables[name];
  const loaded = Object.keys(variables).filter(
    (name) => isLoaderVariable(name) && draft.environment[name] === undefined,
  );
  if (loaded.length > 0) draft.notes.push(`variables that make programs run other code are set: ${loaded.join(', ')}`);
  draft.add('--clearenv');
  for (const name of Object.keys(variables).sort()) draft.add('--setenv', name, variables[name] ?? '');
}

/** Where the image itself is, inside. */
export function imagePath(path: string): string {
  return `/run/appimage/${path.slice(path.lastIndexOf('/') + 1)}`;
}
