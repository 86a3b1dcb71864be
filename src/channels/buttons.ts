// The answers to tap: what the statechart marks as open where it stands, never what a prompt or a line says.
// What is written on a button is what it says when it is tapped: the same text typed by hand means the same.
import { z } from 'zod';
import type { Way } from '../runtime/transactional.ts';

/** RCS shows 25 characters of a label. */
export const LABEL_CHARS_MAX = 25;
/** As many as one card carries. */
const BUTTONS_MAX = 4;

const Button = z.object({ button: z.string().min(1).max(LABEL_CHARS_MAX) });

/** The buttons of a state, the most likely first. Throws for a mark in the chart that is no button. */
export function buttonsOf(ways: readonly Way[]): string[] {
  const labels = ways.map(({ meta }) => Button.parse(meta).button);
  return [...new Set(labels)].slice(0, BUTTONS_MAX);
}
