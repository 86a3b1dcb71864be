// The program as its next release may be: the same charts, written as a version that the present one does not know.
import { serve } from '../../src/cli/commands/serve.ts';
import { machines } from '../../src/cli/shop/machines.ts';
import type { DurableMachine } from '../../src/runtime/machine.ts';
import type { StoredSnapshot } from '../../src/runtime/snapshot.ts';

const asItIs = (stored: StoredSnapshot) => stored;
const next: DurableMachine[] = machines.map((one) => ({
  ...one,
  version: one.version + 1,
  migrations: { ...one.migrations, [one.version]: asItIs },
}));
await serve(process.argv[2] === 'web' ? 'web' : 'worker', { machines: next });
