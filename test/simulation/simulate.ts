// One simulated world from its first text to its last timer: two processes that crash, are deployed and lose their connections, customers
// and staff, and what must be true of the shop all the while and at the end.
import { drizzle } from 'drizzle-orm/node-postgres';
import { makePartitions } from '../../src/runtime/partitions.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { PARTITIONED } from '../../src/cli/shop/partitioned.ts';
import { loadVoice } from '../../src/channels/voice.ts';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import { likeARealOne } from '../../src/commerce/local-till/habits.ts';
import { pay } from '../../src/commerce/local-till/pay.ts';
import { createStock } from '../../src/commerce/stock/stock.ts';
import { seedStore } from '../../src/commerce/stores.ts';
import { createVault } from '../../src/runtime/vault.ts';
import { brokenRules } from '../shop/rules.ts';
import type { Ask, Stock } from '../shop/rules.ts';
import { BOOKS, STORE } from './inventory.ts';
import { brokenInTheEnd, brokenNow, underway } from './invariants.ts';
import { People } from './people.ts';
import { SimulatedPostgres } from './postgres.ts';
import type { Mishap } from './postgres.ts';
import { Phones } from './providers.ts';
import { SimulatedQueue } from './queue.ts';
import { startProcess } from './shop-process.ts';
import type { Outside, ShopProcess } from './shop-process.ts';
import { Staff } from './staff.ts';
import { BEGIN, World } from './world.ts';
import type { Owner } from './world.ts';

export type SimulationOptions = {
  /** A migrated database that is this run's alone; it is emptied first. */
  url: string;
  seed: number;
  conversations: number;
  /** No more customers come after so many turns; those who are there finish. */
  turnsMax?: number;
  onProgress?: (report: { accepted: number; turns: number }) => void;
};

export type SimulationReport = {
  seed: number;
  climate: string;
  conversations: number;
  texts: number;
  turns: number;
  steps: number;
  bubbles: number;
  orders: number;
  paid: number;
  crashes: number;
  deploys: number;
  hours: number;
  /** The same seed gives the same one. */
  fingerprint: string;
  violations: string[];
  /** What happened last, where something was violated. */
  tail: string[];
};

const PROCESSES = 2;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAYS_MAX = 40;
/** Five times what a conversation takes, and what a shop takes without any. */
const STEPS_MAX = { each: 2_000, besides: 5_000 };
/** How much likelier a process dies at a commit than at another statement. */
const DIES_AT_COMMIT = 5;
/** Longer than this nothing may be under way (ms): an order waits for half an hour for its link. */
const UNDERWAY_MS_MAX = 90 * MINUTE;
/** Between two looks at what is under way (ms). */
const LOOK_MS = 10 * MINUTE;
const VIOLATIONS_MAX = 20;
const vault = createVault(Buffer.alloc(32, 3));
const voice = loadVoice();

