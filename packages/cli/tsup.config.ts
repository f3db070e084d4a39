import type { Options } from 'tsup';
import { library } from '../../tsup.shared.ts';

/**
 * The file that has to be read fast has those parts of our own libraries in it that it calls; of other packages nothing that it does
 * not, and nothing that the libraries load only when they need it: there, the command takes over.
 */
const LEFT_OUT: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'left-out',
  setup(build) {
    build.onResolve({ filter: /^[\w@]|^\.\/[\w-]+\.js$/ }, ({ path, kind }) => {
      const isOurs = /^@appimage-js\/(?:format|sandbox)(?:\/|$)/.test(path);
      const isNeeded = path.startsWith('.') ? kind !== 'dynamic-import' : isOurs;
      return kind === 'entry-point' || isNeeded ? undefined : { path, external: true, sideEffects: false };
    });
  },
};

/** Each into a folder of its own, so that neither has to read what only the other one calls. */
function fastStart(name: string) {
  return library([`src/${name}.ts`], {
    platform: 'node',
    dts: false,
    outDir: `dist/${name}`,
    sourcemap: false,
    minify: true,
    noExternal: [/^@appimage-js\/(?:format|sandbox)/, '@appimage-js/runtime-shim'],
    esbuildPlugins: [LEFT_OUT],
  });
}

export default [
  library(['src/main.ts'], { platform: 'node', dts: false, clean: ['dist/*.js', 'dist/*.map'] }),
  fastStart('start'),
  fastStart('start-confined'),
];
