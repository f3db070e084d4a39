import { library } from '../../tsup.shared.ts';

export default library(['src/index.ts'], {
  entry: { index: 'src/index.ts', 'render-worker': 'src/render-worker.ts' },
});
