// Wire formats of durable actors, their turns and their commands, as staff and tools see them.
import { z } from '@hono/zod-openapi';
import { cleanJson } from '../../../schema/clean-text.ts';
import { Cursor, limit, pageOf, StoreSlug, text, Timestamp } from './common.ts';

const Name = text({ min: 1, max: 120 }).openapi({ type: 'string' });
/** XState's state value: a name, or regions with their values. */
const StateValue = z.unknown().openapi({ description: 'XState’s state value', example: { conversation: 'browsing' } });

export const ActorSummary = z
  .object({
    id: z.string().openapi({ example: 'customer:+12015550123' }),
    key: z.string(),
    machine: z.string(),
    version: z.int(),
    value: StateValue,
    status: z.string(),
    attention: z.string().nullable(),
    seq: z.int(),
    updatedAt: Timestamp,
  })
  .openapi('ActorSummary');
export type ActorSummary = z.infer<typeof ActorSummary>;

export const ActorDetail = z
  .object({
    id: z.string(),
    key: z.string(),
    machine: z.string(),
    version: z.int(),
    status: z.string(),
    value: StateValue,
    context: z.unknown(),
    children: z.unknown(),
    timers: z.unknown(),
    seq: z.int(),
    updatedAt: Timestamp,
  })
  .openapi('Actor');
export type ActorDetail = z.infer<typeof ActorDetail>;

export const TurnRecord = z
  .object({
    seq: z.int(),
    event: z.unknown(),
    from: StateValue,
    to: StateValue,
    commands: z.unknown(),
    source: z.string(),
    at: Timestamp,
    correlationId: z.string().nullable(),
    version: z.int(),
    /** False where the machine had no use for the event. */
    handled: z.boolean(),
  })
  .openapi('Turn');
export type TurnRecord = z.infer<typeof TurnRecord>;

export const ActorSnapshot = z
  .object({
    id: z.string(),
    seq: z.int(),
    version: z.int(),
    status: z.string(),
    value: StateValue,
    context: z.unknown(),
  })
  .openapi('ActorSnapshot');
export type ActorSnapshot = z.infer<typeof ActorSnapshot>;

export const CommandRecord = z
  .object({
    id: z.string(),
    actor: z.string(),
    actorKey: z.string(),
    name: z.string(),
    kind: z.string(),
    status: z.string(),
    attempt: z.int(),
    error: z.string().nullable(),
    /** The turn that asked for it. */
    seq: z.int(),
    /** The invoked child's id in its machine; null for actions and undos. */
    child: z.string().nullable(),
    /** Input and result with everything personal withheld; null where there is none, or once the actor was forgotten. */
    input: z.unknown(),
    result: z.unknown(),
    /** When it is tried next, or its lease ends; null once it is settled. */
    dueAt: Timestamp.nullable(),
    can: z.array(z.enum(['retry', 'cancel'])),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .openapi('Command');
export type CommandRecord = z.infer<typeof CommandRecord>;

/** One turn as it committed: what `GET /api/live` streams. No texts, only names. */
export const LiveTurn = z
  .object({
    id: z.string(),
    /** The actor's key. */
    key: z.string(),
    machine: z.string(),
    seq: z.int(),
    event: z.string(),
    from: StateValue,
    to: StateValue,
    at: Timestamp,
    correlationId: z.string().nullable(),
  })
  .openapi('LiveTurn');
export type LiveTurn = z.infer<typeof LiveTurn>;

export const ActorsQuery = z.object({
  machine: Name.optional(),
  state: Name.optional(),
  q: Name.optional(),
  cursor: Cursor.optional(),
  limit: limit({ default: 50, max: 200 }),
  store: StoreSlug,
});
export const HistoryQuery = z.object({
  after: Cursor.optional(),
  limit: limit({ default: 100, max: 500 }),
  store: StoreSlug,
});
export const CommandsQuery = z.object({
  status: Name.optional(),
  actor: Name.optional(),
  name: Name.optional(),
  cursor: Cursor.optional(),
  limit: limit({ default: 50, max: 200 }),
  store: StoreSlug,
});

/** Any event: a type and whatever else; strings cleaned at every depth. */
export const EventBody = z
  .looseObject({
    type: z.string().regex(/^[A-Za-z][\w.-]{0,119}$/, 'must be an event’s name, such as staff.handedBack'),
  })
  .transform((event, context) => {
    try {
      return { ...Object(cleanJson(event)), type: event.type };
    } catch {
      context.addIssue({ code: 'custom', message: 'is nested too deeply' });
      return z.NEVER;
    }
  })
  .openapi('Event', { type: 'object', required: ['type'], properties: { type: { type: 'string' } } });

export const ActorPage = pageOf(ActorSummary);
export const TurnPage = pageOf(TurnRecord);
export const CommandPage = pageOf(CommandRecord);
