// Short lives, each cut off at a statement, and what must be true of them once another process has taken over.
import type { Pool } from 'pg';
import { expect, vi } from 'vitest';
import { commands, journal, newScale, startRuntime, stopped, stored, to } from '../runtime/kit.ts';
import type { Scale } from '../runtime/kit.ts';
import { mortal } from './mortal.ts';

/** A weighing and a greeting. */
type Life = {
  weigh: Scale['weigh'];
  /** The weighing is called off while the scale is at it. */
  calledOff?: true;
  /** How long the answer to each COMMIT is on its way: tickets that the commit made come before it. */
  commitsAnswerAfterMs?: number;
  /** What is left in the end. */
  commands: string[];
  types: string[];
};

const WEIGHED = {
  commands: ['invoke weigh done', 'action print done'],
  types: ['parcel.greet', 'parcel.weigh', 'xstate.done.actor.scale', 'xstate.init'],
};

const CALLED_OFF = {
  calledOff: true as const,
  commands: ['invoke weigh cancelled', 'undo weigh done'],
  types: ['parcel.greet', 'parcel.left', 'parcel.weigh', 'xstate.init'],
  weigh: () => new Promise<never>(() => undefined), // for ever: its worker gives it up when it is called off
} satisfies Life;

type LifeName =
  | 'weighed'
  | 'weighed at the second attempt'
  | 'called off'
  | 'called off, its ticket coming before the answer to its commit';

export const LIVES: Readonly<Record<LifeName, Life>> = {
  weighed: { ...WEIGHED, weigh: async ({ grams }) => ({ grams }) },
  'weighed at the second attempt': {
    ...WEIGHED,
    weigh: ({ grams }, { attempt }) =>
      attempt === 1 ? Promise.reject(new Error('the scale is jammed')) : Promise.resolve({ grams }),
  },
  'called off': CALLED_OFF,
  'called off, its ticket coming before the answer to its commit': { ...CALLED_OFF, commitsAnswerAfterMs: 50 },
};

/** `at`: the statement to die at, from 1; 0 lives on. It is what the parcel weighs, too. */
export type Cut = { life: LifeName; at: number; when: 'before' | 'after' };

const LATER = `UPDATE commands SET due_at = now() + interval '1 hour' WHERE due_at IS NOT NULL`;
const LATER_INBOX = `UPDATE inbox SET not_before = now() + interval '1 hour'`;

