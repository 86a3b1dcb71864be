// A reply of the past thought out again by this build: from what had been said and shown by then.
import type { Brain } from '../../brain/brain.ts';
import { NOTHING_UNREAD } from '../../brain/brain.ts';
import { SHOWN_FOR_MS, SHOWN_MAX, shownLately } from '../../brain/shop-facts.ts';
import { createTranscript } from '../../brain/transcript.ts';
import { ComposeInput, ReplyOutput } from '../../../schema/acts.ts';
import type { TurnView } from '../../runtime/archive.ts';
import type { Effect } from '../../runtime/effects.ts';
import type { Shop } from '../shop/open-shop.ts';
import type { Replayed } from './told.ts';

const LINES_MAX = 24;
const TIMEOUT_MS = 60_000;
const REPLY = 'xstate.done.actor.reply';

/** The part of a reply that decides: what the customer did, as it was understood. */
export type Thought = { recorded: ReplyOutput; renewed: ReplyOutput };

type Asked = { input: ComposeInput; seq: number; atMs: number };

/** Follows one customer's turns in order; holds the question that is open, and what was shown of late. */
export class SecondThoughts {
  #asked: Asked | null = null;
  #shown: Array<{ isbn13: string; atMs: number }> = [];

  constructor(
    private readonly shop: Pick<Shop, 'db' | 'vault'>,
    private readonly brain: Pick<Brain, 'draft'>,
    private readonly whose: Replayed,
    /** Without Claude his replies are taken as they were: the house would say something else. */
    private readonly hasClaude: boolean,
  ) {}

  /** Null where this turn is no reply, or one that cannot be thought out again here. */
  async about(turn: TurnView): Promise<Thought | null> {
    const asked = this.#asked;
    if (turn.type !== REPLY) return null;
    const { output } = replyIn(turn);
    const isOurs = output.by === 'house' || this.hasClaude;
    // What came from beyond the shelf would have to be asked for outside once more, and half an answer cannot be thought out alone.
    if (asked === null || !isOurs || (output.found ?? []).length > 0 || output.begun !== undefined) return null;
    return { recorded: output, renewed: await this.#again(asked) };
  }

  /** Goes on past a turn, with what it really asked for. */
  pass(turn: TurnView, effects: readonly Effect[]): void {
    const atMs = turn.at.getTime();
    if (/^xstate\.(?:done|error)\.actor\.reply$/.test(turn.type)) this.#asked = null;
    if (turn.type === REPLY) {
      const shown = replyIn(turn).output.shown.map(({ isbn13 }) => ({ isbn13, atMs }));
      this.#shown = [...shown, ...this.#shown].slice(0, SHOWN_MAX);
    }
    for (const effect of effects) {
      if (effect.kind === 'stop' && effect.childId === 'reply') this.#asked = null;
      if (effect.kind === 'invoke' && effect.src === 'composeReply')
        this.#asked = { input: ComposeInput.parse(effect.input), seq: turn.seq, atMs };
    }
  }

  async #again({ input, seq, atMs }: Asked): Promise<ReplyOutput> {
    const { storeId, key: actorKey, dataKey } = this.whose;
    const whose = { storeId, actorKey, dataKey };
    const said = await createTranscript(this.shop.db, this.shop.vault).recent(whose, LINES_MAX, seq + 1);
    const moment = { nowMs: atMs, seenBefore: (textMs: number) => this.#seenBefore(textMs) };
    const reply = await this.brain.draft({ ...input, ...whose }, AbortSignal.timeout(TIMEOUT_MS), said, moment);
    return reply ?? NOTHING_UNREAD;
  }

  /** The table knows when a book was shown last; that it was shown before that, too, these turns know. */
  async #seenBefore(textMs: number): Promise<string[]> {
    const { storeId, key } = this.whose;
    const lately = this.#shown.filter(({ atMs }) => atMs < textMs && atMs > textMs - SHOWN_FOR_MS);
    const earlier = await shownLately(this.shop.db, storeId, key, textMs);
    return [...new Set([...lately.map(({ isbn13 }) => isbn13), ...earlier])].slice(0, SHOWN_MAX);
  }
}

function replyIn(turn: TurnView): { output: ReplyOutput } {
  const output = typeof turn.event === 'object' && turn.event !== null && 'output' in turn.event && turn.event.output;
  return { output: ReplyOutput.parse(output) };
}
