// Customers of a simulated shop. They text in bursts, waver, fall silent, say STOP, pay at once, late, twice or never. Their provider
// brings each text until it is told 2xx, and now and then once more.
import type { Runtime } from '../../src/runtime/runtime.ts';
import { acceptText } from '../../src/web/inbound.ts';
import type { Arrived } from './providers.ts';
import type { World } from './world.ts';

export type Customer = {
  phone: string;
  channel: 'smobi' | 'simulator' | 'terminal';
  textsLeft: number;
  /** When a STOP of theirs was accepted; null while they may be texted, and from the moment they say START. */
  stoppedMs: number | null;
  /** The number of the text in which they last asked for texts again: a STOP from before it that is accepted after it stops nothing. */
  startedText: number;
  /** A payment link has just come. */
  hasLink: boolean;
};

export type PeopleOptions = {
  world: World;
  /** A process that serves right now, or null. */
  anyRuntime: () => Runtime | null;
  /** Presses the button of a pay page. */
  pay: (linkId: string) => void;
};

const PROVIDER_PATIENCE_MS = 15_000;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export class People {
  readonly customers: Customer[] = [];
  /** Texts that were accepted. */
  accepted = 0;
  /** Bubbles that came to somebody who had said STOP, by reference; the shop says whether they were answers to it. */
  readonly afterStop: string[] = [];
  #texts = 0;
  #underway = 0;

  constructor(private readonly options: PeopleOptions) {}

  /** Somebody new begins to text within the next minutes. */
  arrive(): void {
    const { world } = this.options;
    const { chance } = world;
    const phone = `+1201555${String(1000 + this.customers.length).padStart(4, '0')}`;
    const channel = chance.hits(0.15) ? 'terminal' : 'smobi';
    const customer: Customer = {
      phone,
      channel,
      textsLeft: chance.between(3, 8),
      stoppedMs: null,
      startedText: -1,
      hasLink: false,
    };
    this.customers.push(customer);
    world.after(null, chance.below(3 * MINUTE), () => this.#speak(customer));
  }

  /** Nobody will text any more, and every text was accepted. */
  get done(): boolean {
    return this.#underway === 0 && this.customers.every(({ textsLeft }) => textsLeft <= 0);
  }

  hear(arrived: Arrived): void {
    const { world, pay } = this.options;
    const { chance } = world;
    const customer = this.customers.find(({ phone }) => phone === arrived.to);
    if (customer && customer.stoppedMs !== null && arrived.askedMs > customer.stoppedMs + this.#underwayMs)
      this.afterStop.push(arrived.reference);
    if (customer) this.#blurt(customer);
    const [, link] = /\/till\/([0-9a-f-]{36})/.exec(arrived.text) ?? [];
    if (!link) return;
    if (customer) this.#seeLink(customer);
    const mood = chance.next();
    if (mood < 0.65) world.after(null, chance.between(5 * SECOND, 5 * MINUTE), () => this.#payAndGo(link, customer));
    else if (mood < 0.75) world.after(null, chance.between(24 * HOUR - 10 * MINUTE, 25 * HOUR), () => pay(link));
    if (mood < 0.08) world.after(null, chance.between(5 * SECOND, 5 * MINUTE), () => pay(link));
  }

  #blurt(customer: Customer): void {
    const { world } = this.options;
    const { chance, climate } = world;
    if (!chance.hits(climate.people.blurts)) return;
    const words = chance.pick(['STOP', 'HELP']);
    world.after(null, chance.below(1.5 * SECOND), () => this.#send(customer, words));
  }

  // While the rest of what was said is still on its way.
  #seeLink(customer: Customer): void {
    const { world } = this.options;
    customer.hasLink = true;
    if (!world.chance.hits(world.climate.people.stopsOverMoney)) return;
    world.after(null, world.chance.below(4 * SECOND), () => this.#send(customer, 'STOP'));
  }

  #payAndGo(link: string, customer: Customer | undefined): void {
    const { world, pay } = this.options;
    const { chance } = world;
    pay(link);
    if (!customer || !chance.hits(world.climate.people.stopsOverMoney)) return;
    world.after(null, chance.below(20 * SECOND), () => this.#send(customer, 'STOP'));
  }

  // How long before a bubble leaves its gate was asked at the earliest: two statements lie between.
  get #underwayMs(): number {
    return 2 * this.options.world.climate.statementMsMax;
  }

  #speak(customer: Customer): void {
    const { world } = this.options;
    customer.textsLeft -= 1;
    this.#send(customer, this.#words(customer));
    if (customer.textsLeft > 0) world.after(null, this.#gapMs(), () => this.#speak(customer));
  }

  #gapMs(): number {
    const { chance, climate } = this.options.world;
    if (chance.hits(climate.people.silences)) return chance.between(3 * HOUR, 5 * HOUR);
    if (chance.hits(climate.people.bursts)) return chance.between(100, 5 * SECOND);
    if (chance.hits(0.8)) return chance.between(4 * SECOND, 40 * SECOND);
    return chance.between(MINUTE, 30 * MINUTE);
  }

  #words(customer: Customer): string {
    const { chance, climate } = this.options.world;
    const { people } = climate;
    if (customer.stoppedMs !== null) return chance.pick(['START', 'go on', 'HELP', 'yes']);
    const { hasLink } = customer;
    customer.hasLink = false;
    if (chance.hits(hasLink ? people.stopsOverMoney : people.stops)) return 'STOP';
    if (chance.hits(0.01)) return 'HELP';
    return chance.hits(people.wavers) ? 'waver' : 'go on';
  }

  #send(customer: Customer, words: string): void {
    const { world } = this.options;
    const number = this.#texts++;
    const id = `t${number}`;
    const text = words === 'go on' || words === 'waver' ? `${words} ${id}` : words;
    if (words === 'START' || words === 'yes') Object.assign(customer, { stoppedMs: null, startedText: number });
    this.#underway += 1;
    let accepted = false;
    const bring = () => {
      const runtime = this.options.anyRuntime();
      if (!runtime) return void world.after(null, 2 * SECOND, bring);
      const patience = world.after(null, PROVIDER_PATIENCE_MS, bring);
      this.#offer(runtime, customer, id, text).then(
        () => {
          patience();
          if (accepted) return;
          accepted = true;
          this.accepted += 1;
          this.#underway -= 1;
          if (words === 'STOP' && number > customer.startedText) customer.stoppedMs = world.nowMs;
          if (words === 'START' || words === 'yes') customer.stoppedMs = null; // the network let a later STOP pass it: the shop cannot know
          if (world.faulty && world.chance.hits(0.05)) world.after(null, world.chance.below(20 * SECOND), bring); // the 200 was lost
        },
        () => {
          patience();
          world.after(null, world.chance.between(SECOND, 8 * SECOND), bring);
        },
      );
    };
    const copies = world.faulty && world.chance.hits(0.04) ? world.chance.between(2, 6) : 1;
    for (let copy = 0; copy < copies; copy++) bring();
  }

  #offer(runtime: Runtime, { phone, channel }: Customer, messageId: string, text: string): Promise<unknown> {
    const send: Parameters<typeof acceptText>[0]['send'] = async (address, event, options) => {
      const { settled } = await runtime.send(address, event, options);
      return { accepted: true, duplicate: settled === 'duplicate' };
    };
    const metrics = { text: () => undefined };
    return acceptText(
      { send, metrics },
      {
        store: { id: 1, timezone: 'America/New_York' },
        phone,
        text,
        channel,
        messageId,
        correlationId: messageId,
        rich: false,
      },
    );
  }
}
