// The one way in for a customer's text, whichever channel brought it: one store, one actor, one event, committed.
import type { Channel, Keyword, TextReceived } from '../../schema/customer.ts';
import { clocksFor } from '../channels/area-codes.ts';
import { redactCards } from '../channels/cards.ts';
import { heardAs } from '../channels/heard-as.ts';
import { PROBE_PHONE, PROBE_SOURCE } from '../channels/probe.ts';
import type { WebDeps, WebStore } from './deps.ts';

export type InboundText = {
  store: Pick<WebStore, 'id' | 'timezone'>;
  /** E.164. */
  phone: string;
  text: string;
  channel: Channel;
  /** The provider's own id; with the channel it is the dedupe key. */
  messageId: string;
  correlationId: string;
  /** What the provider itself took the text for. */
  keyword?: Keyword;
  /** The phone shows cards and answers to tap. */
  rich: boolean;
  /** What came along with the words; `text` stands for it where there are none. */
  media?: TextReceived['media'];
};

/** Resolves once the text is durable. A repeated `messageId` has no second effect. */
export async function acceptText(
  { send, metrics }: Pick<WebDeps, 'send'> & { metrics: Pick<WebDeps['metrics'], 'text'> },
  { store, phone, text, channel, messageId, correlationId, keyword = null, rich, media }: InboundText,
): Promise<{ duplicate: boolean }> {
  const heard = heardAs(text);
  const event: TextReceived = {
    type: 'text.received',
    messageId,
    text: redactCards(text),
    channel,
    ...heard,
    keyword: keyword ?? heard.keyword,
    rich,
    zones: clocksFor(store.timezone, phone, channel),
    ...(media === undefined ? {} : { media }),
  };
  const address = { storeId: store.id, machine: 'customer', id: phone };
  try {
    const options = {
      dedupeKey: `${channel}:${messageId}`,
      source: phone === PROBE_PHONE ? PROBE_SOURCE : channel,
      correlationId,
    };
    const { duplicate } = await send(address, event, options);
    metrics.text(channel, duplicate ? 'duplicate' : 'accepted');
    return { duplicate };
  } catch (error) {
    metrics.text(channel, 'refused');
    throw error;
  }
}
