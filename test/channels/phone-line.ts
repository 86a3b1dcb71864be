// One customer's thread against the real tables: what a turn would write, and a `deliver` run as a worker would make it.
import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { sendQueued } from '../../actors/deliver.ts';
import { keepConsentWriter } from '../../actors/keep-consent.ts';
import { keepTextWriter } from '../../actors/keep-text.ts';
import { sayWriter } from '../../actors/say.ts';
import type { KeptConsent, KeptText, Speech } from '../../schema/customer.ts';
import { messages, threads } from '../../schema/messages.ts';
import { restores } from '../../schema/restores.ts';
import { stores } from '../../schema/stores.ts';
import type { Channel, SendRequest, SendResult } from '../../src/channels/channel.ts';
import { Channels } from '../../src/channels/channels.ts';
import { loadVoice } from '../../src/channels/voice.ts';
import type { Shop } from '../../src/channels/voice.ts';
import type { TransactionalEffect, Way } from '../../src/runtime/transactional.ts';
import { createVault } from '../../src/runtime/vault.ts';
import type { TestDatabase } from '../harness/database.ts';

export const NOON = Date.UTC(2026, 10, 25, 17); // a Wednesday noon in New Jersey
export const PHONE = '+12015550123';
export const SHOP: Shop = {
  name: 'Dungeon Books',
  contact: 'hello@dungeonbooks.com',
  timezone: 'America/New_York',
  currency: 'USD',
};

export const vault = createVault(Buffer.alloc(32, 7));
export const voice = loadVoice();

const DAY = [{ opens: '12:00', closes: '19:00' }];
const STORE = {
  id: 1,
  slug: 'dungeon-books',
  name: SHOP.name,
  timezone: SHOP.timezone,
  hours: { weekly: { mon: [], tue: [], wed: DAY, thu: DAY, fri: DAY, sat: DAY, sun: DAY }, holidays: [] },
  phone: null,
  currency: SHOP.currency,
  taxRatePpm: 66_250,
  shippingCents: 800,
};

/** A provider that takes everything, unless `answer` is set to something that throws. */
export function recordingChannel(name: string, honoursReference = true) {
  const sent: SendRequest[] = [];
  const channel: Channel = { name, honoursReference, send: async (request) => self.answer(request) };
  const self = {
    sent,
    channel,
    take: (request: SendRequest): SendResult => {
      sent.push(request);
      return { providerId: `p-${sent.length}`, status: 'sent' };
    },
    answer: async (request: SendRequest): Promise<SendResult> => self.take(request),
    texts: () => sent.map(({ text }) => text),
  };
  return self;
}

/** A customer of store 1 whose turns are numbered as they come. */
export class PhoneLine {
  readonly actorKey = randomUUID();
  readonly dataKey = vault.createDataKey();
  readonly threadId = randomUUID();
  nowMs = NOON;
  seq = 0;
  readonly pauses: string[] = [];
  /** What the chart marks as open after each turn. */
  ways: Way[] = [];
  /** What carriers had against this phone. */
  readonly refused: string[] = [];

  constructor(
    private readonly database: TestDatabase,
    private readonly channels: readonly [Channel, ...Channel[]],
  ) {}

  /** The customer writes: a turn of its own. */
  async hear(text: string, extra: Partial<KeptText> = {}): Promise<void> {
    this.seq += 1;
    const params: KeptText = { messageId: randomUUID(), text, channel: 'smobi', threadId: this.threadId, ...extra };
    await keepTextWriter({ vault }).write(this.database.pool, [this.effect(params)]);
  }

  /** All that the newest turn says. */
  async say(...speeches: Speech[]): Promise<void> {
    const effects = speeches.map((speech) => this.effect(speech));
    await sayWriter({ vault, voice, shopOf: () => SHOP }).write(this.database.pool, effects);
  }

  talk(...bubbles: string[]): Promise<void> {
    return this.say({ bubbles, kind: 'talk', by: 'marty' });
  }

  fact(...bubbles: string[]): Promise<void> {
    return this.say({ bubbles, kind: 'fact', by: 'staff' });
  }

  async consent(params: KeptConsent): Promise<void> {
    await keepConsentWriter({ voice }).write(this.database.pool, [this.effect(params)]);
  }

  effect<Params>(params: Params): TransactionalEffect<Params> {
    const { actorKey, dataKey, seq } = this;
    return {
      storeId: 1,
      actorKey,
      dataKey,
      seq,
      at: new Date(this.nowMs),
      id: randomUUID(),
      ways: () => this.ways,
      params,
    };
  }

  /** Runs `deliver` once. */
  async deliver({ commandId = randomUUID(), attempt = 1, signal = new AbortController().signal } = {}) {
    await this.database.db.insert(stores).values(STORE).onConflictDoNothing();
    return sendQueued({
      db: this.database.db,
      vault,
      channels: new Channels(
        this.channels,
        async (text) => void this.pauses.push(text),
        async (_who, why) => void this.refused.push(why),
      ),
      dataKey: this.dataKey,
      storeId: 1,
      actor: { key: this.actorKey, machine: 'customer', id: `customer:${PHONE}` },
      commandId,
      attempt,
      isLastAttempt: attempt >= 8,
      signal,
      now: () => this.nowMs,
    });
  }

  /** As if the shop had come back from a backup: what happened in between only the provider knows. */
  async comeBack(backupMs: number, restoredMs: number): Promise<void> {
    const { db } = this.database;
    await db.insert(stores).values(STORE).onConflictDoNothing();
    const times = { backupAt: new Date(backupMs), restoredAt: new Date(restoredMs) };
    await db
      .insert(restores)
      .values({ storeId: STORE.id, ...times })
      .onConflictDoUpdate({ target: restores.storeId, set: times });
  }

  /** The transcript: text and status, in the order of the conversation. */
  async transcript(): Promise<Array<[text: string, status: string]>> {
    const rows = await this.rows();
    return rows.map((row) => [vault.open(this.dataKey, row.bodySealed), row.status]);
  }

  rows() {
    return this.database.db.select().from(messages).where(eq(messages.actorKey, this.actorKey)).orderBy(messages.id);
  }

  async thread() {
    const [thread] = await this.database.db.select().from(threads).where(eq(threads.actorKey, this.actorKey));
    return thread;
  }

  /** Puts the outgoing bubbles back to where a process that died during a send left them. */
  async dieWhileSending(): Promise<void> {
    await this.database.db.execute(
      sql`update messages set status = 'sending', channel = 'smobi' where actor_key = ${this.actorKey} and direction = 'outbound'`,
    );
  }
}
