// `npm run bench -- turns`: how many full turns a second, beside the ordinary way. docs/performance.md says what is measured.
// `npm run bench -- console`: how long the staff console's lists take in a large shop.
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { benchConsole } from './console/run.ts';
import { chanceFrom } from './matching/random.ts';
import { benchTurns } from './turns/run.ts';
import { SUBJECT_NAMES } from './turns/subject.ts';

const SEED = 20261122;
const USAGE = `npm run bench -- turns [--callers 64] [--seconds 10] [--rounds 3] [--customers 10000] [--zipf] [--open 20] [--lanes 2]
                        [--only ${SUBJECT_NAMES.join(',')}] [--node-args=--cpu-prof]
       npm run bench -- console [--customers 100000]`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', default: false },
    callers: { type: 'string', default: '64' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    customers: { type: 'string' },
    lanes: { type: 'string' },
    zipf: { type: 'boolean', default: false },
    open: { type: 'string' },
    only: { type: 'string', default: SUBJECT_NAMES.join() },
    'node-args': { type: 'string', default: '' },
  },
});

const count = z.coerce.number().int().min(1);
const Options = z.object({ callers: count, seconds: count, rounds: count, customers: count });

if (values.help) console.log(USAGE);
else if (positionals.join() === 'turns') {
  const right = await benchTurns({
    ...Options.parse({ ...values, customers: values.customers ?? '10000' }),
    openPerSecond: values.open === undefined ? null : count.parse(values.open),
    lanes: values.lanes === undefined ? undefined : count.parse(values.lanes),
    customersBy: values.zipf ? 'zipf' : 'uniform',
    subjects: values.only.split(',').map((name) => z.enum(SUBJECT_NAMES).parse(name)),
    nodeArgs: values['node-args'].split(' ').filter((arg) => arg !== ''),
    chance: chanceFrom(SEED).next,
  });
  process.exitCode = right ? 0 : 1;
} else if (positionals.join() === 'console') {
  const customers = count.parse(values.customers ?? '100000');
  const fast = await benchConsole({ customers, turnsEach: 20, textsEach: 10, rounds: 40 });
  process.exitCode = fast ? 0 : 1;
} else {
  console.log(USAGE);
}
