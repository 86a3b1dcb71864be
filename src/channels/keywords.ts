// The words that the law and the carriers give a fixed meaning, whole messages only.
// So have the Spanish ones of the same meaning: the law names no language.
// A bare CANCEL is an opt-out even in the middle of a purchase; "cancel my order" is not.

export type Keyword = 'stop' | 'start' | 'help' | null;

const MEANING: Readonly<Record<string, Exclude<Keyword, null>>> = {
  stop: 'stop',
  stopall: 'stop',
  'stop all': 'stop',
  unsubscribe: 'stop',
  cancel: 'stop',
  end: 'stop',
  quit: 'stop',
  revoke: 'stop',
  optout: 'stop',
  'opt out': 'stop',
  alto: 'stop',
  parar: 'stop',
  pare: 'stop',
  paren: 'stop',
  detener: 'stop',
  cancelar: 'stop',
  baja: 'stop',
  desuscribir: 'stop',
  start: 'start',
  unstop: 'start',
  optin: 'start',
  'opt in': 'start',
  subscribe: 'start',
  help: 'help',
  info: 'help',
  ayuda: 'help',
};

/** The keyword that a whole message is. `YES` is none: it starts again who has opted out, which the chart knows. */
export function keywordOf(text: string): Keyword {
  const word = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu, '')
    .replace(/[\s-]+/g, ' ');
  return Object.hasOwn(MEANING, word) ? (MEANING[word] ?? null) : null;
}
