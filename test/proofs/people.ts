// The order ids that the explored worlds use, and events as single objects, by which charts remember their steps.
import type { AnyEventObject } from 'xstate';
import { NOON } from '../machines/given.ts';
import type { Happening } from './chart.ts';

export const ORDERS: readonly [string, string] = [
  '0190a000-0000-7000-8000-0000000000a1',
  '0190a000-0000-7000-8000-0000000000a2',
];

const happenings = new Map<string, Happening>();

/** The one object that stands for this event at this instant (ms since 1970). */
export function happeningOf(event: AnyEventObject, at: number = NOON): Happening {
  const key = `${at} ${JSON.stringify(event)}`;
  const known = happenings.get(key);
  if (known) return known;
  const fresh = { event, at };
  happenings.set(key, fresh);
  return fresh;
}
