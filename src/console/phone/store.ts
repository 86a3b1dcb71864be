// What the page knows: the phones on the desk, what each has sent and received, and what is on its way from here.
import { createStore } from '@xstate/store';
import type { Text } from './server.ts';

/** A text typed here that the transcript does not show yet. */
export type Outgoing = {
  id: string;
  text: string;
  at: string;
  state: 'sending' | 'accepted' | 'failed';
  reason: string;
};
export type Phone = {
  number: string;
  texts: Text[];
  outgoing: Outgoing[];
  /** A transcript's text → the outgoing one that it was, so that its bubble stays the same bubble. */
  keys: Record<string, string>;
  composing: boolean;
  /** The name of the shop that answers; empty before it has. */
  shop: string;
  reach: 'connecting' | 'online' | 'offline';
};
export type Desk = { phones: Phone[] };

/** How many of the newest texts are read again at each look: their statuses still move. */
const REREAD = 12;

export type News = {
  number: string;
  after: string | undefined;
  texts: Text[];
  composing: boolean;
  shop: string;
  settled: string[];
};
type About = { number: string };

const emptyPhone = (number: string): Phone => ({
  number,
  texts: [],
  outgoing: [],
  keys: {},
  composing: false,
  shop: '',
  reach: 'connecting',
});

export function createDesk(numbers: string[]) {
  const context: Desk = { phones: numbers.map(emptyPhone) };
  return createStore({
    context,
    on: {
      phoneAdded: (desk, { number }: About) => ({ phones: [...desk.phones, emptyPhone(number)] }),
      phoneRemoved: (desk, { number }: About) => ({ phones: desk.phones.filter((phone) => phone.number !== number) }),
      textTyped: (desk, { number, id, text, at }: About & Pick<Outgoing, 'id' | 'text' | 'at'>) =>
        change(desk, number, (phone) => ({
          outgoing: [...phone.outgoing.filter((one) => one.id !== id), { id, text, at, state: 'sending', reason: '' }],
        })),
      textAccepted: (desk, { number, id }: About & { id: string }) =>
        change(desk, number, (phone) => ({ outgoing: marked(phone, id, 'accepted', '') })),
      textFailed: (desk, { number, id, reason }: About & { id: string; reason: string }) =>
        change(desk, number, (phone) => ({ outgoing: marked(phone, id, 'failed', reason) })),
      newsCame: (desk, news: News) => change(desk, news.number, (phone) => withNews(phone, news)),
      touchLost: (desk, { number }: About) => change(desk, number, () => ({ reach: 'offline', composing: false })),
    },
  });
}
export type DeskStore = ReturnType<typeof createDesk>;

export function phoneOf({ phones }: Desk, number: string): Phone | undefined {
  return phones.find((phone) => phone.number === number);
}

/** From where to read on, so that late changes of status are seen too. */
export function readFrom({ texts }: Phone): string | undefined {
  return texts.at(-REREAD - 1)?.id;
}

/** Outgoing texts that a look which starts now is sure to find in the transcript. */
export function acceptedIds({ outgoing }: Phone): string[] {
  return outgoing.filter(({ state }) => state === 'accepted').map(({ id }) => id);
}

function change(desk: Desk, number: string, update: (phone: Phone) => Partial<Phone>): Desk {
  return { phones: desk.phones.map((phone) => (phone.number === number ? { ...phone, ...update(phone) } : phone)) };
}

function marked(phone: Phone, id: string, state: Outgoing['state'], reason: string): Outgoing[] {
  return phone.outgoing.map((one) => (one.id === id ? { ...one, state, reason } : one));
}

function withNews(phone: Phone, { after, texts, composing, shop, settled }: News): Partial<Phone> {
  const from = phone.texts.findIndex(({ id }) => id === after) + 1;
  const known = new Set(phone.texts.map(({ id }) => id));
  const arrived = texts.filter(({ id, direction }) => direction === 'inbound' && !known.has(id));
  const adopted = adopt(phone.outgoing, arrived);
  const here = new Set([...settled, ...Object.values(adopted)]);
  return {
    texts: [...phone.texts.slice(0, from), ...texts],
    outgoing: phone.outgoing.filter(({ id }) => !here.has(id)),
    keys: { ...phone.keys, ...adopted },
    composing,
    shop,
    reach: 'online',
  };
}

// A text may be in the transcript before its sender hears that it was accepted, or where that answer was lost: but first it is one of
// those that nobody has said failed.
function adopt(outgoing: readonly Outgoing[], arrived: readonly Text[]): Record<string, string> {
  const hasFailed = ({ state }: Outgoing) => state === 'failed';
  const waiting = [...outgoing.filter((one) => !hasFailed(one)), ...outgoing.filter(hasFailed)];
  const keys: Record<string, string> = {};
  for (const { id, text } of arrived) {
    const index = waiting.findIndex((one) => one.text === text);
    const [match] = index >= 0 ? waiting.splice(index, 1) : [];
    if (match) keys[id] = match.id;
  }
  return keys;
}
