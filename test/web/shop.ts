// A small shop in memory behind the web's interfaces.
import { byBearerToken } from '../../src/web/auth.ts';
import type { Staff } from '../../src/web/auth.ts';
import type { AccountDesk, Act, ActorAddress, SendOptions, WebDeps } from '../../src/web/deps.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import type { ActorDetail } from '../../src/web/wire/actors.ts';
import type { TranscriptItem } from '../../src/web/wire/messages.ts';
import type { BookItem, OrderItem } from '../../src/web/wire/shop.ts';

export const TOKEN = 'a-staff-token';
export const SECRET = 'a-smobi-secret';
export const TWILIO_TOKEN = 'a-twilio-token';
export const NOW = Date.parse('2026-11-22T19:00:00.000Z');
export const SHOP_PHONE = '+12015550100';
export const READER = '+12015550123';
export const READER_KEY = '0190a000-0000-7000-8000-000000000009';
export const ORDER = '0190a000-0000-7000-8000-000000000001';
export const PARCEL = '0190a000-0000-7000-8000-000000000003';
export const COMMAND = '0190a000-0000-7000-8000-000000000002';
export const DUNE = '9780441172719';

type Sent = { address: ActorAddress; event: { type: string }; options: SendOptions };
export type Shop = {
  deps: WebDeps;
  sent: Sent[];
  logged: object[];
  /** Who has which session, by token. */
  people: Map<string, Staff>;
  acts: Act[];
  transcript: TranscriptItem[];
  orders: OrderItem[];
  receipts: object[];
  actors: Map<string, ActorDetail>;
};

const dune: BookItem = {
  isbn13: DUNE,
  title: 'Dune',
  authors: ['Frank Herbert'],
  year: 1965,
  priceCents: 1099,
  onHand: 3,
  reserved: 1,
};

export const order: OrderItem = {
  id: ORDER,
  state: 'paid',
  customer: `customer:${READER}`,
  customerKey: READER_KEY,
  customerName: null,
  fulfillment: 'pickup',
  lines: [{ isbn13: DUNE, title: 'Dune', copies: 1, priceCents: 1099 }],
  totalCents: 1172,
  currency: 'USD',
  payment: { provider: 'till', reference: 'p1', status: 'paid', url: null },
  concern: null,
  heldUntil: null,
  tracking: null,
  actions: ['prepare', 'ready', 'picked-up', 'cancel', 'refund'],
  createdAt: '2026-11-22T18:00:00.000Z',
  updatedAt: '2026-11-22T18:05:00.000Z',
};

export function customer(value: unknown = { conversation: 'browsing', ear: 'quiet' }): ActorDetail {
  return {
    id: `customer:${READER}`,
    key: READER_KEY,
    machine: 'customer',
    version: 1,
    status: 'active',
    value,
    context: { threadId: 't1' },
    children: {},
    timers: [],
    seq: 4,
    updatedAt: '2026-11-22T18:59:00.000Z',
  };
}