/** Runs one world. Never throws for what the shop does: that is a violation. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const simulation = new Simulation(options);
  const crashed = (error: unknown) => simulation.violated(`an error nobody caught: ${nameOf(error)}`);
  process.on('uncaughtException', crashed);
  process.on('unhandledRejection', crashed);
  try {
    return await simulation.run();
  } finally {
    process.off('uncaughtException', crashed);
    process.off('unhandledRejection', crashed);
    await simulation.close();
  }
}

class Simulation {
  readonly #world: World;
  readonly #postgres: SimulatedPostgres;
  readonly #queue: SimulatedQueue;
  readonly #phones: Phones;
  readonly #people: People;
  readonly #staff: Staff;
  readonly #outsider: Owner = { name: 'outside', dead: false };
  readonly #slots: Array<ShopProcess | null> = [];
  readonly #violations: string[] = [];
  readonly #seen = new Set<string>();
  readonly #performed = new Map<string, string>();
  #turned = new Set<string>();
  #underway = new Map<string, number>();
  #lookedMs = BEGIN;
  #servedSinceMs: number | null = null;
  #due: { atWrites: number; ms: number | null } = { atWrites: -1, ms: null };
  #outside: Outside | null = null;
  #came: Stock = new Map();
  #names = 0;
  #turns = 0;
  #crashes = 0;
  #deploys = 0;

  constructor(private readonly options: SimulationOptions) {
    const world = new World(options.seed);
    this.#world = world;
    this.#queue = new SimulatedQueue(world);
    this.#phones = new Phones(world);
    this.#postgres = new SimulatedPostgres({
      url: options.url,
      world,
      mishap: (owner, label) => this.#mishap(owner, label),
      kill: (owner) => this.#kill(owner),
      onCommit: (connection) => this.#queue.committed(connection),
    });
    this.#people = new People({ world, anyRuntime: () => this.#anyRuntime(), pay: (link) => this.#pay(link) });
    this.#staff = new Staff(world, this.#postgres, () => this.#anyRuntime());
    this.#phones.onArrival = (arrived) => this.#people.hear(arrived);
    this.#phones.onOverlap = (to) => this.violated(`two bubbles for ${to} are on their way at once`);
    world.nextDue = () => this.#nextDue();
    world.isBusy = () => this.#slots.some((one) => one && !one.dead && one.runtime.gauges().running > 0);
  }

  violated(what: string): void {
    if (this.#violations.length < VIOLATIONS_MAX) this.#violations.push(what);
  }

  async run(): Promise<SimulationReport> {
    const { conversations, turnsMax = Infinity } = this.options;
    await this.#prepare();
    for (let slot = 0; slot < PROCESSES; slot++) this.#start(slot);
    for (let one = 0; one < conversations; one++) this.#people.arrive();
    this.#planDeploy();
    this.#planOutages();
    this.#staff.begin(conversations);
    let calmSince: number | null = null;
    await this.#world.run(async () => {
      await this.#check();
      if (this.#violations.length > 0) return true;
      if (this.#turns > turnsMax)
        for (const customer of this.#people.customers) customer.textsLeft = Math.min(customer.textsLeft, 1);
      if (this.#people.done) calmSince ??= this.#world.nowMs;
      // Late payments and lapses still meet faults; then everything is given the time to end.
      if (calmSince !== null && this.#world.nowMs - calmSince > 26 * 60 * MINUTE) this.#world.faulty = false;
      const stepsMax = STEPS_MAX.each * conversations + STEPS_MAX.besides;
      if (this.#world.nowMs - BEGIN <= DAYS_MAX * 24 * 60 * MINUTE && this.#world.steps <= stepsMax) return false;
      this.violated('the world does not come to rest');
      return true;
    });
    if (this.#violations.length === 0) await this.#judge();
    return this.#report();
  }

  async close(): Promise<void> {
    for (const one of this.#slots) if (one) await this.#bury(one);
    await this.#postgres.close();
  }

  async #prepare(): Promise<void> {
    const ask = (text: string, values?: unknown[]) => this.#postgres.ask(text, values);
    const tables = await ask(
      `SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE '%migrations%' ORDER BY c.relname`,
    );
    await leaveTablesAlone(ask);
    await ask(`TRUNCATE ${tables.map(({ name }) => String(name)).join(', ')} RESTART IDENTITY CASCADE`);
    this.#world.faulty = false;
    const pool = this.#postgres.open(this.#outsider).pool;
    const prepared = (async () => {
      const db = drizzle(pool);
      await seedStore(db, STORE);
      const catalogue = createCatalogue({ db });
      const stock = createStock(db);
      for (const { onHand, ...book } of BOOKS) {
        await catalogue.put(1, book);
        await stock.adjust({ storeId: 1, isbn13: book.isbn13, onHand });
        this.#came.set(book.isbn13, onHand);
      }
      for (const months of [0, 1, 2]) await makePartitions(pool, PARTITIONED, BEGIN + months * 30 * 24 * 60 * MINUTE);
    })();
    let ready = false;
    void prepared.then(() => (ready = true));
    await this.#world.run(() => ready);
    await prepared;
    this.#world.faulty = true;
    const joins = this.#world.chance.hits(0.5);
    const { world, vault: own } = { world: this.#world, vault };
    this.#outside = {
      world,
      postgres: this.#postgres,
      queue: this.#queue,
      phones: this.#phones,
      vault: own,
      voice,
      books: BOOKS,
      joins,
    };
  }

  #start(slot: number): void {
    if (!this.#outside) throw new Error('the world is prepared first');
    const started = startProcess(this.#outside, `p${this.#names++}`);
    const { news } = started.runtime;
    news.on('turn', ({ actorKey, seq }) => this.#hearTurn(actorKey, seq));
    news.on('performed', ({ id, attempt, name }) => this.#hearPerformed(id, `${id}/${attempt}`, name));
    this.#slots[slot] = started;
    this.#servedSinceMs ??= this.#world.nowMs;
  }

  #hearTurn(actorKey: string, seq: number): void {
    const name = `${actorKey}/${seq}`;
    this.#turns += 1;
    this.#turned.add(actorKey);
    this.#world.note(`turn ${name}`);
    if (this.#seen.has(name)) this.violated(`turn ${name} was taken twice`);
    this.#seen.add(name);
    if (this.#turns % 200 === 0) this.options.onProgress?.({ accepted: this.#people.accepted, turns: this.#turns });
  }

  // An attempt whose process died or whose lease ran out is followed by another, under the next number.
  #hearPerformed(id: string, attempt: string, name: string): void {
    if (this.#performed.has(attempt)) this.violated(`attempt ${attempt} of ${name} ran twice`);
    this.#performed.set(attempt, id);
  }

  #mishap(owner: Owner, label: string): Mishap {
    const { chance, faulty, climate } = this.#world;
    if (!faulty || owner === this.#outsider) return 'none';
    const fate = chance.next();
    const dies = climate.dies * (label.toUpperCase() === 'COMMIT' ? DIES_AT_COMMIT : 1);
    if (fate < dies) return chance.hits(0.5) ? 'die before' : 'die after';
    if (fate < dies + climate.loses) return chance.hits(0.5) ? 'lost before' : 'lost after';
    return 'none';
  }

  async #kill(owner: Owner): Promise<void> {
    const slot = this.#slots.findIndex((one) => one === owner);
    this.#crashes += 1;
    this.#world.note(`${owner.name} dies`);
    await this.#bury(owner);
    if (slot < 0) return;
    this.#slots[slot] = null;
    if (this.#slots.every((one) => one === null)) this.#servedSinceMs = null;
    this.#world.after(null, this.#world.chance.between(100, this.#world.climate.emptyMsMax), () => this.#start(slot));
  }

  async #bury(one: Owner): Promise<void> {
    one.dead = true;
    this.#world.bury(one);
    this.#queue.bury(one);
    await this.#postgres.bury(one);
  }

  // A deploy: a process is told to stop, whatever it is in the middle of, and a new one takes its place.
  #planDeploy(): void {
    const { chance } = this.#world;
    this.#world.after(null, chance.between(20 * SECOND, 4 * MINUTE), () => {
      const slot = chance.below(PROCESSES);
      const old = this.#slots[slot];
      if (old && !old.dead && this.#world.faulty) {
        this.#deploys += 1;
        this.#world.note(`${old.name} is told to stop`);
        void old.runtime.stop(chance.pick([0, 2 * SECOND])).then(async () => {
          await this.#bury(old);
          if (this.#slots[slot] === old) this.#start(slot);
        });
      }
      if (this.#deploys < this.#world.climate.deploysMax) this.#planDeploy();
    });
  }

  // Till, phones or model are down for a while; some outages are longer than work is tried again for.
  #planOutages(): void {
    const { chance, climate, down } = this.#world;
    for (let outage = 0; outage < climate.providers.outages; outage++) {
      const service = chance.pick(['sms', 'till', 'model']);
      const beginMs = chance.between(20 * SECOND, 15 * MINUTE);
      this.#world.after(null, beginMs, () => down.add(service));
      this.#world.after(null, beginMs + chance.between(10 * SECOND, 4 * MINUTE), () => down.delete(service));
    }
  }

  #anyRuntime(): Runtime | null {
    const alive = this.#slots.flatMap((one) => (one && !one.dead ? [one.runtime] : []));
    return alive.length > 0 ? this.#world.chance.pick(alive) : null;
  }

  #pay(linkId: string): void {
    const { world } = this.#outside ?? this.#missing();
    const db = drizzle(this.#postgres.open(this.#outsider).pool);
    const newId = () => world.chance.uuid();
    void pay({ db, now: () => world.nowMs, newId, habits: likeARealOne('simulated') }, linkId);
  }

  #missing(): never {
    throw new Error('the world is prepared first');
  }

  async #nextDue(): Promise<number | null> {
    const { writes } = this.#postgres;
    if (this.#due.atWrites !== writes) this.#due = { atWrites: writes, ms: await this.#askNextDue() };
    return this.#due.ms;
  }

  async #askNextDue(): Promise<number | null> {
    const [row] = await this.#postgres.ask<{ ms: string | null }>(
      `SELECT extract(epoch FROM min(due)) * 1000 AS ms FROM (
         SELECT min(due_at) AS due FROM timers WHERE held_until < '9000-01-01'
         UNION ALL SELECT min(due_at) FROM commands WHERE due_at IS NOT NULL
         UNION ALL SELECT min(not_before) FROM inbox WHERE state = 'waiting'
         UNION ALL SELECT min(due_at) FROM till_events WHERE delivered_at IS NULL) AS any_of_them`,
    );
    return row?.ms ? Number(row.ms) : null;
  }

  // After every turn, and once for those that committed together; now and then where nothing turns at all.
  async #check(): Promise<void> {
    const { nowMs } = this.#world;
    const looks = nowMs - this.#lookedMs >= LOOK_MS;
    if (this.#turned.size === 0 && !looks) return;
    const turned = [...this.#turned];
    this.#turned = new Set();
    const ask = (text: string, values?: unknown[]) => this.#postgres.ask(text, values);
    for (const what of await brokenNow(ask, { turned, nowMs, servedSinceMs: this.#servedSinceMs }))
      this.violated(what);
    if (!looks) return;
    this.#lookedMs = nowMs;
    const ids = await underway(ask, nowMs);
    this.#underway = new Map(ids.map((id) => [id, this.#underway.get(id) ?? nowMs]));
    for (const [id, sinceMs] of this.#underway)
      if (nowMs - sinceMs > UNDERWAY_MS_MAX) this.violated(`command ${id} is never done`);
  }

  async #judge(): Promise<void> {
    const ask = (text: string, values?: unknown[]) => this.#postgres.ask(text, values);
    for (const [rule, rows] of Object.entries(await brokenRules(ask, this.#came, 'faulty'))) {
      this.violated(`${rule}: ${JSON.stringify(rows.slice(0, 3))}`);
    }
    const { arrived } = this.#phones;
    for (const what of await brokenInTheEnd({
      ask,
      vault,
      arrived,
      accepted: this.#people.accepted,
      afterStop: this.#people.afterStop,
      performed: [...this.#performed.values()],
    }))
      this.violated(what);
  }

  async #report(): Promise<SimulationReport> {
    const [counted] = await this.#postgres.ask<{ orders: number; paid: number }>(
      `SELECT count(*)::int AS orders, (count(*) FILTER (WHERE payment_status = 'paid'))::int AS paid FROM orders`,
    );
    return {
      seed: this.options.seed,
      climate: this.#world.climate.name,
      conversations: this.options.conversations,
      texts: this.#people.accepted,
      turns: this.#turns,
      steps: this.#world.steps,
      bubbles: this.#phones.arrived.length,
      orders: counted?.orders ?? 0,
      paid: counted?.paid ?? 0,
      crashes: this.#crashes,
      deploys: this.#deploys,
      hours: Math.round((this.#world.nowMs - BEGIN) / (60 * MINUTE)),
      fingerprint: this.#world.fingerprint(),
      violations: this.#violations,
      tail: this.#violations.length > 0 ? this.#world.tail(60) : [],
    };
  }
}

// Autovacuum comes when it pleases, and every statement is planned anew after it: rows may then come in another order.
async function leaveTablesAlone(ask: Ask): Promise<void> {
  const tables = await ask(
    `SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reloptions IS NULL`,
  );
  for (const { name } of tables) await ask(`ALTER TABLE ${String(name)} SET (autovacuum_enabled = off)`);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
