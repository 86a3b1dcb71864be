// Has the first words of an answer said while the rest is being thought of, and remembers whether they were.
// Whatever keeps them from being said is no failure: then they are said with the rest.
import type { RunContext } from '../runtime/define-actor.ts';
import type { ReplyBegun } from '../../schema/customer.ts';
import type { Opening } from './claude/opening.ts';
import type { Begun } from './situation.ts';

/** The command that composes a reply: what it tells while it runs reaches the chart. */
export type Telling = Pick<RunContext, 'commandId' | 'attempt' | 'tell'>;

export type Opener = {
  /** Answers whether it was said. Never rejects. */
  begin: (opening: Opening) => Promise<boolean>;
  /** What was said, once that is known; null for nothing. */
  begun: () => Promise<Begun | null>;
};

/** @param note keeps in mind what an opening shows, before it is said */
export function createOpener({ commandId, tell }: Telling, note: (opening: Opening) => Promise<void>): Opener {
  let said: Promise<Begun | null> = Promise.resolve(null);
  const say = async (opening: Opening): Promise<Begun | null> => {
    const event: ReplyBegun = { type: 'reply.begun', id: commandId, ...opening };
    try {
      await note(opening);
      if ((await tell(event)) !== 'stepped') return null;
    } catch {
      return null;
    }
    return { text: opening.text, isbn13s: opening.shown.map(({ isbn13 }) => isbn13), overtaken: false };
  };
  return {
    begin: async (opening) => {
      said = say(opening);
      return (await said) !== null;
    },
    begun: () => said,
  };
}
