// A customer's phone at Twilio: its texts come in as signed webhooks, its bubbles are what Twilio was given.
import { equal } from 'node:assert/strict';
import { webhook } from '../fakes/twilio.ts';
import type { FakeTwilio } from '../fakes/twilio.ts';
import { Phone } from './phone.ts';

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
