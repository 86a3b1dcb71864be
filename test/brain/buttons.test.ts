// What a button says when it is tapped is understood as the act whose way it opens, also without a model.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Stage } from '../../schema/acts.ts';
import { houseReply, plainReply } from '../../src/brain/house/house.ts';
import { bookCard } from '../../src/channels/book-cards.ts';
import { restore } from '../../src/runtime/persist.ts';
import { waysOf } from '../../src/runtime/stepper.ts';
import { customerDefinition, ELSEWHERE, STATES } from '../machines/customer-story.ts';
import { testShelf } from './shelf.ts';
import { offered, situation } from './situations.ts';

const Marked = z.object({ button: z.string() });
const buttons = Object.entries(STATES).flatMap(([state, tell]) =>
  waysOf(restore(customerDefinition, tell().stored)).map(({ type, meta }) => {
    return { state, stage: Stage.parse(tell().context['stage']), type, label: Marked.parse(meta).button };
  }),
);
// While an address is being checked nothing is said, and so nothing is tapped.
const plain = buttons.filter(({ label, state }) => label !== 'another one' && state !== 'fulfillment.checkingAddress');

test.each(plain)('"$label" in $state is $type', ({ stage, type, label }) => {
  const offers = offered('Dune');
  const chosen = stage === 'recommending' ? null : (offers[0] ?? null);
  const elsewhere = stage.startsWith('missing.') ? ELSEWHERE : null;
  const understood = plainReply(situation(label, { stage, chosen, offers, elsewhere }))?.act.type;
  // The only book on the table may be chosen by its name as well.
  const means = stage === 'recommending' ? ['customer.agreed', 'customer.choseBook'] : [type];
  expect(means).toContain(understood);
});

test('"another one" is a wish for one', async () => {
  const offers = offered('Dune');
  const { act, shown } = await houseReply(
    testShelf(),
    situation('another one', { stage: 'recommending', offers, seenIsbns: offers.map(({ isbn13 }) => isbn13) }),
  );
  expect(act).toEqual({ type: 'customer.asked' });
  expect(shown.map(({ title }) => title)).not.toContain('Dune');
  expect(shown).not.toEqual([]);
});

test('what a card says when it is tapped chooses its book, among others too', () => {
  const offers = offered('Dune', 'The Hobbit');
  for (const book of offers) {
    const { reply } = bookCard(book, 'USD').take;
    const draft = plainReply(situation(reply, { stage: 'recommending', offers }));
    expect(draft?.act).toEqual({ type: 'customer.choseBook', isbn13: book.isbn13, copies: 1 });
  }
});
