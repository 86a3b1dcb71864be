// Gauges that are read when somebody scrapes: this process's own, and what the database counts. Every process of a
// deployment tells the same of the database: dashboards take the maximum of these, and the sum of what processes count.
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { countCrowd, countQueues, remembered } from './census.ts';
import type { Crowd, Queues } from './census.ts';
import { isDown } from './standings.ts';
import type { Shop } from '../shop/open-shop.ts';

const QUEUES_MS = 5_000;
const CROWD_MS = 60_000;

type Read = () => number;
type Asked<Answer> = () => Promise<Answer | null>;
type Point = { labels: Record<string, string>; value: number };

/** @param now milliseconds since 1970 (UTC) */
export function registerGauges(registry: Registry, shop: Shop, now: () => number): void {
  const { database, config, carrier, runtime, tills } = shop;
  const queues = remembered(() => countQueues(database.pool), QUEUES_MS, now);
  const crowd = remembered(() => countCrowd(database.pool), CROWD_MS, now);
  ownGauges(registry, runtime.gauges);
  queueGauges(registry, queues);
  crowdGauges(registry, crowd);
  const info = {
    queue: carrier.backend,
    till: tills.signers().length > 0 ? 'square' : 'local',
    node: process.versions.node,
  };
  const isEmbedded = config.database.url === null ? 1 : 0;
  many(registry, 'marty_info', 'Always 1; its labels say what this process is made of.', Object.keys(info), () =>
    Promise.resolve([{ labels: info, value: 1 }]),
  );
  many(registry, 'marty_database_embedded', '1 where Marty runs its own Postgres: not for production.', [], () =>
    Promise.resolve([{ labels: {}, value: isEmbedded }]),
  );
  many(registry, 'marty_database_up', '1 while the database answers this process.', [], async () => [
    { labels: {}, value: (await queues()) === null ? 0 : 1 },
  ]);
}

function ownGauges(registry: Registry, gauges: Shop['runtime']['gauges']): void {
  const one = (name: string, help: string, read: Read) =>
    many(registry, name, help, [], () => Promise.resolve([{ labels: {}, value: read() }]));
  one('marty_lane_waiting', 'Events that wait in the lanes of this process.', () => gauges().waiting);
  one('marty_commands_running', 'Commands that this process works on.', () => gauges().running);
  one('marty_timers_held', 'Near timers that this process holds in memory.', () => gauges().timersHeld);
}

function queueGauges(registry: Registry, queues: Asked<Queues>): void {
  const one = (name: string, help: string, read: (counted: Queues) => number) =>
    many(registry, name, help, [], async () => {
      const counted = await queues();
      return counted ? [{ labels: {}, value: read(counted) }] : [];
    });
  one('marty_outbox_age_seconds', 'Age of the oldest command that has not ended.', (q) => q.outboxAge);
  one('marty_dead_letters', 'Commands that failed for good, kept for a person.', (q) => q.failed);
  one('marty_events_aside', 'Events that could not be stepped or written, kept for a person.', (q) => q.aside);
  one('marty_inbox_waiting', 'Events that were accepted and could not be stepped at once.', (q) => q.waiting);
  one('marty_timers_due', 'Timers whose time has come and that have not fired.', (q) => q.timersDue);
  one('marty_timers_late', 'Those of them that are more than a second late.', (q) => q.timersLate);
  one('marty_bubbles_unsent', 'Bubbles that wait for their sender.', (q) => q.bubbles);
  one('marty_bubble_age_seconds', 'Age of the oldest bubble that waits.', (q) => q.bubbleAge);
  const open = 'Commands that have not ended, by name and status.';
  many(registry, 'marty_commands_open', open, ['name', 'status'], async () =>
    ((await queues())?.commands ?? []).map(({ name, status, count }) => ({ labels: { name, status }, value: count })),
  );
  const down = '1 where the last calls to an outside service failed or a breaker was open, in whichever process.';
  many(registry, 'marty_provider_down', down, ['provider'], async () =>
    ((await queues())?.standings ?? []).map(({ service, ...standing }) => ({
      labels: { provider: service },
      value: isDown(standing) ? 1 : 0,
    })),
  );
}

function crowdGauges(registry: Registry, crowd: Asked<Crowd>): void {
  const points = (name: string, help: string, labels: string[], read: (counted: Crowd) => Point[]) =>
    many(registry, name, help, labels, async () => {
      const counted = await crowd();
      return counted ? read(counted) : [];
    });
  points('marty_conversations', 'Customers by where their conversation stands.', ['state'], (c) =>
    c.conversations.map(({ state, count }) => ({ labels: { state }, value: count })),
  );
  points('marty_orders', 'Orders by state.', ['state'], (c) =>
    c.orders.map(({ state, count }) => ({ labels: { state }, value: count })),
  );
  points('marty_consents', 'Changes of consent on record.', ['change', 'source'], (c) =>
    c.consents.map(({ change, source, count }) => ({ labels: { change, source }, value: count })),
  );
  const alone = (value: number): Point[] => [{ labels: {}, value }];
  points('marty_customers_opted_out', 'Customers who said STOP.', [], (c) => alone(c.optedOut));
  points('marty_conversations_with_staff', 'Customers whom a person answers.', [], (c) => alone(c.withStaff));
}

function many(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly string[],
  read: () => Promise<Point[]>,
): void {
  new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    async collect() {
      const points = await read();
      this.reset(); // a state that nobody stands in any more is gone
      if (labelNames.length === 0 && points.length === 0) this.set(Number.NaN); // not known is not nothing
      for (const { labels, value } of points) this.set(labels, value);
    },
  });
}
