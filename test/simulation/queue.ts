// The queue of a simulated world, behind the runtime's own `Carrier`: tickets come late, twice, out of order, to two workers at once,
// or not at all. What it promises is what BullMQ does when all goes well, and no more.
import type { Carrier, Ticket } from '../../src/runtime/carrier.ts';
import type { Connection } from '../../src/runtime/database.ts';
import type { Owner, World } from './world.ts';

type Consumer = { owner: Owner; handle: (tickets: Ticket[]) => Promise<void> };

const RETRY_MS = 500;
const STALLED_MS = 3_000;

export class SimulatedQueue {
  #consumers: Consumer[] = [];
  readonly #within = new WeakMap<object, Ticket[][]>();
  #jobs = 0;

  constructor(private readonly world: World) {}

  /** @param joins whether tickets ride in the turn's own commit, as with the queue in Postgres */
  open(owner: Owner, joins: boolean): Carrier {
    return {
      backend: joins ? 'postgres' : 'redis',
      enqueueWithin: joins ? (connection, tickets) => this.#hold(connection, tickets) : null,
      enqueue: (tickets, delayMs = 0) => this.#enqueue(owner, tickets, delayMs),
      work: (handle) => this.#work({ owner, handle }),
      depth: () => Promise.resolve(0),
      ping: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }

  /** The transaction on this connection has committed: its tickets exist now. */
  committed(connection: object): void {
    for (const parcel of this.#within.get(connection) ?? []) this.#send(parcel, 0);
    this.#within.delete(connection);
  }

  bury(owner: Owner): void {
    this.#consumers = this.#consumers.filter((consumer) => consumer.owner !== owner);
  }

  #hold(connection: Connection, tickets: readonly Ticket[]): Promise<void> {
    this.#within.set(connection, [[...tickets]]);
    return Promise.resolve();
  }

  async #enqueue(owner: Owner, tickets: readonly Ticket[], delayMs: number): Promise<void> {
    if (tickets.length === 0) return;
    const fails = this.world.faulty && this.world.chance.hits(this.world.climate.queue.fails);
    const takenAllTheSame = fails && this.world.chance.hits(0.5);
    await new Promise<void>((resolve) => {
      this.world.add(owner, `${owner.name}/enqueue`, `enqueue ${tickets.length}`, async () => {
        if (!fails || takenAllTheSame) this.#send([...tickets], delayMs);
        resolve();
      });
    });
    if (fails) throw new Error('the queue gave no answer');
  }

  #work(consumer: Consumer): () => Promise<void> {
    this.#consumers.push(consumer);
    return () => {
      this.#consumers = this.#consumers.filter((other) => other !== consumer);
      return Promise.resolve();
    };
  }

  #send(tickets: Ticket[], delayMs: number): void {
    const { chance, faulty } = this.world;
    const { queue } = this.world.climate;
    if (faulty && chance.hits(queue.loses)) return;
    const copies = faulty && chance.hits(queue.doubles) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      // The same job once more: BullMQ does that to one that stalled, which takes it a while to see.
      const again = copy * chance.between(STALLED_MS, 10 * STALLED_MS);
      const late = again + (faulty && chance.hits(queue.late) ? chance.below(queue.lateMsMax) : 0);
      this.world.after(null, delayMs + late, () => this.#deliver(tickets));
    }
  }

  #deliver(tickets: Ticket[]): void {
    const alive = this.#consumers.filter(({ owner }) => !owner.dead);
    if (alive.length === 0) return void this.world.after(null, RETRY_MS, () => this.#deliver(tickets));
    const { owner, handle } = this.world.chance.pick(alive);
    this.world.add(owner, `job ${this.#jobs++}`, `job of ${tickets.length}`, () => {
      void handle(tickets).catch(() => undefined);
      return Promise.resolve();
    });
  }
}
