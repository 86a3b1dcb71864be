// What each scenario has to come to, in any weather.
import type { Outcome } from './stage.ts';

export const EXPECTED: Readonly<Record<string, Outcome>> = {};
