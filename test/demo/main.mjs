// `npm run demo`: makes sure that the parts are installed and built, then opens a busy shop.
import { ensureBuilt } from '../../src/cli/build.mjs';
import { checkNode, ensureInstalled } from '../../src/cli/install.mjs';

checkNode();
await ensureInstalled();
await ensureBuilt();
const { register } = await import('tsx/esm/api');
register();
await import('./run.ts');
