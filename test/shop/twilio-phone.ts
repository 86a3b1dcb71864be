// A customer's phone at Twilio: its texts come in as signed webhooks, its bubbles are what Twilio was given.
import { equal } from 'node:assert/strict';
import type { Shop } from '../../src/cli/shop/open-shop.ts';
import { setStoreKeys } from '../../src/commerce/store-keys.ts';
import { webhook } from '../fakes/twilio.ts';
import type { FakeTwilio } from '../fakes/twilio.ts';
import { Phone } from './phone.ts';

/** Store 1 texts by this Twilio from now on. */
export async function textsByTwilio(
  { db, vault, refreshStores }: Pick<Shop, 'db' | 'vault' | 'refreshStores'>,
  { accountSid, authToken, url }: FakeTwilio,
): Promise<void> {
  const keys = { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_BASE_URL: url };
  await setStoreKeys(db, vault, 1, keys);
  await refreshStores();
}

/** `shop`: its own number. */
export class TwilioPhone extends Phone {
  constructor(
    private readonly shop: { url: string; phone: string },
    number: string,
    private readonly twilio: FakeTwilio,
  ) {
    super(shop.url, number);
  }

  override async texts(...texts: string[]): Promise<void> {
    for (const text of texts) equal((await this.sends({ text })).status, 200);
  }

  override sends({ text, messageId = crypto.randomUUID() }: { text: string; messageId?: string }): Promise<Response> {
    const url = `${this.shop.url}/webhook/twilio`;
    const fields = { MessageSid: messageId, From: this.number, To: this.shop.phone, Body: text };
    return fetch(url, webhook(this.twilio.authToken, url, fields));
  }

  override bubbles(): Promise<string[]> {
    return Promise.resolve(this.twilio.delivered.filter(({ to }) => to === this.number).map(({ body }) => body));
  }
}
