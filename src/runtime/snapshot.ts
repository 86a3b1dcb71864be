// The stored form of an actor: plain JSON, checked on the way in and out. Nothing else is ever written as a snapshot.
import { z } from 'zod';
import type { AnyMachineSnapshot, StateValue } from 'xstate';
import { isPlain } from './json.ts';

// Every turn reads one of these: zod's own recursion, and its copy of a record, cost more than reading the JSON.
const StateValueSchema = z.custom<StateValue>(isStateValue);
const Context = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && isPlain(value),
);

function isStateValue(value: unknown): value is StateValue {
  if (typeof value === 'string') return true;
  if (typeof value !== 'object' || value === null || !isPlain(value)) return false;
  return Object.values(value).every((part) => part === undefined || isStateValue(part));
}

/** A running child of the machine: what it runs and the command that runs it. */
export const StoredChild = z.object({ src: z.string(), command: z.string() });
export type StoredChild = z.infer<typeof StoredChild>;

export const StoredSnapshot = z.object({
  value: StateValueSchema,
  context: Context,
  status: z.enum(['active', 'done']),
  output: z.unknown().optional(),
  /** For each history state's parent: the ids of the state nodes it remembers. */
  historyValue: z.record(z.string(), z.array(z.object({ id: z.string() }))),
  children: z.record(z.string(), StoredChild),
});
export type StoredSnapshot = z.infer<typeof StoredSnapshot>;

/** A snapshot in memory: XState's own, and which command runs each of its children. */
export type LiveSnapshot = { snapshot: AnyMachineSnapshot; children: Readonly<Record<string, StoredChild>> };

const Whole = z.tuple([z.unknown()]);
/** A list that mostly stayed: its old self is `head`, then the new one's elements from `from` to `to`, then `tail`. */
const Around = z.object({
  head: z.array(z.unknown()),
  from: z.number().int(),
  to: z.number().int(),
  tail: z.array(z.unknown()),
});
type Around = z.infer<typeof Around>;

/** What leads from a snapshot back to the one before it: the old value of each part that changed; null where it had none. */
export const StepBack = z.object({
  parts: z.record(z.string(), Whole.nullable()),
  context: z.record(z.string(), z.union([Whole, Around]).nullable()),
});
export type StepBack = z.infer<typeof StepBack>;

const PARTS = ['value', 'status', 'output', 'historyValue', 'children'] as const;

/** Both snapshots must come from the same chain of steps: unchanged context keys are compared by reference. */
export function stepBack(before: StoredSnapshot, after: StoredSnapshot): StepBack {
  const parts: Record<string, [unknown] | null> = {};
  for (const part of PARTS) {
    if (isSame(before[part], after[part])) continue;
    parts[part] = before[part] === undefined ? null : [before[part]];
  }
  const context: StepBack['context'] = {};
  for (const key of new Set([...Object.keys(before.context), ...Object.keys(after.context)])) {
    const [old, now] = [before.context[key], after.context[key]];
    if (old === now) continue;
    context[key] = old === undefined ? null : (isList(old) && isList(now) && around(old, now)) || [old];
  }
  return { parts, context };
}

/** Whether both are the same JSON, keys in the same order. */
export function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

// Lists grow at one end and are cut at the other: what both have in common begins with the first element of one of them.
function around(old: readonly unknown[], now: readonly unknown[]): Around | null {
  const [inOld, inNow] = [old.indexOf(now[0]), now.indexOf(old[0])];
  const skipped = inOld >= 0 ? inOld : 0;
  const from = inOld >= 0 ? 0 : inNow;
  let common = 0;
  while (skipped + common < old.length && from >= 0 && old[skipped + common] === now[from + common]) common++;
  if (common === 0) return null;
  return { head: old.slice(0, skipped), from, to: from + common, tail: old.slice(skipped + common) };
}

/** The snapshot before the turn that `back` was journaled with. */
export function applyStepBack(after: StoredSnapshot, back: StepBack): StoredSnapshot {
  const context = putBack(after.context, back.context);
  return StoredSnapshot.parse({ ...putBack(after, back.parts), context });
}

function putBack(after: Record<string, unknown>, old: StepBack['context']): Record<string, unknown> {
  const before = { ...after };
  for (const [key, value] of Object.entries(old)) {
    if (value === null) delete before[key];
    else if ('head' in value) before[key] = rejoin(after[key], value);
    else before[key] = value[0];
  }
  return before;
}

function rejoin(now: unknown, { head, from, to, tail }: Around): unknown[] {
  return [...head, ...z.array(z.unknown()).parse(now).slice(from, to), ...tail];
}
