// `marty actors replay --all`, the gate before a build serves, on a shop that has sold a book: this build and two that decide otherwise.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { customerMachine } from '../../machines/customer.ts';
import { replayJournals, runActorsReplay } from '../../src/cli/commands/replay-journals.ts';
import type { JournalFlags, JournalSum } from '../../src/cli/commands/replay-journals.ts';
import { machines } from '../../src/cli/shop/machines.ts';
import { openShop } from '../../src/cli/shop/open-shop.ts';
import type { Shop } from '../../src/cli/shop/open-shop.ts';
import { book } from './books.ts';
import { getsLink } from './journeys.ts';
import { useShop } from './kit.ts';
import { PAID } from './lines.ts';
import type { Phone } from './phone.ts';

const shop = useShop('quick');
let buyer: Phone;
let looker: Phone;
beforeAll(async () => {
  [buyer, looker] = [shop().phone(), shop().phone()];
  await shop().pays(buyer, await getsLink(buyer, book('The Hobbit')));
  await buyer.hears(PAID);
  await looker.asks('do you have the hobbit?', /\$/);
  await shop().rest();
});

const keyOf = (reader: Phone) => shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: reader.number });

async function gate(
  build: Shop,
  flags: JournalFlags = {},
): Promise<{ said: string[]; bar: number[]; sum: JournalSum }> {
  const said: string[] = [];
  const bar: number[] = [];
  const sum = await replayJournals(build, flags, {
    onStart: (actors) => bar.push(actors),
    onActor: (differing) => bar.push(differing),
    onEnd: () => bar.push(-1),
    say: (line) => void said.push(line),
  });
  return { said, bar, sum };
}

/** The gate as a build of the same version runs it, whose customers' chart asks these guards. */
async function gateOfOther(guards: NonNullable<Parameters<typeof customerMachine.provide>[0]['guards']>) {
  const other = customerMachine.provide({ guards });
  const changed = machines.map((one) => (one.machine === customerMachine ? { ...one, machine: other } : one));
  const build = await openShop(shop().shop.config, shop().secrets, shop().log.logger, { machines: changed });
  try {
    return await gate(build);
  } finally {
    await build.close(0);
  }
}

/** What the command prints, and its exit code. */
async function atTerminal(id: string | undefined, flags: JournalFlags): Promise<{ said: string; code: unknown }> {
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await shop().atTerminal(() => runActorsReplay(id, flags));
    return { said: said.mock.calls.flat().join('\n'), code: process.exitCode };
  } finally {
    process.exitCode = undefined;
    said.mockRestore();
  }
}

describe('G12 the gate before a build serves', () => {
  test('opens where each turn of every actor is decided as it was', async () => {
    const { said, bar, sum } = await gate(shop().shop);
    expect(sum).toMatchObject({ actors: 3, differing: 0, short: 0 });
    expect(sum.turns).toBeGreaterThan(10);
    expect(said).toEqual([`3 actors, ${sum.turns} turns: each decided as it was.`]);
    expect(bar).toEqual([3, 0, 0, 0, -1]);
  });

  test('stays shut for a build that steps an old journal otherwise: who, and from which turn on', async () => {
    const { said, sum } = await gateOfOther({
      hasOneOffer: () => false,
      choseTheSame: () => false,
      isForMarty: () => false,
    });
    expect(sum).toMatchObject({ actors: 3, differing: 2 });
    const [buying, looking] = await Promise.all([keyOf(buyer), keyOf(looker)]);
    expect(said.slice(0, -1).map((line) => line.split(':')[0])).toEqual(
      [buying, looking].sort().map((key) => `customer ${key}`),
    );
    expect(said[0]).toMatch(/: turn 2 \(text\.received\): was .+listening.+, is .+quiet/);
    expect(said.at(-1)).toMatch(/2 actors differ: do not serve this build\.$/);
  });

  test('is one command, and its exit code says whether it opened', async () => {
    const whole = await atTerminal(undefined, { all: true });
    expect(whole).toEqual({
      said: expect.stringMatching(/^3 actors, \d+ turns: each decided as it was\.$/),
      code: undefined,
    });
    expect(await atTerminal(`customer:${looker.number}`, {})).toEqual({
      said: expect.stringMatching(/^\d+ turns, each decided as it was\.$/),
      code: undefined,
    });
    await expect(atTerminal(undefined, {})).rejects.toThrow('Name one actor, or say --all.');
    await expect(atTerminal(undefined, { all: true, store: 'elsewhere' })).rejects.toThrow(
      'There is no store "elsewhere"',
    );
  });

  test('stays shut, with exit code 1, where a command would be left undone', async () => {
    const key = await keyOf(looker);
    const { rows } = await shop().pool.query<{ seq: string; commands: string }>(
      `SELECT seq, commands FROM events WHERE actor_key = $1 AND commands LIKE '%composeReply%' ORDER BY seq LIMIT 1`,
      [key],
    );
    const [turn] = rows;
    const isRecorded = (commands: string) =>
      shop().pool.query('UPDATE events SET commands = $3 WHERE actor_key = $1 AND seq = $2', [
        key,
        turn?.seq,
        commands,
      ]);
    await isRecorded(`${turn?.commands},ringTheBell`);
    const one = await atTerminal(`customer:${looker.number}`, {});
    const all = await atTerminal(undefined, { all: true });
    await isRecorded(turn?.commands ?? '');
    expect([one.code, all.code]).toEqual([1, 1]);
    expect(one.said).toMatch(new RegExp(`^turn ${turn?.seq} \\(.+\\): was .+ringTheBell\\], is .+composeReply\\]$`));
    expect(all.said).toBe(`customer ${key}: ${one.said}\n${all.said.split('\n').at(-1)}`);
  });
});
