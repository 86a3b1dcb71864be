// Between the desk and the server: sends what was typed, and looks for news: often while something is going on,
// rarely while nothing is, not at all while nobody looks.
import { readTexts, Refused, sendText } from './server.ts';
import type { DeskStore } from './store.ts';
import { acceptedIds, phoneOf, readFrom } from './store.ts';

const LIVELY_MS = 600;
const QUIET_MS = 2500;
/** How long after the last change a conversation counts as lively. */
const LIVELY_FOR_MS = 45_000;

export type Post = {
  send(number: string, text: string, id?: string): Promise<void>;
  /** Looks for news of one phone until it leaves the desk. */
  watch(number: string): void;
};

export function createPost(desk: DeskStore): Post {
  const wakers = new Map<string, () => void>();
  return {
    send: async (number, text, id = crypto.randomUUID()) => {
      desk.trigger.textTyped({ number, id, text, at: new Date().toISOString() });
      try {
        await sendText(number, text, id);
        desk.trigger.textAccepted({ number, id });
      } catch (error) {
        const reason = error instanceof Refused ? error.message : 'not sent';
        desk.trigger.textFailed({ number, id, reason });
      }
      wakers.get(number)?.();
    },
    watch: (number) => {
      const waker = createWaker();
      wakers.set(number, waker.wake);
      void watch(desk, number, waker).then(() => wakers.delete(number));
    },
  };
}

async function watch(desk: DeskStore, number: string, waker: Waker): Promise<void> {
  let livelyUntil = Date.now() + LIVELY_FOR_MS;
  while (phoneOf(desk.getSnapshot().context, number) !== undefined) {
    if (await look(desk, number)) livelyUntil = Date.now() + LIVELY_FOR_MS;
    await waker.sleep(Date.now() < livelyUntil ? LIVELY_MS : QUIET_MS);
    while (document.hidden) await waker.sleep(QUIET_MS);
  }
}

/** True when something is going on. */
async function look(desk: DeskStore, number: string): Promise<boolean> {
  const phone = phoneOf(desk.getSnapshot().context, number);
  if (phone === undefined) return false;
  const after = readFrom(phone);
  const settled = acceptedIds(phone);
  try {
    const { items, composing, shop } = await readTexts(number, after);
    desk.trigger.newsCame({ number, after, texts: items, composing, shop, settled });
    return composing || settled.length > 0 || items.at(-1)?.id !== phone.texts.at(-1)?.id;
  } catch {
    desk.trigger.touchLost({ number });
    return false;
  }
}

type Waker = { sleep(ms: number): Promise<void>; wake(): void };

/** A sleep that can be cut short; a wake that comes before the sleep makes it none. */
function createWaker(): Waker {
  let awake = false;
  let rise: () => void = () => undefined;
  return {
    sleep: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => rise(), awake ? 0 : ms);
        awake = false;
        rise = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    wake: () => {
      awake = true;
      rise();
    },
  };
}