/** A shop with one customer, one paid order and one book; `change` replaces what a test is about. */
export function openShop(change: Partial<WebDeps> = {}): Shop {
  const sent: Sent[] = [];
  const logged: object[] = [];
  const people = new Map<string, Staff>();
  const acts: Act[] = [];
  const transcript: TranscriptItem[] = [];
  const orders: OrderItem[] = [
    order,
    { ...order, id: PARCEL, fulfillment: 'shipping', actions: ['shipped', 'cancel'] },
  ];
  const receipts: object[] = [];
  const actors = new Map<string, ActorDetail>([
    [`customer:${READER}`, customer()],
    ...[ORDER, PARCEL].map(
      (id) => [`order:${id}`, { ...customer('paid'), id: `order:${id}`, machine: 'order' }] as const,
    ),
  ]);
  const log = (fields: object) => void logged.push(fields);
  const shop: Omit<Shop, 'deps'> = { sent, logged, people, acts, transcript, orders, receipts, actors };
  const deps: WebDeps = {
    config: {
      version: '1.2.3',
      publicUrl: 'http://localhost:8080',
      isDemo: false,
      simulator: true,
      corsOrigins: [],
      smobiWebhookSecret: SECRET,
      twilioAuthToken: TWILIO_TOKEN,
      smobiIpAllowlist: [],
      trustedProxies: [],
      consoleDir: 'dist/console',
    },
    now: () => NOW,
    newId: () => `id-${(counter += 1)}`,
    log: { info: log, warn: log, error: log },
    metrics: createMetrics(),
    authenticate: byBearerToken(TOKEN),
    accounts: accountsOf(people),
    audit: { keep: (act) => Promise.resolve(void acts.push(act)), list: () => Promise.resolve(nothing) },
    stores: () =>
      Promise.resolve([
        { id: 1, slug: 'dungeon-books', name: 'Dungeon Books', phone: SHOP_PHONE, timezone: 'America/New_York' },
      ]),
    ownSecrets: () => ({ smobi: new Map(), twilio: new Map() }),
    probe: {
      look: () => Promise.resolve({ texts: 0, bubbles: 0, answeredMs: null }),
      forget: () => Promise.resolve({ texts: 0, bubbles: 0, answeredMs: null }),
    },
    live: async function* () {},
    health: () => Promise.resolve({ database: 'up', queue: 'up', sms: 'off', square: 'off', ai: 'off', books: 'off' }),
    breakers: () => Promise.resolve({}),
    mounts: [],
    ...readers(shop),
    ...change,
  };
  return { ...shop, deps };
}
let counter = 0;
const nothing = { items: [], nextCursor: null };

const at = '2026-11-22T18:00:00.000Z';
export const note = { id: COMMAND, text: 'likes worms', at, by: { id: 'staff-1', name: 'Merlin' } };
export const canned = { id: COMMAND, title: 'hours', text: 'we open at noon', updatedAt: at };

export const merlin: Staff = {
  id: 'staff-1',
  name: 'Merlin',
  email: 'merlin@example.com',
  role: 'admin',
  stores: 'all',
  by: 'session',
  expiresAt: '2026-11-29T19:00:00.000Z',
};

/** One account: merlin, whose password is "abracadabra"; and one link. */
function accountsOf(people: Map<string, Staff>): AccountDesk {
  let link = 'a-link';
  const enter = () => {
    const token = `session-${people.size + 1}`;
    people.set(token, merlin);
    return { token, expiresAt: new Date(NOW + 7 * 24 * 60 * 60_000) };
  };
  return {
    login: ({ email, password }) => {
      if (password === 'again') return Promise.resolve({ retryAfterS: 60 });
      return Promise.resolve(email === merlin.email && password === 'abracadabra' ? enter() : null);
    },
    useLink: (token) => {
      if (token !== link) return Promise.resolve(null);
      link = '';
      return Promise.resolve(enter());
    },
    logout: (token) => Promise.resolve(void people.delete(token)),
    find: (token) => Promise.resolve(people.get(token) ?? null),
  };
}

