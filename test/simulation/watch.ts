// Watches a simulated world: hears of every turn and of everything that ran, looks at the tables after turns and judges in the end.
import type { Vault } from '../../src/runtime/vault.ts';
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
  readonly #performed = new Map<string, string>();
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

  // An attempt whose process died or whose lease ran out is followed by another, under the next number.
  hearPerformed({ id, attempt, name }: { id: string; attempt: number; name: string }): void {
    const run = `${id}/${attempt}`;
    if (this.#performed.has(run)) this.violated(`attempt ${run} of ${name} ran twice`);
    this.#performed.set(run, id);
  }

  /** After every turn, and once for those that committed together; now and then where nothing turns at all. */
  async look(): Promise<void> {
    const { ask, world } = this.options;
    const { nowMs } = world;
    const isLong = nowMs - this.#lookedMs >= LOOK_MS;
    if (this.#turned.size === 0 && !isLong) return;
    const turned = [...this.#turned];
    this.#turned = new Set();
    const { servedSinceMs } = this;
    for (const what of await brokenNow(ask, { turned, nowMs, servedSinceMs })) this.violated(what);
    if (isLong) await this.#lookAtWork();
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
    const performed = [...this.#performed.values()];
    for (const what of await brokenInTheEnd({ ask, vault, arrived, accepted, afterStop, performed }))
      this.violated(what);
  }
}
