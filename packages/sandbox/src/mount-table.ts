import { readFile, realpath } from 'node:fs/promises';

/**
 * The options of the mount that a path is on, such as `noexec`; none where the system does not tell.
 */
export async function mountOptionsOf(path: string): Promise<readonly string[]> {
  try {
    return optionsFor(await realpath(path), await readFile('/proc/self/mountinfo', 'utf8'));
  } catch {
    return [];
  }
}

/** Of mounts on the same point, the last one is what is seen. */
function optionsFor(path: string, table: string): readonly string[] {
  let best: { readonly point: string; readonly options: readonly string[] } = { point: '', options: [] };
  for (const line of table.split('\n')) {
    const [, , , , escaped, options] = line.split(' ');
    if (escaped === undefined || options === undefined) continue;
    const point = escaped.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
    const holds = path === point || path.startsWith(point === '/' ? '/' : `${point}/`);
    if (holds && point.length >= best.point.length) best = { point, options: options.split(',') };
  }
  return best.options;
}
