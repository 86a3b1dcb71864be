// The street before the shop: so many customers at a time, each with a phone of their own; who leaves makes room for another.
import { setTimeout as wait } from 'node:timers/promises';
import type { FakeSmobi } from '../fakes/smobi.ts';
import { Phone } from './phone.ts';
import type { Network } from './phone.ts';
import { SHELF } from './shelf.ts';
import { TEMPERS } from './tempers.ts';

export type StreetOptions = {
  network: Network;
  smobi: FakeSmobi;
  customers: number;
  /** Times as fast as people read and type. */
  speed: number;
  chance: () => number;
};

const THINK_MS = { min: 1_500, more: 4_000 };
/** A customer waits so long before the next one comes in. */
const GAP_MS = 700;

export class Street {
  #isOpen = true;
  #numbers = 0;
  readonly #phones = new Map<string, Phone>();
  /** Who is here, by temper. */
  readonly here = new Map<string, number>();
  readonly #visits: Array<Promise<void>> = [];

  constructor(private readonly options: StreetOptions) {
    options.smobi.onDelivered = ({ to, message }) => this.#phones.get(to)?.receive(message);
    for (let place = 0; place < options.customers; place += 1) this.#visits.push(this.#fill(place));
  }

  /** Nobody comes in any more; resolves when everybody has what they came for, or the demo ends. */
  async empty(): Promise<void> {
    this.#isOpen = false;
    await Promise.all(this.#visits);
  }

  async #fill(place: number): Promise<void> {
    const { signal } = this.options.network;
    await wait(place * GAP_MS, null, { signal }).catch(() => undefined);
    while (this.#isOpen && !signal.aborted) {
      await this.#visit().catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }

  async #visit(): Promise<void> {
    const { network, chance } = this.options;
    const phone = new Phone(numberOf(this.#numbers++), network);
    this.#phones.set(phone.number, phone);
    const { name, visit } = temperAt(chance());
    this.here.set(name, (this.here.get(name) ?? 0) + 1);
    try {
      const title = SHELF[Math.floor(chance() * SHELF.length)]?.title ?? 'Dune';
      const thinks = () => this.#thinks();
      await visit({ phone, ledger: network.ledger, title, chance, thinks, pays: (link) => this.#pays(link) });
      network.ledger.served += 1;
    } finally {
      this.here.set(name, (this.here.get(name) ?? 1) - 1);
    }
  }

  async #thinks(): Promise<void> {
    const { speed, chance, network } = this.options;
    await wait((THINK_MS.min + THINK_MS.more * chance()) / speed, null, { signal: network.signal });
  }

  async #pays(link: string): Promise<void> {
    const { signal } = this.options.network;
    const response = await fetch(link, { method: 'POST', signal });
    if (!response.ok) throw new Error(`the pay page answered ${response.status}`);
  }
}

/** 555-0100 to 555-0199 of every area code but one belong to nobody and to nobody's probe. */
function numberOf(n: number): string {
  const area = 212 + Math.floor(n / 100);
  return `+1${area}5550${String(100 + (n % 100))}`;
}

function temperAt(roll: number) {
  const all = TEMPERS.reduce((sum, { often }) => sum + often, 0);
  let left = roll * all;
  const [first = TEMPERS[0]] = TEMPERS.filter(({ often }) => (left -= often) < 0);
  if (first === undefined) throw new Error('nobody comes to this shop');
  return first;
}
