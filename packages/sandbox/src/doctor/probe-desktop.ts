import { constants } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { installRemedy } from './distribution.ts';
import { type Finding, finding } from './finding.ts';
import { answers, mayUse, type ProbedSystem } from './system.ts';

/** What graphical applications look for. A machine without a desktop lacks nothing. */
export async function probeDesktop(system: ProbedSystem): Promise<Finding[]> {
  return [
    await probeX11(system),
    await probeWayland(system),
    await probeSound(system),
    await probeGraphics(system),
    await probeFonts(system),
  ];
}

async function probeX11({ env }: ProbedSystem): Promise<Finding> {
  const base = { id: 'x11', area: 'desktop', title: 'X11' } as const;
  const display = env['DISPLAY'];
  if (display === undefined || display === '')
    return finding({ ...base, state: 'absent', found: 'DISPLAY is not set' });
  const number = /^(?:unix)?:(\d+)/.exec(display)?.[1];
  if (number === undefined) return finding({ ...base, state: 'ok', found: `${display}, on another machine` });
  const socket = `/tmp/.X11-unix/X${number}`;
  if (await answers(socket)) return finding({ ...base, state: 'ok', found: socket });
  if (await answers(`\0${socket}`)) return finding({ ...base, state: 'ok', found: `@${socket}` });
  return finding({
    ...base,
    state: 'weak',
    found: `nobody answers at ${socket}`,
    remedy: 'unset DISPLAY, or set it to the server that runs',
  });
}

async function probeWayland({ env }: ProbedSystem): Promise<Finding> {
  const base = { id: 'wayland', area: 'desktop', title: 'Wayland' } as const;
  const name = env['WAYLAND_DISPLAY'];
  if (name === undefined || name === '')
    return finding({ ...base, state: 'absent', found: 'WAYLAND_DISPLAY is not set' });
  const socket = isAbsolute(name) ? name : join(env['XDG_RUNTIME_DIR'] ?? '/run', name);
  if (await answers(socket)) return finding({ ...base, state: 'ok', found: socket });
  return finding({
    ...base,
    state: 'weak',
    found: `nobody answers at ${socket}`,
    remedy: 'unset WAYLAND_DISPLAY, or set it to the compositor that runs',
  });
}

async function probeSound({ env }: ProbedSystem): Promise<Finding> {
  const base = { id: 'sound', area: 'desktop', title: 'sound' } as const;
  const folder = env['XDG_RUNTIME_DIR'];
  const sockets = folder === undefined ? [] : [join(folder, 'pipewire-0'), join(folder, 'pulse/native')];
  for (const socket of sockets) if (await answers(socket)) return finding({ ...base, state: 'ok', found: socket });
  const cards = (await readdir('/dev/snd').catch(() => [])).filter((name) => name.startsWith('pcm'));
  if (cards.length === 0)
    return finding({ ...base, state: 'absent', found: 'there is no sound card and no sound server' });
  return finding({
    ...base,
    state: 'weak',
    found: 'there is a sound card, and no server answers',
    remedy: 'systemctl --user start pipewire pipewire-pulse',
  });
}

async function probeGraphics({ distribution }: ProbedSystem): Promise<Finding> {
  const base = { id: 'graphics', area: 'desktop', title: 'graphics cards' } as const;
  const nodes = (await readdir('/dev/dri').catch(() => [])).filter((name) => name.startsWith('renderD'));
  const nvidia = (await readdir('/dev').catch(() => [])).filter((name) => /^nvidia\d+$/.test(name));
  const paths = [...nodes.map((name) => `/dev/dri/${name}`), ...nvidia.map((name) => `/dev/${name}`)];
  if (paths.length === 0)
    return finding({ ...base, state: 'absent', found: 'there is none; applications draw by the processor' });
  const closed = paths.filter((path) => !mayUse(path, constants.R_OK | constants.W_OK));
  if (closed.length === 0) return finding({ ...base, state: 'ok', found: paths.join(', ') });
  const group = distribution.family === 'arch' ? 'video' : 'render';
  return finding({
    ...base,
    state: 'weak',
    found: `${closed.join(', ')} may not be used by this user`,
    remedy: `sudo usermod -aG ${group} $USER, and log in again`,
  });
}

async function probeFonts({ env, distribution }: ProbedSystem): Promise<Finding> {
  const base = { id: 'fonts', area: 'desktop', title: 'fonts' } as const;
  const folders = [
    '/usr/share/fonts',
    '/usr/local/share/fonts',
    '/run/current-system/sw/share/X11/fonts',
    join(env['HOME'] ?? '/', '.local/share/fonts'),
    join(env['HOME'] ?? '/', '.fonts'),
  ];
  for (const folder of folders) if (await hasFont(folder)) return finding({ ...base, state: 'ok', found: folder });
  const hasDesktop = env['DISPLAY'] !== undefined || env['WAYLAND_DISPLAY'] !== undefined;
  const remedy = installRemedy(distribution, {
    debian: 'fonts-dejavu',
    fedora: 'dejavu-sans-fonts',
    arch: 'ttf-dejavu',
    suse: 'dejavu-fonts',
    alpine: 'font-dejavu',
    others: 'dejavu_fonts',
  });
  return finding({
    ...base,
    state: hasDesktop ? 'weak' : 'absent',
    found: 'there are none: applications show boxes instead of letters',
    remedy,
  });
}

async function hasFont(folder: string, depth = 0): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.some(({ name }) => /\.(?:ttf|otf|ttc|pf[ab]|pcf)(?:\.gz)?$/i.test(name))) return true;
  if (depth > 3) return false;
  for (const entry of entries) {
    if ((entry.isDirectory() || entry.isSymbolicLink()) && (await hasFont(join(folder, entry.name), depth + 1)))
      return true;
  }
  return false;
}
