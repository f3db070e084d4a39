import { library } from '../../tsup.shared.ts';

export default library(['src/index.ts', 'src/node/index.ts', 'src/openpgp/index.ts', 'src/node/*-worker.ts'], {
  external: ['@napi-rs/lzma'], // optional dependencies are not left out by themselves
});
