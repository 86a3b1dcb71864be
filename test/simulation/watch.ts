// Watches a simulated world: hears of every turn and of everything that ran, looks at the tables after turns and judges in the end.
import type { Vault } from '../../src/runtime/vault.ts';
import type { CommandNews } from '../../src/runtime/worker.ts';
import { brokenRules } from '../shop/rules.ts';
import type { Ask, Stock } from '../shop/rules.ts';
import { brokenInTheEnd, brokenNow, underway } from './invariants.ts';
import type { People } from './people.ts';
import type { Phones } from './providers.ts';
import { BEGIN } from './world.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;
/** Longer than this nothing may be under way (ms): an order waits for half an hour for its link. */
const UNDERWAY_MS_MAX = 90 * MINUTE;
/** Between two looks at what is under way (ms). */
const LOOK_MS = 10 * MINUTE;
const VIOLATIONS_MAX = 20;

export type WatchOptions = { world: World; ask: Ask; vault: Vault; phones: Phones; people: People };

export class Watch {
  readonly violations: string[] = [];
  turns = 0;
  /** Since when there has been a process without a pause; null where there is none. */
  servedSinceMs: number | null = null;
  readonly #seen = new Set<string>();
  readonly #performed = new Map<string, { id: string; endedMs: number }>();
  #turned = new Set<string>();
  #underway = new Map<string, number>();
  #lookedMs = BEGIN;

  constructor(private readonly options: WatchOptions) {}

  violated(what: string): void {
    if (this.violations.length < VIOLATIONS_MAX) this.violations.push(what);
  }

  hearTurn(actorKey: string, seq: number): void {
    const name = `${actorKey}/${seq}`;
    this.turns += 1;
    this.#turned.add(actorKey);
    this.options.world.note(`turn ${name}`);
    if (this.#seen.has(name)) this.violated(`turn ${name} was taken twice`);
    this.#seen.add(name);
  }

  // One after the other it may: a claim made at birth is anybody's who has the ticket when nobody told what came of it.
  hearPerformed({ id, attempt, name, ms }: CommandNews): void {
    const run = `${id}/${attempt}`;
    const { nowMs } = this.options.world;
    const before = this.#performed.get(run);
    if (before && nowMs - ms < before.endedMs) this.violated(`attempt ${run} of ${name} was run by two at once`);
    this.#performed.set(run, { id, endedMs: nowMs });
  }

  /**
   * After every turn, and once for those that committed together; now and then where nothing turns at all.
   * Answers when something is next due, or undefined where it did not look.
   */
  async look(): Promise<number | null | undefined> {
    const { ask, world } = this.options;
    const { nowMs } = world;
    const isLong = nowMs - this.#lookedMs >= LOOK_MS;
    if (this.#turned.size === 0 && !isLong) return undefined;
    const turned = [...this.#turned];
    this.#turned = new Set();
    const { servedSinceMs } = this;
    const { broken, nextDueMs } = await brokenNow(ask, { turned, nowMs, servedSinceMs });
    for (const what of broken) this.violated(what);
    if (isLong) await this.#lookAtWork();
    return nextDueMs;
  }

  async #lookAtWork(): Promise<void> {
    const { ask, world } = this.options;
    const { nowMs } = world;
    this.#lookedMs = nowMs;
    const ids = await underway(ask, nowMs);
    this.#underway = new Map(ids.map((id) => [id, this.#underway.get(id) ?? nowMs]));
    for (const [id, sinceMs] of this.#underway)
      if (nowMs - sinceMs > UNDERWAY_MS_MAX) this.violated(`command ${id} is never done`);
  }

  /** When all is over. @param came what came into the shop */
  async judge(came: Stock): Promise<void> {
    const { ask, vault, phones, people } = this.options;
    for (const [rule, rows] of Object.entries(await brokenRules(ask, came, 'faulty')))
      this.violated(`${rule}: ${JSON.stringify(rows.slice(0, 3))}`);
    const { arrived } = phones;
    const { accepted, afterStop } = people;
    const performed = [...this.#performed.values()].map(({ id }) => id);
    for (const what of await brokenInTheEnd({ ask, vault, arrived, accepted, afterStop, performed }))
      this.violated(what);
  }
}
