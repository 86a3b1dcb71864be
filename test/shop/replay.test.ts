// A shadow deploy: the conversations of the last days run through this build, which does nothing but say who would be answered
// differently. The differences are planted in what is stored: that is how an older build's record looks to a newer one.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { replayAll } from '../../src/cli/commands/replay.ts';
import type { ReplayFlags, Summary } from '../../src/cli/commands/replay.ts';
import { dataKeyOf } from '../../src/cli/shop/data-key.ts';
import { book } from './books.ts';
import { agrees, isShown } from './journeys.ts';
import { checksum } from './checksum.ts';
import { useShop } from './kit.ts';
import type { Phone } from './phone.ts';

const shop = useShop('quick', false);
const HOBBIT = book('The Hobbit');

const Found = z.object({
  actor: z.string(),
  first: z.object({
    type: z.string(),
    by: z.string(),
    was: z.object({ value: z.unknown(), act: z.unknown(), bubbles: z.array(z.string()) }),
    is: z.object({ value: z.unknown(), act: z.unknown(), bubbles: z.array(z.string()) }),
    trouble: z.string().nullable(),
  }),
});

async function replay(flags: Partial<ReplayFlags> = {}): Promise<{ found: z.infer<typeof Found>[]; summary: Summary }> {
  await shop().rest();
  const lines: string[] = [];
  const nothing = () => undefined;
  const hooks = { onStart: nothing, onActor: nothing, onEnd: nothing, say: (line: string) => void lines.push(line) };
  const summary = await replayAll(shop().shop, { last: '7d', json: true, ids: true, ...flags }, Date.now(), hooks);
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ summary });
  return { found: lines.slice(0, -1).map((line) => Found.parse(JSON.parse(line))), summary };
}

const keyOf = async (reader: Phone): Promise<string> => {
  const key = await shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: reader.number });
  if (key === null) throw new Error('this phone never texted');
  return key;
};

/** Puts other words into Marty's mouth, in the stored transcript. */
async function isSaidToHaveHeard(reader: Phone, words: string): Promise<void> {
  const key = await keyOf(reader);
  const dataKey = await dataKeyOf(shop().shop.database, 1, key);
  if (dataKey === null) throw new Error('forgotten');
  await shop().pool.query(
    `UPDATE messages SET body_sealed = $2 WHERE id = (SELECT max(id::text)::uuid FROM messages
     WHERE actor_key = $1 AND direction = 'outbound')`,
    [key, shop().shop.vault.seal(dataKey, words)],
  );
}

describe('a shadow deploy', () => {
  test('finds nothing where the build is the one that talked, and leaves no trace', async () => {
    const reader = shop().phone();
    await agrees(reader, HOBBIT);
    await reader.asks('something fun for my nephew, he is 8', /\$/);
    await shop().rest();
    const before = await checksum(shop().pool);
    const { found, summary } = await replay();
    expect(found).toEqual([]);
    expect(summary).toMatchObject({ actors: 1, differing: 0, kept: 0, pruned: 0, renewed: 4 });
    expect(await checksum(shop().pool)).toEqual(before);
  });

  test('names the customer who would hear other words, what they heard and what they would', async () => {
    const reader = shop().phone();
    await isShown(reader, HOBBIT);
    await shop().rest();
    await isSaidToHaveHeard(reader, 'never heard of it.');
    const { found, summary } = await replay();
    expect(found.map(({ actor }) => actor)).toEqual([`customer:${reader.number}`]);
    expect(found[0]?.first.was.bubbles).toContain('never heard of it.');
    expect(found[0]?.first.is.bubbles.join(' ')).toContain('The Hobbit');
    expect(summary.differing).toBe(1);
    expect((await replay({ ignoreWords: true })).found).toEqual([]);
  });

  test('names the turn whose next state would be another', async () => {
    const reader = shop().phone();
    await isShown(reader, HOBBIT);
    await shop().rest();
    const key = await keyOf(reader);
    await shop().pool.query(
      `UPDATE events SET value = replace(value, '"quiet"', '"swamped"') WHERE actor_key = $1 AND type = 'xstate.done.actor.reply'`,
      [key],
    );
    const { found } = await replay({ ignoreWords: true, ids: false });
    const one = found.find(({ actor }) => actor === key);
    expect(one?.first).toMatchObject({ type: 'xstate.done.actor.reply', by: 'chart', trouble: null });
    expect(JSON.stringify(one?.first.was.value)).toContain('swamped');
    expect(JSON.stringify(one?.first.is.value)).toContain('quiet');
  });

  test('finds the reply that this build would understand otherwise, although its chart would follow the old one', async () => {
    const reader = shop().phone();
    await isShown(reader, HOBBIT);
    await shop().rest();
    const hadAsked = await shop().pool.query<{ id: string; body_sealed: Buffer }>(
      `SELECT id, body_sealed FROM messages WHERE actor_key = $1 AND direction = 'inbound'`,
      [await keyOf(reader)],
    );
    const [text] = hadAsked.rows;
    const dataKey = await dataKeyOf(shop().shop.database, 1, await keyOf(reader));
    if (text === undefined || dataKey === null) throw new Error('nothing was asked');
    const sealed = shop().shop.vault.seal(dataKey, 'let me talk to a real person please');
    await shop().pool.query('UPDATE messages SET body_sealed = $2 WHERE id = $1', [text.id, sealed]);
    const { found } = await replay({ ignoreWords: true });
    const one = found.find(({ actor }) => actor === `customer:${reader.number}`);
    expect(one?.first).toMatchObject({ by: 'brain', is: { act: { type: 'customer.wantsPerson' } } });
  });

  test('says what it needs', async () => {
    await expect(replay({ last: 'a week' })).rejects.toThrow('--last is a span of time');
    await expect(replay({ claude: true })).rejects.toThrow('ANTHROPIC_API_KEY');
  });
});
