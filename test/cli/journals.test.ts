// The gate before a build serves: whole journals, as older builds wrote them, stepped through this one. The builds differ in a lamp.
import { assign, setup } from 'xstate';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkJournal } from '../../src/cli/shadow/journal.ts';
import type { JournalCheck } from '../../src/cli/shadow/journal.ts';
import { storedActors } from '../../src/cli/shadow/stored-actors.ts';
import type { DurableMachine } from '../../src/runtime/machine.ts';
import type { StoredSnapshot } from '../../src/runtime/snapshot.ts';
import { useDatabase } from '../harness/database.ts';
import { empty, prepare, startRuntime, vault } from '../runtime/kit.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));
beforeEach(() => empty(database.pool));

/** A lamp that counts its clicks; from version 2 on it calls them presses, and is `lit` where it was `on`. `forgets`: what was counted before. */
type Build = {
  version: number;
  lit: string;
  counted: string;
  afterLit: string;
  by: number;
  breaksAt: number;
  forgets: boolean;
};
const lasting = { afterLit: 'off', by: 1, breaksAt: Infinity, forgets: false };
const first: Build = { version: 1, lit: 'on', counted: 'clicks', ...lasting };
const second: Build = { version: 2, lit: 'lit', counted: 'presses', ...lasting };

function lamp({ version, lit, counted, afterLit, by, breaksAt, forgets }: Build): DurableMachine {
  const machine = setup({
    actions: { count: assign({ [counted]: ({ context }) => Number(context[counted]) + by }) },
    guards: { isWornOut: ({ context }) => Number(context[counted]) >= breaksAt },
  }).createMachine({
    id: 'lamp',
    context: { [counted]: 0 },
    initial: 'off',
    states: {
      off: {
        on: {
          click: [
            { guard: 'isWornOut', target: 'broken' },
            { target: lit, actions: 'count' },
          ],
        },
      },
      broken: {},
      [lit]: { on: { click: { target: afterLit, actions: 'count' } } },
    },
  });
  const migrated = ({ value, context: { clicks }, ...rest }: StoredSnapshot) => ({
    ...rest,
    value: value === 'on' ? 'lit' : value,
    context: { presses: forgets ? 0 : clicks },
  });
  return {
    machine,
    version,
    context: z.object({ [counted]: z.number() }),
    bornBy: 'event',
    ...(version > 1 && { migrations: { 1: migrated } }),
  };
}

const desk = { storeId: 1, machine: 'lamp', id: 'desk' };
const shopOf = (build: Build) => ({
  database,
  vault,
  runtime: startRuntime(database.url, { machines: [lamp(build)], work: false }).runtime,
});

async function isClicked(build: Build, times: number): Promise<void> {
  const { runtime } = shopOf(build);
  for (let n = 0; n < times; n += 1) await runtime.send(desk, { type: 'click' });
}

/** The one lamp's journal, read by this build. */
async function read(build: Build): Promise<JournalCheck> {
  for await (const actor of storedActors({ database }, { storeId: null })) return checkJournal(shopOf(build), actor);
  throw new Error('there is no lamp');
}
const alike = (turns: number): JournalCheck => ({ turns, isWhole: true, trouble: null });
const differs = (turns: number, trouble: string): JournalCheck => ({ turns, isWhole: true, trouble });

describe('G12 a journal', () => {
  test('passes the build that wrote it', async () => {
    await isClicked(first, 2);
    expect(await read(first)).toEqual(alike(3));
  });

  test('does not pass a build that steps it otherwise, which says from which turn on', async () => {
    await isClicked(first, 3);
    expect(await read({ ...first, afterLit: 'on' })).toEqual(differs(4, 'turn 3 (click): was "off" [], is "on" []'));
  });

  test('does not pass one that comes to the same states by another way, and remembers otherwise', async () => {
    await isClicked(first, 2);
    expect(await read({ ...first, by: 2 })).toEqual(
      differs(3, 'each turn is decided as it was, but its context differs at clicks'),
    );
  });

  test('does not pass one that cannot read the actor, nor one that is older', async () => {
    await isClicked(first, 1);
    expect((await read({ ...second, version: 1 })).trouble).toMatch(
      /^machine "lamp": stored context breaks its schema/,
    );
    await isClicked(second, 1);
    expect((await read(first)).trouble).toMatch(/^version 2 is newer than 1/);
  });

  test('of an older version passes where its states are those that the migration makes of them', async () => {
    await isClicked(first, 3);
    expect(await read(second)).toEqual(alike(4));
    await isClicked(second, 2);
    expect(await read(second)).toEqual(alike(6));
  });

  test('of an older version does not pass a build that steps it otherwise', async () => {
    await isClicked(first, 3);
    const other = { ...second, afterLit: 'lit' };
    expect(await read(other)).toEqual(differs(4, 'turn 3 (click): was "off" [], is "lit" []'));
    await isClicked(second, 2);
    expect((await read(other)).trouble).toBe('turn 3 (click): was "off" [], is "lit" []');
  });

  test('that goes on under a newer version goes on from what the migration made of the actor', async () => {
    const other = { ...second, breaksAt: 2, forgets: true };
    await isClicked(first, 2);
    await isClicked(other, 1);
    expect(await read(other)).toEqual(alike(4));
  });

  test('that does not reach back to the birth is told from one that does', async () => {
    await isClicked(first, 2);
    await database.pool.query('DELETE FROM events WHERE seq = 1');
    expect(await read({ ...first, afterLit: 'on' })).toEqual({ turns: 0, isWhole: false, trouble: null });
  });
});
