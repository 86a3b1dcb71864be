// Brings what the fake Square has to tell to the shop's webhook, signed, and again until it is answered 2xx.
import { setTimeout as wait } from 'node:timers/promises';
import { SQUARE_SIGNATURE } from '../../src/commerce/square/webhook.ts';
import type { FakeSquare } from '../fakes/square.ts';
import { signSquareEvent } from '../fakes/square/webhooks.ts';
import type { SquareEvent } from '../fakes/square/webhooks.ts';

const LOOK_MS = 250;
const TRY_AGAIN_MS = 1_000;
const REQUEST_MAX_MS = 10_000;

/** Until `signal`; every event is told twice while `doubles` says so. */
export async function bringNews(
  square: FakeSquare,
  url: string,
  doubles: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (const event of square.outbox.splice(0)) {
      const copies = doubles() ? [event, event] : [event];
      for (const copy of copies) void bring(copy, square.signatureKey, url, signal).catch(() => undefined);
    }
    await wait(LOOK_MS, null, { signal }).catch(() => undefined);
  }
}

async function bring({ body }: SquareEvent, key: string, url: string, signal: AbortSignal): Promise<void> {
  const headers = { [SQUARE_SIGNATURE]: signSquareEvent({ url, body, key }) };
  while (!signal.aborted) {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MAX_MS)]);
    const isHeard = await fetch(url, { method: 'POST', body, headers, signal: patience }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isHeard) return;
    await wait(TRY_AGAIN_MS, null, { signal });
  }
}
