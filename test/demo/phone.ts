// A simulated customer's phone. Its provider brings each text to the shop's webhook until it is answered 2xx, as real ones do.
import { setTimeout as wait } from 'node:timers/promises';
import { smobiSignature } from '../../src/web/smobi-signature.ts';
import type { Ledger } from './ledger.ts';

export type Network = {
  webhookUrl: string;
  secret: string;
  shopPhone: string;
  ledger: Ledger;
  /** Every text is brought twice, at once. */
  doubles: () => boolean;
  signal: AbortSignal;
};

const TRY_AGAIN_MS = 1_000;
const REQUEST_MAX_MS = 10_000;
/** What was on its way when STOP was said may still come. */
const STOP_GRACE_MS = 3_000;

type Listener = { pattern: RegExp; heard: (text: string) => void };

export class Phone {
  readonly bubbles: string[] = [];
  #read = 0;
  #listener: Listener | null = null;
  #stoppedMs: number | null = null;
  #sinceStop = 0;

  constructor(
    readonly number: string,
    private readonly network: Network,
  ) {}

  /** Resolves when the shop has accepted the text. */
  async texts(text: string): Promise<void> {
    const { ledger, doubles } = this.network;
    const id = crypto.randomUUID();
    // From here on they wait, however often their provider has to try.
    if (!ledger.waiting.has(this.number)) ledger.waiting.set(this.number, Date.now());
    const brought = [this.#bring(id, text), ...(doubles() ? [this.#bring(id, text)] : [])];
    await Promise.all(brought);
    if (text === 'STOP') this.#stoppedMs = Date.now();
  }

  /** Waits for a bubble that was not read yet; what came before it counts as read. Rejects when the demo ends. */
  async hears(pattern: RegExp): Promise<string> {
    const { signal } = this.network;
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const leave = () => reject(new Error('the demo is over'));
      signal.addEventListener('abort', leave, { once: true });
      this.#listener = {
        pattern,
        heard: (text) => {
          signal.removeEventListener('abort', leave);
          resolve(text);
        },
      };
      this.#look();
    });
  }

  async asks(text: string, answer: RegExp): Promise<string> {
    await this.texts(text);
    return this.hears(answer);
  }

  /** The network has brought a bubble. */
  receive(text: string): void {
    const { ledger } = this.network;
    const now = Date.now();
    this.bubbles.push(text);
    if (this.#stoppedMs !== null && now - this.#stoppedMs > STOP_GRACE_MS) this.#sinceStop += 1;
    if (this.#sinceStop > 1) ledger.doubled.push('a text after STOP');
    this.#look();
  }

  #look(): void {
    if (this.#listener === null) return;
    const { pattern, heard } = this.#listener;
    const at = this.bubbles.findIndex((text, index) => index >= this.#read && pattern.test(text));
    const text = this.bubbles[at];
    if (text === undefined) return;
    this.#read = at + 1;
    this.#listener = null;
    this.network.ledger.heard(this.number, Date.now());
    heard(text);
  }

  async #bring(id: string, message: string): Promise<void> {
    const { webhookUrl, secret, shopPhone, ledger, signal } = this.network;
    for (;;) {
      signal.throwIfAborted();
      const timestamp = new Date().toISOString();
      const text = { message_id: id, from: this.number, to: shopPhone, message, message_type: 'sms', timestamp };
      const body = JSON.stringify(text);
      const signature = smobiSignature(secret, Buffer.from(body));
      const headers = { 'content-type': 'application/json', 'x-smobi-signature': signature };
      const patience = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MAX_MS)]);
      const status = await fetch(webhookUrl, { method: 'POST', headers, body, signal: patience }).then(
        (response) => response.status,
        () => 0,
      );
      if (status === 200) return void ledger.accepted.add(id);
      await wait(TRY_AGAIN_MS, null, { signal });
    }
  }
}
