// Real connections to the Postgres of simulated worlds. They outlive a world: a server process, a handshake and a hundred plans for each of
// them would be a tenth of it. The next world finds them in the order in which it would have made them, and without a plan.
import { Socket } from 'node:net';
import pg from 'pg';

/** How long a statement waits for a lock before it is to be asked again (ms): nobody else moves meanwhile. */
const LOCK_TIMEOUT_MS = 20;
/** Commits are written before they are answered, though not to the disk: rows of a commit that waits for the writer look younger to readers. */
const SETTINGS = `-c lock_timeout=${LOCK_TIMEOUT_MS} -c plan_cache_mode=force_generic_plan -c enable_seqscan=on -c jit=off -c synchronous_commit=on`;

const known = new Map<string, pg.Client[]>();
const names = new Map<string, string>();
const sockets = new WeakMap<pg.Client, Socket>();

/** The connections of one world, in the order in which it asks for them. */
export class Connections {
  readonly #idle: pg.Client[];
  readonly #used: pg.Client[] = [];

  constructor(private readonly url: string) {
    this.#idle = known.get(url) ?? [];
    known.delete(url); // two worlds at once do not share them
  }

  async dial(): Promise<pg.Client> {
    const client = this.#idle.shift();
    const dialled = client ? await forgetPlans(client) : await connect(this.url);
    this.#used.push(dialled);
    return dialled;
  }

  /** What is open is rolled back, and all of them wait for the next world. */
  async close(): Promise<void> {
    for (const client of this.#used) await client.query('ROLLBACK');
    known.set(this.url, [...this.#used, ...this.#idle]);
  }
}

/** Ends those that wait for the next world: there is none. */
export async function hangUp(url: string): Promise<void> {
  const clients = known.get(url) ?? [];
  known.delete(url);
  for (const client of clients) await client.end();
}

/** What is sent meanwhile leaves in one write, as it does from a lane of the runtime: each is a system call here and wakes the server there. */
export function inOneWrite<T>(client: pg.Client, send: () => T): T {
  const socket = sockets.get(client);
  socket?.cork();
  try {
    return send();
  } finally {
    socket?.uncork();
  }
}

/** The name under which a statement is prepared: parsing and planning it each time would take half of the run. */
export function nameOf(text: string): string {
  const name = names.get(text) ?? `s${names.size}`;
  names.set(text, name);
  return name;
}

async function connect(url: string): Promise<pg.Client> {
  const socket = new Socket();
  const client = new pg.Client({ connectionString: url, options: SETTINGS, pipeline: true, stream: () => socket });
  sockets.set(client, socket);
  client.on('error', () => undefined); // its server has gone
  await client.connect();
  return client;
}

// A plan is made for tables of some size: this world's, not the last one's.
async function forgetPlans(client: pg.Client): Promise<pg.Client> {
  await client.query('DISCARD PLANS');
  return client;
}
