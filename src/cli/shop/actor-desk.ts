// Actors and their turns as the API shows them, out of the runtime's archive.
import { z } from 'zod';
import { createArchive } from '../../runtime/archive.ts';
import type { ActorView, Archive } from '../../runtime/archive.ts';
import type { ActorAddress, ActorReader, MachineReader } from '../../web/deps.ts';
import type { ActorSummary } from '../../web/wire/actors.ts';
import { kept } from './kept.ts';
import { machineStats } from './machine-stats.ts';
import { machines } from './machines.ts';
import type { Shop } from './open-shop.ts';
import { pathsOf } from './state-path.ts';
import { cursorOf, parseCursor, placeOf } from './place.ts';

/** What the archive is read with. */
export type Archived = Pick<Shop, 'vault'> & {
  database: Pick<Shop['database'], 'pool'>;
  runtime: Pick<Shop['runtime'], 'knowledge'>;
};

export function archiveOf({ database, vault, runtime }: Archived): Archive {
  return createArchive({ pool: database.pool, vault, machines: runtime.knowledge.machines });
}

export function actorReader(shop: Shop): ActorReader {
  const archive = archiveOf(shop);
  return {
    keyOf: (address) => livingKey(shop, archive, address),
    async list({ storeId, machine, state, q, cursor, limit }) {
      const keys = q === undefined ? undefined : await keysFor(shop, storeId, q);
      const place = cursor === undefined ? undefined : placeOf(cursor);
      const before = place && { updatedAt: place.at, key: place.id };
      const found = await archive.list({ storeId, machine, state, keys, before, limit: limit + 1 });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const end = found.length > limit && last ? { at: last.updatedAt, id: last.key } : null;
      return { items: items.map(summaryOf), nextCursor: end && cursorOf(end) };
    },
    async show(address) {
      const key = await shop.runtime.find(address);
      const actor = key === null ? null : await archive.show(address.storeId, key);
      if (actor === null || actor.machine !== address.machine) return null;
      const { id, machine, version, status, value, seq, snapshot, timers } = actor;
      return {
        id,
        key: actor.key,
        machine,
        version,
        status,
        value,
        seq,
        context: snapshot?.context ?? {},
        children: snapshot?.children ?? {},
        timers: timers.map((timer) => ({ id: timer.id, dueAt: timer.dueAt.toISOString() })),
        updatedAt: actor.updatedAt.toISOString(),
      };
    },
    async history(address, { after, limit }) {
      const key = await existingKey(shop, archive, address);
      if (key === null) return null;
      const from = after === undefined ? 0 : seqOf(after);
      const [before] = from > 0 ? await archive.history(address.storeId, key, from - 1, 1) : [];
      const found = await archive.history(address.storeId, key, from, limit + 1);
      const items = found.slice(0, limit).map((turn, n) => ({
        seq: turn.seq,
        event: turn.event,
        from: (n === 0 ? before : found[n - 1])?.value ?? null,
        to: turn.value,
        commands: turn.commands,
        source: turn.source,
        at: turn.at.toISOString(),
        correlationId: turn.correlationId,
        version: turn.version,
        handled: turn.handled,
      }));
      return { items, nextCursor: found.length > limit ? String(items.at(-1)?.seq) : null };
    },
    async snapshotAt(address, seq) {
      const key = await existingKey(shop, archive, address);
      const snapshot = key === null ? null : await archive.snapshotAt(address.storeId, key, seq);
      const [turn] = key === null || snapshot === null ? [] : await archive.history(address.storeId, key, seq - 1, 1);
      if (!snapshot || !turn) return null;
      const { status, value, context } = snapshot;
      return { id: `${address.machine}:${address.id}`, seq, version: turn.version, status, value, context };
    },
    async hasTakenIn(address, dedupeKey) {
      const key = await existingKey(shop, archive, address);
      return key !== null && archive.hasTakenIn(address.storeId, key, dedupeKey);
    },
  };
}

/** Null also for whoever was forgotten: their key is still in somebody's address bar, and nothing reaches them any more. */
async function livingKey(shop: Shop, archive: Archive, address: ActorAddress): Promise<string | null> {
  const actor = await existing(shop, archive, address);
  return actor === null || actor.status === 'forgotten' ? null : actor.key;
}

async function existingKey(shop: Shop, archive: Archive, address: ActorAddress): Promise<string | null> {
  return (await existing(shop, archive, address))?.key ?? null;
}

async function existing({ runtime }: Shop, archive: Archive, address: ActorAddress) {
  const key = await runtime.find(address);
  const actor = key === null ? null : await archive.show(address.storeId, key);
  return actor?.machine === address.machine ? actor : null;
}

// Phones and order ids find their actor; ids are not stored in the clear, so only whole ones can be looked for.
async function keysFor({ runtime }: Shop, storeId: number, q: string): Promise<string[]> {
  const [machine, id] = q.includes(':') ? [q.slice(0, q.indexOf(':')), q.slice(q.indexOf(':') + 1)] : [null, q];
  const names = machine === null ? [...runtime.knowledge.machines.keys()] : [machine];
  const keys = await Promise.all(names.map((name) => runtime.find({ storeId, machine: name, id })));
  return [...new Set(keys.filter((key) => key !== null))];
}

function summaryOf({ id, key, machine, version, value, status, tags, seq, updatedAt }: ActorView): ActorSummary {
  const attention = tags.includes('staff') ? 'staff' : tags.includes('needsStaff') ? 'needsStaff' : null;
  return { id, key, machine, version, value, status, attention, seq, updatedAt: updatedAt.toISOString() };
}

function seqOf(cursor: string): number {
  return parseCursor(z.int().min(0), cursor);
}

export function machineReader(shop: Shop): MachineReader {
  const archive = archiveOf(shop);
  const stats = kept((storeId: number, id: string, days: number) => machineStats(shop, archive, storeId, id, days));
  const summary = async (storeId: number, id: string, version: number) => {
    const census = await archive.census(storeId, id);
    const counts: Record<string, number> = {};
    for (const { value, count } of census)
      for (const path of pathsOf(value)) counts[path] = (counts[path] ?? 0) + count;
    return { id, version, counts };
  };
  return {
    stats,
    list: (storeId) => Promise.all(machines.map(({ machine, version }) => summary(storeId, machine.id, version))),
    async show(storeId, id) {
      const found = machines.find(({ machine }) => machine.id === id);
      if (!found) return null;
      const definition: unknown = JSON.parse(JSON.stringify(found.machine.config));
      return { ...(await summary(storeId, id, found.version)), definition };
    },
  };
}
