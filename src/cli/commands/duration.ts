// Spans of time as people type them: 90s, 5m, 3h, 2d.
const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** In milliseconds; null for what is no span of time. */
export function durationMs(words: string): number | null {
  const [, count, unit] = /^(\d+)\s*([smhd])$/.exec(words) ?? [];
  if (unit !== 's' && unit !== 'm' && unit !== 'h' && unit !== 'd') return null;
  return Number(count) * UNITS_MS[unit];
}
