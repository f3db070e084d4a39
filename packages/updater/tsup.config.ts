import { library } from '../../tsup.shared.ts';

export default library(['src/index.ts'], {
  entry: { index: 'src/index.ts', 'match-worker': 'src/zsync/match-worker.ts' },
});
