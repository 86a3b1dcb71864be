// The name under which a provider knows one bubble: it comes back in delivery receipts and says whose row it is.
import { z } from 'zod';

const Uuid = z.uuid();

/** `<store>-<message id>`, 38 to 47 characters. */
export function referenceOf(message: { storeId: number; id: string }): string {
  return `${message.storeId}-${message.id}`;
}

/** The row that a reference names, or null for anything that is not one of ours. */
export function parseReference(reference: string): { storeId: number; id: string } | null {
  const [, store, id] = /^(\d{1,9})-(.+)$/.exec(reference) ?? [];
  return store !== undefined && Uuid.safeParse(id).success && id !== undefined ? { storeId: Number(store), id } : null;
}
