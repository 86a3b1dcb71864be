// An actor copied into a sandbox: what only reads is really done, everything that would leave or change something is recorded.
import type { AnyEventObject } from 'xstate';
import { Permanent, Refusal } from '../../runtime/define-actor.ts';
import type { RunContext } from '../../runtime/define-actor.ts';
import type { Outcome } from '../../runtime/cause.ts';
import type { Sandbox, Taken } from '../../runtime/sandbox.ts';
import { NOTHING_UNREAD, signed } from '../../brain/brain.ts';
import type { TranscriptLine } from '../../brain/situation.ts';
import { redactCards } from '../../channels/cards.ts';
import { heardAs } from '../../channels/heard-as.ts';
import { loadVoice } from '../../channels/voice.ts';
import { Speech } from '../../../schema/customer.ts';
import type { TextReceived } from '../../../schema/customer.ts';
import { actors } from '../shop/machines.ts';
import type { Shop } from '../shop/open-shop.ts';
import { Vocabulary } from './vocabulary.ts';

/** These read and answer; where one of them would also keep something, its keeping is left out. */
const READERS = { composeReply: actors.composeReply, quote: actors.quote, checkAddress: actors.checkAddress };
/** Whether the sandbox runs this work for real. */
export const isReader = (src: string): src is keyof typeof READERS => src in READERS;

const VOICE = loadVoice();
/** Timers that come due within this time after a text fire by themselves: a settle window, not a reminder. */
const SOON_MS = 30_000;
const ROUNDS_MAX = 50;

export type Whose = { storeId: number; key: string; machine: string; id: string; dataKey: Buffer };

export class Forked {
  /** What Marty and the customer said, the stored past included. */
  readonly said: TranscriptLine[];
  readonly #vocabulary: Vocabulary;

  constructor(
    readonly sandbox: Sandbox,
    private readonly shop: Shop,
    private readonly whose: Whose,
    past: readonly TranscriptLine[],
    private readonly tell: (taken: Taken, bubbles: readonly string[]) => void,
  ) {
    this.said = [...past];
    this.#vocabulary = new Vocabulary(whose.machine);
  }

  /** Whether it is texted; every other actor is told events. */
  get isCustomer(): boolean {
    return this.whose.machine === 'customer';
  }

  /** The events from outside that lead somewhere from here, with what belongs to each. */
  get takes(): string[] {
    return this.#vocabulary.among(this.sandbox.takes);
  }

  /** The customer texts; then everything goes on until somebody outside has to answer, or only time would. */
  async text(words: string): Promise<void> {
    const text = redactCards(words);
    this.#note('customer', text);
    const event: TextReceived = {
      type: 'text.received',
      messageId: `sandbox-${this.sandbox.taken.length}`,
      text,
      channel: 'terminal',
      ...heardAs(text),
    };
    await this.#take(event);
  }

  /** Tells it an event: see {@link Vocabulary.read}. @throws Error for what is no event of its machine */
  async send(line: string): Promise<void> {
    await this.#take(this.#vocabulary.read(line));
  }

  /** Ends what runs as `childId`. @throws Error for an answer that such work never gives */
  async settle(childId: string, outcome: Outcome): Promise<void> {
    this.#hear(this.sandbox.settle(childId, possible(this.sandbox.children[childId]?.src, outcome)));
    await this.#goOn();
  }