function readers({ sent, transcript, orders, receipts, actors }: Omit<Shop, 'deps'>) {
  const find = ({ machine, id }: ActorAddress) =>
    actors.get(`${machine}:${id}`) ??
    [...actors.values()].find((one) => one.machine === machine && one.key === id) ??
    null;
  const turns = { items: [], nextCursor: null };
  return {
    hasHeard: () => Promise.resolve(false),
    send: (address, event, options) => {
      const duplicate = sent.some((earlier) => earlier.options.dedupeKey === options.dedupeKey);
      if (!duplicate) sent.push({ address, event, options });
      return Promise.resolve({ accepted: true, duplicate });
    },
    actors: {
      keyOf: (address) => Promise.resolve(find(address)?.key ?? null),
      list: () => Promise.resolve({ items: [], nextCursor: null }),
      show: (address) => Promise.resolve(find(address)),
      history: (address) => Promise.resolve(find(address) && turns),
      hasTakenIn: (_address, key) => Promise.resolve(sent.some(({ options }) => options.dedupeKey === key)),
      snapshotAt: (address, seq) => Promise.resolve(find(address) && seq <= 4 ? { ...customer(), seq } : null),
    },
    commands: {
      list: () => Promise.resolve({ items: [], nextCursor: null }),
      retry: (_storeId, id) => Promise.resolve(id === COMMAND ? 'done' : 'unknown'),
      cancel: (_storeId, id) => Promise.resolve(id === COMMAND ? 'wrong_status' : 'unknown'),
    },
    inbox: {
      list: () => Promise.resolve({ ...nothing, counts: { waiting: 0, unread: 0, staff: 0 } }),
      find: () => Promise.resolve(null),
      markRead: () => Promise.resolve(true),
    },
    conversations: {
      show: () => Promise.resolve(null),
      keptUntil: () => Promise.resolve('2026-11-22T21:00:00.000Z'),
      draft: () => Promise.resolve({ text: 'we have dune', by: 'house', act: 'customer.asked', confidence: 0.9 }),
      notes: {
        list: () => Promise.resolve([note]),
        add: ({ text }) => Promise.resolve({ ...note, text }),
        remove: (_storeId, _key, id) => Promise.resolve(id === note.id),
      },
    },
    canned: {
      list: () => Promise.resolve([canned]),
      put: (_storeId, id, body) => Promise.resolve({ ...canned, ...body, id }),
      remove: (_storeId, id) => Promise.resolve(id === canned.id),
    },
    transcript: {
      read: ({ after }) => {
        const from = transcript.findIndex(({ id }) => id === after) + 1;
        return Promise.resolve({ items: transcript.slice(from), nextCursor: null });
      },
    },
    catalogue: {
      search: () => Promise.resolve([dune]),
      match: () => Promise.resolve([{ isbn13: DUNE, title: 'Dune', score: 1 }]),
      put: (_storeId, isbn13) => Promise.resolve({ created: isbn13 !== DUNE, book: { ...dune, isbn13 } }),
    },
    stock: {
      change: (_storeId, isbn13, change) => {
        if (isbn13 !== DUNE) return Promise.resolve('unknown_book');
        const onHand = 'delta' in change ? dune.onHand + change.delta : change.onHand;
        return Promise.resolve(onHand < dune.reserved ? 'too_few' : { isbn13, onHand, reserved: dune.reserved });
      },
      list: () =>
        Promise.resolve({ items: [{ ...dune, currency: 'USD', shelf: null, reservedBy: [] }], nextCursor: null }),
      adjustments: () => Promise.resolve(nothing),
      pickList: () => Promise.resolve({ books: [], truncated: false }),
      importCsv: async function* () {
        yield { type: 'done', rows: 1, added: 1, changed: 0, unchanged: 0, bad: 0 };
      },
    },
    trouble: {
      list: () => Promise.resolve({ ...nothing, counts: { command: 0, event: 0, actor: 0 } }),
      retry: (_storeId, _kind, id) => Promise.resolve(id === COMMAND ? 'done' : 'unknown'),
      dismiss: (_storeId, _kind, id) => Promise.resolve(id === COMMAND ? 'done' : 'wrong_status'),
      retryAll: () => Promise.resolve({ retried: 1, left: 0 }),
    },
    orders: {
      list: () => Promise.resolve({ items: orders, nextCursor: null }),
      show: (_storeId, id) => Promise.resolve(orders.find((one) => one.id === id) ?? null),
    },
    receipts: { record: (receipt) => Promise.resolve(void receipts.push(receipt)) },
    numbers: (_storeId, from, to) =>
      Promise.resolve({
        from,
        to,
        currency: 'USD',
        timezone: 'America/New_York',
        days: [],
        funnel: [],
        variants: [],
        trials: [],
      }),
    machines: {
      stats: (_storeId, id) =>
        Promise.resolve(
          id === 'customer' ? { id, days: 7, turns: 0, sampled: false, at, states: [], versions: [] } : null,
        ),
      list: () => Promise.resolve([{ id: 'customer', version: 1, counts: { 'conversation.browsing': 1 } }]),
      show: (_storeId, id) =>
        Promise.resolve(id === 'customer' ? { id, version: 1, counts: {}, definition: { id: 'customer' } } : null),
    },
  } satisfies Partial<WebDeps>;
}

/** A request with JSON, as staff send it. */
export function asStaff(method = 'GET', body?: unknown, headers: Record<string, string> = {}): RequestInit {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  return { method, headers: { authorization: `Bearer ${TOKEN}`, ...type, ...headers }, ...json };
}
