// One simulated world from its first text to its last timer: two processes that crash, are deployed and lose their connections, customers
// and staff, and what must be true of the shop all the while and at the end.
import { openDb } from '../../src/commerce/db.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { loadVoice } from '../../src/channels/voice.ts';
import { likeARealOne } from '../../src/commerce/local-till/habits.ts';
import { pay } from '../../src/commerce/local-till/pay.ts';
import { createVault } from '../../src/runtime/vault.ts';
import type { Stock } from '../shop/rules.ts';
import { Clocks } from './clocks.ts';
import { emptyTables, furnishShop } from './furnish.ts';
import { nextDue } from './invariants.ts';
import { BOOKS } from './inventory.ts';
import { People } from './people.ts';
import { SimulatedPostgres } from './postgres.ts';
import type { Mishap } from './postgres.ts';
import { Phones } from './providers.ts';
import { SimulatedQueue } from './queue.ts';
import { startProcess } from './shop-process.ts';
import type { Outside, ShopProcess } from './shop-process.ts';
import { Staff } from './staff.ts';
import { Watch } from './watch.ts';
import { BEGIN, World } from './world.ts';
import type { Owner } from './world.ts';

export type SimulationOptions = {
  /** A migrated database on a server that is this run's alone (own-postgres.ts); it is emptied first. */
  url: string;
  seed: number;
  conversations: number;
  /** No more customers come after so many turns; those who are there finish. */
  turnsMax?: number;
};