  async #take(event: AnyEventObject): Promise<void> {
    this.#hear(this.sandbox.send(event));
    await this.#goOn();
  }

  async wait(ms: number): Promise<void> {
    const untilMs = this.sandbox.nowMs + ms;
    for (let round = 0; round < ROUNDS_MAX && this.sandbox.nowMs < untilMs; round += 1) {
      this.#letPass(untilMs - this.sandbox.nowMs);
      if (!(await this.#read())) return;
    }
  }

  async #goOn(): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      if (await this.#read()) continue;
      const [next] = this.sandbox.timers;
      if (this.#waits() || !next || next.dueAtMs > this.sandbox.nowMs + SOON_MS) return;
      this.#letPass(Math.max(0, next.dueAtMs - this.sandbox.nowMs));
    }
  }

  #letPass(ms: number): void {
    for (const taken of this.sandbox.advance(ms, ({ src }) => isReader(src))) this.#hear(taken);
  }

  #waits(): boolean {
    return Object.keys(this.sandbox.children).length > 0;
  }

  /** Runs one reader that was invoked; false where there is none. */
  async #read(): Promise<boolean> {
    for (const [childId, { src, command }] of Object.entries(this.sandbox.children)) {
      if (!isReader(src)) continue;
      const input = this.#inputOf(command) ?? (await storedInput(this.shop, this.whose, command));
      this.#hear(this.sandbox.settle(childId, await this.#run(src, command, input)));
      return true;
    }
    return false;
  }

  #inputOf(command: string): unknown {
    for (const { effects } of this.sandbox.taken)
      for (const effect of effects) if (effect.kind === 'invoke' && effect.command === command) return effect.input;
    return null;
  }

  async #run(src: keyof typeof READERS, commandId: string, input: unknown): Promise<Outcome> {
    const { services } = this.shop;
    const brain: typeof services.brain = {
      ...services.brain,
      reply: async (ask, signal) =>
        (await services.brain.draft(ask, signal, this.said)) ?? signed(NOTHING_UNREAD, ask.begun),
    };
    const addresses: typeof services.addresses = { ...services.addresses, keep: async () => {}, drop: async () => {} };
    try {
      const run = READERS[src].performable.run;
      return {
        status: 'done',
        output: await run(input, { ...services, brain, addresses, ...this.#context(commandId) }),
      };
    } catch (error) {
      if (error instanceof Refusal) return { status: 'refused', code: error.code, data: error.data };
      return { status: 'failed', code: error instanceof Permanent ? error.code : 'exhausted' };
    }
  }

  #context(commandId: string): RunContext {
    const { storeId, key, machine, id, dataKey } = this.whose;
    return {
      commandId,
      attempt: 1,
      isLastAttempt: true,
      storeId,
      actor: { key, machine, id },
      dataKey,
      signal: AbortSignal.timeout(60_000),
      now: () => this.sandbox.nowMs,
      tell: () => Promise.resolve('dropped'),
      refuse: (code, data) => {
        throw new Refusal(code, data);
      },
    };
  }

  #hear(taken: Taken): void {
    const bubbles = taken.effects.flatMap((effect) =>
      effect.kind === 'action' && effect.name === 'say' ? this.#words(effect.params) : [],
    );
    for (const bubble of bubbles) this.#note('marty', bubble);
    this.tell(taken, bubbles);
  }

  #words(params: unknown): string[] {
    const speech = Speech.parse(params);
    if ('bubbles' in speech) return speech.bubbles;
    const listener = { actorKey: this.whose.key, shop: this.shop.shopOf(this.whose.storeId) };
    return VOICE.speak(speech.line, speech.with, listener).bubbles;
  }

  #note(by: TranscriptLine['by'], text: string): void {
    const id = crypto.randomUUID();
    this.said.push({ id, by, kind: 'talk', text, at: new Date(this.sandbox.nowMs) });
  }
}

const isKnown = (src: string | undefined): src is keyof typeof actors => src !== undefined && src in actors;

// An answer that no worker would give would prove nothing about the machine.
function possible(src: string | undefined, outcome: Outcome): Outcome {
  if (!isKnown(src)) return outcome;
  const { output, refusals = [] } = actors[src].durable;
  if (outcome.status === 'refused' && !refusals.includes(outcome.code))
    throw new Error(`${src} refuses with ${refusals.join(' or ') || 'nothing: see /fail'}`);
  if (outcome.status !== 'done') return outcome;
  const parsed = output.safeParse(outcome.output);
  if (parsed.success) return { status: 'done', output: parsed.data };
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  throw new Error(`${src} does not answer so (${wrong.join('; ')})`);
}

/** Of what was invoked before the fork. */
async function storedInput({ database, vault }: Shop, whose: Whose, command: string): Promise<unknown> {
  const { rows } = await database.pool.query<{ input: Buffer | null }>(
    'SELECT input FROM commands WHERE store_id = $1 AND id = $2 AND actor_key = $3',
    [whose.storeId, command, whose.key],
  );
  const sealed = rows[0]?.input;
  return sealed ? JSON.parse(vault.open(whose.dataKey, sealed)) : null;
}
