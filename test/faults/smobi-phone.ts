// A customer's phone at Smobi: its texts come in as signed webhooks, its bubbles are what Smobi was given.
import { equal } from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { FakeSmobi } from '../fakes/smobi.ts';
import { Phone } from '../shop/phone.ts';
import { SMOBI_SECRET } from './services.ts';

/** `shop`: its own number. */
export class SmobiPhone extends Phone {
  constructor(
    private readonly shop: { url: string; phone: string },
    number: string,
    private readonly smobi: FakeSmobi,
    patienceMs: number,
  ) {
    super(shop.url, number, patienceMs);
  }

  override async texts(...texts: string[]): Promise<void> {
    for (const text of texts) equal((await this.sends({ text })).status, 200);
  }

  override sends({ text, messageId = crypto.randomUUID() }: { text: string; messageId?: string }): Promise<Response> {
    const body = JSON.stringify({
      message_id: messageId,
      from: this.number,
      to: this.shop.phone,
      message: text,
      message_type: 'sms',
      timestamp: new Date().toISOString(),
    });
    const signature = createHmac('sha256', SMOBI_SECRET).update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-smobi-signature': `sha256=${signature}` };
    return fetch(`${this.shop.url}/webhook/sms`, { method: 'POST', headers, body });
  }

  override bubbles(): Promise<string[]> {
    return Promise.resolve(this.smobi.delivered.filter(({ to }) => to === this.number).map(({ message }) => message));
  }
}
