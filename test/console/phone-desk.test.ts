// What the phone page shows of a text that is on its way: one bubble, whenever the page looks and whatever answer is lost.
import { describe, expect, test } from 'vitest';
import { createDesk, phoneOf } from '../../src/console/phone/store.ts';
import type { DeskStore, News } from '../../src/console/phone/store.ts';
import { SaidItem } from '../../src/web/wire/messages.ts';

const number = '+12015550123';
const at = '2026-11-30T12:00:00.000Z';
type Kept = News['texts'][number];

function kept(id: string, text: string): Kept {
  return SaidItem.parse({ id, direction: 'inbound', by: 'customer', text, status: 'received', at });
}

function typed(...texts: string[]) {
  const desk = createDesk([number]);
  texts.forEach((text, n) => desk.trigger.textTyped({ number, id: `typed-${n + 1}`, text, at }));
  return desk;
}

function look(desk: DeskStore, texts: Kept[] = [], settled: string[] = []) {
  desk.trigger.newsCame({ number, after: undefined, texts, composing: false, shop: 'Dungeon Books', settled });
}

function shown(desk: DeskStore) {
  const { texts = [], outgoing = [], keys = {} } = phoneOf(desk.getSnapshot().context, number) ?? {};
  return [
    ...texts.map(({ id, text }) => `${keys[id] ?? id}: ${text}`),
    ...outgoing.map(({ id, text }) => `${id}: ${text}`),
  ];
}

describe('a text that was typed', () => {
  test('stands there before anybody has it, and is the same bubble afterwards', () => {
    const desk = typed('dune?');
    look(desk);
    expect(shown(desk)).toEqual(['typed-1: dune?']);
    desk.trigger.textAccepted({ number, id: 'typed-1' });
    look(desk, [kept('kept-1', 'dune?')], ['typed-1']);
    expect(shown(desk)).toEqual(['typed-1: dune?']);
  });

  test('stands there once where the page looks before it hears that the text was accepted', () => {
    const desk = typed('dune?');
    look(desk, [kept('kept-1', 'dune?')]);
    expect(shown(desk)).toEqual(['typed-1: dune?']);
    desk.trigger.textAccepted({ number, id: 'typed-1' });
    expect(shown(desk)).toEqual(['typed-1: dune?']);
  });

  test('is not said to have failed where it arrived and only the answer was lost', () => {
    const desk = typed('dune?');
    desk.trigger.textFailed({ number, id: 'typed-1', reason: 'no answer' });
    look(desk, [kept('kept-1', 'dune?')]);
    expect(shown(desk)).toEqual(['typed-1: dune?']);
  });

  test('and failed still says so where the same words were typed anew and arrived', () => {
    const desk = typed('yes', 'yes');
    desk.trigger.textFailed({ number, id: 'typed-1', reason: 'no answer' });
    look(desk, [kept('kept-1', 'yes')]);
    expect(shown(desk)).toEqual(['typed-2: yes', 'typed-1: yes']);
  });

  test('in words that were said before is another text', () => {
    const desk = typed('yes', 'yes');
    look(desk, [kept('kept-1', 'yes')]);
    expect(shown(desk)).toEqual(['typed-1: yes', 'typed-2: yes']);
    look(desk, [kept('kept-1', 'yes')]);
    expect(shown(desk)).toEqual(['typed-1: yes', 'typed-2: yes']);
  });
});
