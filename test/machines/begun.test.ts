// An answer whose first words are said before the rest is known: they are talk, and move nothing.
import { describe, expect, test } from 'vitest';
import type { ShownBook } from '../../schema/acts.ts';
import { at, browsing, chose, DUNE, quoted, said, says, STOP, sure, text, UBIK } from './customer-story.ts';
import type { Story } from './given.ts';

const BEGUN = '0190a000-0000-7000-8000-00000000bbbb';
const begun = (words = 'hm.', shown: ShownBook[] = [], id = BEGUN) => ({
  type: 'reply.begun',
  id,
  text: words,
  shown,
  found: [],
});
const thinking = (story: Story) => story.when(text('hmm')).after('settle');
const rest = (bubbles: string[], over: object = {}) => ({
  act: { type: 'customer.asked' },
  bubbles,
  shown: [],
  confidence: 1,
  by: 'claude',
  begun: BEGUN,
  ...over,
});

describe('an answer that was begun', () => {
  test('is said as talk, marked by the command that began it, and Marty goes on thinking', () => {
    const story = thinking(browsing()).when(begun());
    expect(story.did('say')).toEqual([{ bubbles: ['hm.'], kind: 'talk', by: 'marty', begun: BEGUN }]);
    expect([at(story, 'ear'), at(story, 'conversation'), story.context['begun']]).toEqual([
      'understanding',
      'browsing',
      BEGUN,
    ]);
  });

  test('is ended by what is left of it', () => {
    const story = thinking(browsing())
      .when(begun())
      .done('reply', rest(['right.']));
    expect([said(story), at(story, 'ear'), story.context['begun']]).toEqual([[['right.']], 'quiet', null]);
  });

  test('is begun once, whoever tells it again', () => {
    const story = thinking(browsing()).when(begun(), begun('hm again.', [UBIK]));
    expect([said(story), story.context['offers'], at(story, 'conversation')]).toEqual([[], [], 'browsing']);
  });

  test.each<[string, () => Story]>([
    ['once Marty is at rest', browsing],
    ['while Marty still listens', () => browsing().when(text('hi'))],
    ['after STOP', () => thinking(browsing()).when(STOP)],
    ['when a person has taken over', () => thinking(browsing()).when({ type: 'staff.tookOver', staffId: 's1' })],
  ])('is not begun %s', (_when, story) => {
    const told = story().when(begun('hm.', [UBIK]));
    expect([said(told), told.context['begun'], told.context['offers']]).toEqual([[], null, story().context['offers']]);
  });

  test('shows a book: the customer is looking, and can take it before the rest is known', () => {
    const story = thinking(browsing()).when(begun('Dune, then.', [DUNE]));
    expect([at(story, 'conversation'), story.context['offers']]).toEqual(['recommending', [DUNE]]);
    expect(at(says(story, { type: 'customer.agreed' }), 'conversation')).toBe('recommending'); // an answer of who does not know how it began
    const texted = story.when(text("i'll take it")).after('settle');
    expect(Object(texted.begun['reply']).begun).toBe(BEGUN);
    expect(at(texted.done('reply', rest([], { act: { type: 'customer.agreed' } })), 'conversation')).toBe(
      'confirming.checking',
    );
  });

  test('shows another book than the one being bought: their next yes is asked for once more', () => {
    const story = thinking(sure()).when(begun('Ubik is short too.', [UBIK]));
    expect([at(story, 'conversation'), story.context['distracted']]).toEqual(['confirming.sure', true]);
    const yes = quoted(
      story
        .when(text('yes'))
        .after('settle')
        .done('reply', rest([], { act: { type: 'customer.agreed' } })),
    );
    expect([at(yes, 'conversation'), said(yes)]).toEqual(['confirming.sure', ['confirm.sure']]);
  });

  test('is composed anew, from there on, where an answer comes that did not know of it: nothing of that one counts', () => {
    const story = thinking(sure())
      .when(begun())
      .done('reply', rest(['yes, that one.'], { act: chose(DUNE), begun: undefined }));
    expect([said(story), at(story, 'ear'), at(story, 'conversation')]).toEqual([
      [],
      'understanding',
      'confirming.sure',
    ]);
    expect(Object(story.begun['reply']).begun).toBe(BEGUN);
    expect(said(story.done('reply', rest(['right.'])))).toEqual([['right.']]);
  });

  test('is known to the answer to a text that came in between, and forgotten after it', () => {
    const story = thinking(browsing()).when(begun(), text('and short')).after('settle');
    expect(Object(story.begun['reply']).begun).toBe(BEGUN);
    const answered = story.done('reply', rest(['short, then.']));
    expect(Object(thinking(answered).begun['reply']).begun).toBeNull();
  });

  test('ends in trouble where the brain breaks down, which is told', () => {
    const story = thinking(browsing()).when(begun()).failed('reply');
    expect([said(story), at(story, 'ear'), story.context['begun']]).toEqual([['trouble.brain'], 'quiet', null]);
  });
});
