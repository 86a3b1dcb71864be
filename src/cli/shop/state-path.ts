// State values as people name them: a dotted path from the root to where an actor stands.

/** Every state of a state value, outer ones too: `conversation`, `conversation.browsing` … */
export function pathsOf(value: unknown, prefix = ''): string[] {
  if (typeof value === 'string') return [prefix + value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [prefix + name, ...pathsOf(inner, `${prefix}${name}.`)]);
}

/** The innermost states of a state value, one a region. */
export function leavesOf(value: unknown, prefix = ''): string[] {
  if (typeof value === 'string') return [prefix + value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, `${prefix}${name}.`));
}

/** Where an actor stands, whole: `payment.awaiting`; several regions with a comma between. @param standing a state value as JSON */
export function statePath(standing: string | null): string {
  return leavesOf(standing === null ? null : JSON.parse(standing)).join(', ');
}