export type SimulationReport = {
  seed: number;
  climate: string;
  conversations: number;
  texts: number;
  turns: number;
  steps: number;
  bubbles: number;
  /** Answers whose first words were said before the rest was known. */
  begun: number;
  orders: number;
  paid: number;
  crashes: number;
  deploys: number;
  /** How often a clock was set wrong, or right again. */
  jumps: number;
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
const vault = createVault(Buffer.alloc(32, 3));
const voice = loadVoice();

/** Runs one world. Never throws for what the shop does: that is a violation. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const simulation = new Simulation(options);
  const crashed = (error: unknown) => simulation.watch.violated(`an error nobody caught: ${nameOf(error)}`);
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
  readonly #clocks: Clocks;
  readonly #postgres: SimulatedPostgres;
  readonly #queue: SimulatedQueue;
  readonly #phones: Phones;
  readonly #people: People;
  readonly #staff: Staff;
  readonly watch: Watch;
  readonly #outsider: Owner = { name: 'outside', dead: false };
  readonly #slots: Array<(Owner & Partial<ShopProcess>) | null> = [];
  #due: { atWrites: number; ms: number | null } = { atWrites: -1, ms: null };
  #outside: Outside | null = null;
  #came: Stock = new Map();
  #names = 0;
  #crashes = 0;
  #deploys = 0;

  constructor(private readonly options: SimulationOptions) {
    const world = new World(options.seed);
    this.#world = world;
    this.#clocks = new Clocks(world);
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
    this.watch = new Watch({
      world,
      ask: (text, values) => this.#postgres.ask(text, values),
      vault,
      phones: this.#phones,
      people: this.#people,
    });
    this.#phones.onOverlap = (to) => this.watch.violated(`two bubbles for ${to} are on their way at once`);
    world.nextDue = () => this.#nextDue();
    world.isBusy = () => this.#slots.some((one) => one && !one.dead && (one.runtime?.gauges().running ?? 0) > 0);
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
      this.#knowDue(await this.watch.look());
      if (this.watch.violations.length > 0) return true;
      if (this.watch.turns > turnsMax)
        for (const customer of this.#people.customers) customer.textsLeft = Math.min(customer.textsLeft, 1);
      if (this.#people.done) calmSince ??= this.#world.nowMs;
      // Late payments and lapses still meet faults; then everything is given the time to end.
      if (calmSince !== null && this.#world.nowMs - calmSince > 26 * 60 * MINUTE) this.#world.faulty = false;
      const stepsMax = STEPS_MAX.each * conversations + STEPS_MAX.besides;
      if (this.#world.nowMs - BEGIN <= DAYS_MAX * 24 * 60 * MINUTE && this.#world.steps <= stepsMax) return false;
      this.watch.violated('the world does not come to rest');
      return true;
    });
    if (this.watch.violations.length === 0) await this.watch.judge(this.#came);
    return this.#report();
  }

  async close(): Promise<void> {
    for (const one of this.#slots) if (one) await this.#bury(one);
    await this.#postgres.close();
  }

  async #prepare(): Promise<void> {
    const ask = (text: string, values?: unknown[]) => this.#postgres.ask(text, values);
    await emptyTables(ask);
    const world = this.#world;
    world.faulty = false;
    let ready = false;
    const prepared = furnishShop(this.#postgres.open(this.#outsider).pool).finally(() => (ready = true));
    await world.run(() => ready);
    this.#came = await prepared;
    world.faulty = true;
    const joins = world.chance.hits(0.5);
    this.#outside = {
      world,
      clocks: this.#clocks,
      postgres: this.#postgres,
      queue: this.#queue,
      phones: this.#phones,
      vault,
      voice,
      books: BOOKS,
      joins,
    };
  }

  #start(slot: number): void {
    if (!this.#outside) throw new Error('the world is prepared first');
    const owner = { name: `p${this.#names++}`, dead: false };
    this.#slots[slot] = owner;
    void startProcess(this.#outside, owner).then(
      ({ runtime: { news } }) => {
        news.on('turn', ({ actorKey, seq }) => this.watch.hearTurn(actorKey, seq));
        news.on('performed', (performed) => this.watch.hearPerformed(performed));
        this.watch.servedSinceMs ??= this.#world.nowMs;
      },
      () => this.#kill(owner), // it does not know what time it is: somebody starts another
    );
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
    if (this.#slots.every((one) => one === null)) this.watch.servedSinceMs = null;
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
      if (old?.runtime && !old.dead && this.#world.faulty) {
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
    const alive = this.#slots.flatMap((one) => (one?.runtime && !one.dead ? [one.runtime] : []));
    return alive.length > 0 ? this.#world.chance.pick(alive) : null;
  }

  #pay(linkId: string): void {
    const { world } = this.#outside ?? this.#missing();
    const db = openDb(this.#postgres.open(this.#outsider).pool);
    const newId = () => world.chance.uuid();
    void pay({ db, now: () => world.nowMs, newId, habits: likeARealOne('simulated') }, linkId);
  }

  #missing(): never {
    throw new Error('the world is prepared first');
  }

  async #nextDue(): Promise<number | null> {
    if (this.#due.atWrites !== this.#postgres.writes) this.#knowDue(await nextDue((text) => this.#postgres.ask(text)));
    return this.#due.ms;
  }

  // For as long as nothing is written.
  #knowDue(ms: number | null | undefined): void {
    if (ms !== undefined) this.#due = { atWrites: this.#postgres.writes, ms };
  }

  async #report(): Promise<SimulationReport> {
    const [counted] = await this.#postgres.ask<{ orders: number; paid: number; begun: number }>(
      `SELECT count(*)::int AS orders, (count(*) FILTER (WHERE payment_status = 'paid'))::int AS paid,
         (SELECT count(*)::int FROM messages WHERE begun IS NOT NULL) AS begun FROM orders`,
    );
    return {
      seed: this.options.seed,
      climate: this.#world.climate.name,
      conversations: this.options.conversations,
      texts: this.#people.accepted,
      turns: this.watch.turns,
      steps: this.#world.steps,
      bubbles: this.#phones.arrived.length,
      begun: counted?.begun ?? 0,
      orders: counted?.orders ?? 0,
      paid: counted?.paid ?? 0,
      crashes: this.#crashes,
      deploys: this.#deploys,
      jumps: this.#clocks.jumps,
      hours: Math.round((this.#world.nowMs - BEGIN) / (60 * MINUTE)),
      fingerprint: this.#world.fingerprint(),
      violations: this.watch.violations,
      tail: this.watch.violations.length > 0 ? this.#world.tail(60) : [],
    };
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
