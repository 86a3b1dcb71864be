// The stored form of an actor: plain JSON, checked on the way in and out. Nothing else is ever written as a snapshot.
import { z } from 'zod';
import type { AnyMachineSnapshot, StateValue } from 'xstate';

const StateValueSchema: z.ZodType<StateValue> = z.lazy(() =>
  z.union([z.string(), z.record(z.string(), z.union([StateValueSchema, z.undefined()]))]),
);

/** A running child of the machine: what it runs and the command that runs it. */
export const StoredChild = z.object({ src: z.string(), command: z.string() });
export type StoredChild = z.infer<typeof StoredChild>;

export const StoredSnapshot = z.object({
  value: StateValueSchema,
  context: z.record(z.string(), z.unknown()),
  status: z.enum(['active', 'done']),
  output: z.unknown().optional(),
  /** For each history state's parent: the ids of the state nodes it remembers. */
  historyValue: z.record(z.string(), z.array(z.object({ id: z.string() }))),
  children: z.record(z.string(), StoredChild),
});
export type StoredSnapshot = z.infer<typeof StoredSnapshot>;

/** A snapshot in memory: XState's own, and which command runs each of its children. */
export type LiveSnapshot = { snapshot: AnyMachineSnapshot; children: Readonly<Record<string, StoredChild>> };

/** What leads from a snapshot back to the one before it: the old value of each part that changed; null where it had none. */
export const StepBack = z.object({
  parts: z.record(z.string(), z.tuple([z.unknown()]).nullable()),
  context: z.record(z.string(), z.tuple([z.unknown()]).nullable()),
});
export type StepBack = z.infer<typeof StepBack>;

const PARTS = ['value', 'status', 'output', 'historyValue', 'children'] as const;

/** Both snapshots must come from the same chain of steps: unchanged context keys are compared by reference. */
export function stepBack(before: StoredSnapshot, after: StoredSnapshot): StepBack {
  const parts: Record<string, [unknown] | null> = {};
  for (const part of PARTS) {
    if (JSON.stringify(before[part]) === JSON.stringify(after[part])) continue;
    parts[part] = before[part] === undefined ? null : [before[part]];
  }
  const context: Record<string, [unknown] | null> = {};
  for (const key of new Set([...Object.keys(before.context), ...Object.keys(after.context)])) {
    if (before.context[key] === after.context[key]) continue;
    context[key] = before.context[key] === undefined ? null : [before.context[key]];
  }
  return { parts, context };
}

/** The snapshot before the turn that `back` was journaled with. */
export function applyStepBack(after: StoredSnapshot, back: StepBack): StoredSnapshot {
  const context = putBack(after.context, back.context);
  return StoredSnapshot.parse({ ...putBack(after, back.parts), context });
}

function putBack(after: Record<string, unknown>, old: StepBack['parts']): Record<string, unknown> {
  const before = { ...after };
  for (const [key, value] of Object.entries(old)) {
    if (value === null) delete before[key];
    else before[key] = value[0];
  }
  return before;
}
