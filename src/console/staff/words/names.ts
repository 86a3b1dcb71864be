// How names of the charts are spelled out where a person reads them.

/** `1 order`, `2 orders`. */
export const many = (value: number, one: string, more: string) => `${value} ${value === 1 ? one : more}`;

/** `awaitingPayment` → `awaiting payment`. */
export const spelled = (name: string) =>
  name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]/g, ' ')
    .toLowerCase();

export const stateNames: Record<string, string> = {
  awaitingPayment: 'waiting for payment',
  pickedUp: 'picked up',
  underReview: 'needs a look',
  refundPending: 'to be refunded',
  toOrder: 'to be ordered',
  'attention.marty': 'Marty answers',
  'attention.marty.alone': 'Marty answers',
  'attention.marty.needed': 'a person is wanted',
  'attention.staff': 'a person answers',
  'attention.wanted': 'a person is wanted',
  'ear.quiet': 'at rest',
  'ear.listening': 'Marty listens',
  'ear.understanding': 'Marty thinks',
  'ear.swamped': 'too many texts at once',
  'notices.waiting': 'a notice waits',
  'consent.subscribed': 'subscribed',
  'consent.optedOut': 'opted out',
};

/** A state by its path. */
export const stateWords = (path: string) => {
  const known = stateNames[path] ?? stateNames[path.split('.').at(-1) ?? ''];
  if (known) return known;
  const parts = path.split('.');
  const told = parts[0] === 'conversation' || parts[0] === 'attention' ? parts.slice(1) : parts;
  return told.map(spelled).join(' · ');
};
