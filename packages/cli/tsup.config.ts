import { library } from '../../tsup.shared.ts';

/*
 * The file that has to be read fast has those parts of our own libraries in it that it calls, and nothing that these load only when
 * they need it: there, the command takes over.
 */
const LOADED_LATER = /^\.\/(?!chunk-)[\w-]+-[A-Z0-9]{8}\.js$/;
const OF_OTHERS = /^(?!@appimage-js\/(?:format|sandbox)(?:\/|$))[\w@]/;

export default [
  library(['src/main.ts'], { platform: 'node', dts: false, clean: ['dist/*.js', 'dist/*.map'] }),
  library(['src/start.ts'], {
    platform: 'node',
    dts: false,
    outDir: 'dist/start',
    noExternal: [/^@appimage-js\/(?:format|sandbox)/],
    external: [OF_OTHERS, LOADED_LATER],
  }),
];
