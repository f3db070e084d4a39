import { library } from '../../tsup.shared.ts';

// The native runtimes beside the modules are made by `build:native`.
export default library(['src/index.ts', 'src/paths.ts'], { clean: ['!runtime-*', '!first-stage-*', '!confine-*'] });
