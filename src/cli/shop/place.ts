// Where a page of a list ends, as a cursor that the outside hands back unread: an instant and the row that stood there.
import { z } from 'zod';
import { BadCursor } from '../../web/deps.ts';

export type Place = { at: Date; id: string };

const Written = z.tuple([z.iso.datetime(), z.uuid()]);

/** Whole milliseconds: lists that page this way are ordered by instants that have no more. */
export function cursorOf({ at, id }: Place): string {
  return Buffer.from(JSON.stringify([at.toISOString(), id])).toString('base64url');
}

/** @throws BadCursor for anything that `cursorOf` never wrote */
export function placeOf(cursor: string): Place {
  const [at, id] = parseCursor(Written, Buffer.from(cursor, 'base64url').toString('utf8'));
  return { at: new Date(at), id };
}

/** @throws BadCursor for what is no JSON, or not what a cursor of this list holds */
export function parseCursor<T>(schema: z.ZodType<T>, json: string): T {
  try {
    return schema.parse(JSON.parse(json));
  } catch (cause) {
    throw new BadCursor('not a cursor of this list', { cause });
  }
}