/** A database in which lives are cut off, and what all their processes had on the scale. */
export function mortuary(pool: Pool, url: string) {
  const scale = newScale();
  const weighAs = (life: Life) => ({ services: { scale: Object.assign(scale, { weigh: life.weigh }) } });
  return { liveUntil, recover };

  /** Lives until the cut; answers how many statements it sent. What it left waits until `recover`. */
  async function liveUntil(cut: Cut): Promise<number> {
    const { opened, counted, isDead } = mortal(url, { ...cut, ...LIVES[cut.life] });
    const process = startRuntime(url, { opened, probationMs: 0, lanes: 1, ...weighAs(LIVES[cut.life]) });
    const lived = live(process.runtime, cut).catch(() => undefined);
    await Promise.race([lived, vi.waitFor(() => expect(isDead()).toBe(true), { timeout: 60_000, interval: 5 })]);
    await stopped(process);
    await pool.query('TRUNCATE bullmq.job CASCADE');
    await pool.query(LATER);
    await pool.query(LATER_INBOX);
    return counted();
  }

  async function live(runtime: Sender, cut: Cut): Promise<void> {
    await say(runtime, cut, () => vi.waitFor(() => expect(hasRun(cut)).toBe(true), { timeout: 15_000, interval: 5 }));
    const { commands: whole } = LIVES[cut.life];
    await vi.waitFor(async () => expect(await commandsOf(runtime, cut)).toEqual(whole), 15_000);
    await vi.waitFor(async () => expect(await heard(runtime, cut)).toEqual(['greeted']), 15_000);
  }

  // Once the work has begun where that matters; whoever says it all again does not wait, for it may be over.
  async function say(runtime: Sender, cut: Cut, begun: () => Promise<void>): Promise<void> {
    const id = idOf(cut);
    await runtime.send(to(id), { type: 'parcel.weigh', grams: cut.at }, { dedupeKey: 'weigh' });
    if (isCalledOff(cut)) {
      await begun();
      await runtime.send(to(id), { type: 'parcel.left' }, { dedupeKey: 'left' });
    }
    await runtime.send(to(id), { type: 'parcel.greet', id: `${id}-friend` }, { dedupeKey: 'greet' });
  }

  function hasRun({ at }: Cut): boolean {
    return scale.runs.some(({ grams }) => grams === at);
  }

  async function commandsOf(runtime: Sender, cut: Cut): Promise<string[]> {
    return commands(pool, await runtime.find(to(idOf(cut))));
  }

  async function heard(runtime: Sender, cut: Cut): Promise<unknown> {
    const key = await runtime.find(to(`${idOf(cut)}-friend`));
    return key ? (await stored(pool, key).catch(() => null))?.context['heard'] : [];
  }

  /** The senders, which heard nothing, send again; another process works on. Everything has happened, and once. */
  async function recover(cuts: readonly Cut[]): Promise<void> {
    const [first] = cuts;
    if (!first) throw new Error('there is nothing to recover');
    const { runtime } = startRuntime(url, weighAs(LIVES[first.life]));
    await Promise.all(cuts.map((cut) => say(runtime, cut, () => Promise.resolve())));
    await pool.query('UPDATE commands SET due_at = now() WHERE due_at IS NOT NULL');
    await pool.query(`UPDATE inbox SET not_before = now()`);
    for (const cut of cuts) await seeWhole(runtime, cut);
    expect((await pool.query(`SELECT 1 FROM inbox`)).rows).toEqual([]);
    const open = async () => (await pool.query(`SELECT 1 FROM commands WHERE due_at IS NOT NULL`)).rows;
    await vi.waitFor(async () => expect(await open()).toEqual([]), 30_000); // undone is also what nobody had begun
  }

  async function seeWhole(runtime: Sender, cut: Cut): Promise<void> {
    const whole = { cut, ended: 'as it should', heard: ['greeted'] };
    const seen = async () => ({ cut, ended: await ended(runtime, cut), heard: await heard(runtime, cut) });
    await vi.waitFor(async () => expect(await seen()).toEqual(whole), 30_000);
    const { types } = LIVES[cut.life];
    const key = await runtime.find(to(idOf(cut)));
    const lines = (await journal(pool, key)).map((line) => line.split(' '));
    expect({ cut, numbers: lines.map(([seq]) => Number(seq)) }).toEqual({ cut, numbers: [1, 2, 3, 4] });
    expect({ cut, types: lines.map(([, type]) => type).sort() }).toEqual({ cut, types });
    const weighed = isCalledOff(cut) ? [] : [cut.at];
    expect({ cut, ...(await stored(pool, key)) }).toMatchObject({ cut, seq: 4, value: 'idle', context: { weighed } });
  }

  // What was called off before any process had begun it may be undone, too; what one had begun is.
  async function ended(runtime: Sender, cut: Cut): Promise<unknown> {
    const { commands: whole } = LIVES[cut.life];
    const now = await commandsOf(runtime, cut);
    const neverBegun = isCalledOff(cut) && !hasRun(cut) && now.join() === whole[0];
    const key = await runtime.find(to(idOf(cut)));
    const { rows } = await pool.query<{ id: string }>(
      `SELECT id FROM commands WHERE actor_key = $1 AND kind = 'invoke'`,
      [key],
    );
    const undone = scale.undone.some(({ commandId }) => commandId === rows[0]?.id);
    const asItShould = neverBegun || (now.join() === whole.join() && undone === isCalledOff(cut));
    return asItShould ? 'as it should' : { now, undone, begun: hasRun(cut) };
  }
}

type Sender = ReturnType<typeof startRuntime>['runtime'];

function isCalledOff({ life }: Cut): boolean {
  return LIVES[life].calledOff === true;
}

function idOf({ life, at, when }: Cut): string {
  return `${life.replaceAll(' ', '-')}-${when}-${at}`;
}
