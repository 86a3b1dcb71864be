// What a text is before and after it travels: alphabet, segments, bubbles, keywords, opt-outs, card numbers.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAutoReply } from '../../src/channels/auto-reply.ts';
import { BUBBLE_CHARS_MAX, splitBubbles } from '../../src/channels/bubbles.ts';
import { redactCards } from '../../src/channels/cards.ts';
import { foldToGsm7, isGsm7, segmentsOf } from '../../src/channels/gsm7.ts';
import { keywordOf } from '../../src/channels/keywords.ts';
import { heardAs } from '../../src/channels/heard-as.ts';
import { isOptOut } from '../../src/channels/opt-out.ts';
import { leastMs } from '../harness/processor-ms.ts';

describe('the phone alphabet', () => {
  test.each([
    ['“it’s fine” — really…', '"it\'s fine" - really...'],
    ['Karel Čapek, Łem, Ursula K. Le\u00a0Guin', 'Karel Capek, Lem, Ursula K. Le Guin'],
    ['Borges y el señor de las ñoñerías', 'Borges y el señor de las ñoñerias'],
    ['half ½ price™ 🧙‍♂️ ok', 'half 1/2 price(tm) ok'],
    ['one\u200btwo\tthree', 'onetwo three'],
    ['🏳️‍🌈', ''],
  ])('%j is folded to %j', (text, folded) => expect(foldToGsm7(text)).toBe(folded));

  test('a name in another script stays as the customer wrote it and goes as UCS-2', () => {
    expect(foldToGsm7('спасибо, Лем')).toBe('спасибо, Лем');
    expect(segmentsOf('спасибо')).toEqual({ encoding: 'UCS-2', units: 7, segments: 1 });
  });

  test('folding a second time changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => foldToGsm7(foldToGsm7(text)) === foldToGsm7(text)),
      { seed: 1 },
    );
  });

  test.each([
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['€'.repeat(80), 1],
    ['€'.repeat(81), 2],
    ['a'.repeat(152) + '€'.repeat(5), 2],
    ['я'.repeat(70), 1],
    ['я'.repeat(71), 2],
    ['🧙'.repeat(35), 1],
    ['🧙'.repeat(67), 3],
    ['', 1],
  ])('%j costs %i segments', (text, segments) => expect(segmentsOf(text).segments).toBe(segments));
});

describe('bubbles', () => {
  test('a short text is one bubble, as it is', () => {
    expect(splitBubbles('try piranesi. it is short')).toEqual(['try piranesi. it is short']);
  });

  test('a long text breaks after a sentence', () => {
    const first =
      'so there is this one about a house with infinite halls and a man who keeps very careful notes on tides.';
    const second = 'it is short and strange and i have read it three times this year alone';
    expect(splitBubbles(`${first} ${second}`)).toEqual([first, second]);
  });

  test('without a sentence in reach it breaks after a clause, else after a word', () => {
    expect(splitBubbles('one two three, four five six seven', 20)).toEqual(['one two three,', 'four five six seven']);
    expect(splitBubbles('one two three four five', 12)).toEqual(['one two', 'three four', 'five']);
  });

  test('an initial or an abbreviation does not end a sentence', () => {
    expect(splitBubbles('a book by mr. tolkien and his friends', 30)).toEqual([
      'a book by mr. tolkien and his',
      'friends',
    ]);
    expect(splitBubbles('it is by j. r. r. tolkien and others', 30)).toEqual([
      'it is by j. r. r. tolkien and',
      'others',
    ]);
  });

  test('a link at the end stands alone as the last bubble', () => {
    expect(splitBubbles('here you go: https://square.link/u/abc123')).toEqual([
      'here you go:',
      'https://square.link/u/abc123',
    ]);
  });

  test('one unbreakable link may exceed the limit', () => {
    const link = `https://pay.example/${'x'.repeat(200)}`;
    expect(splitBubbles(`pay here ${link}`)).toEqual(['pay here', link]);
  });

  test.each([
    '$12.99',
    '978 0 441 17271 9',
    '978-0-441-17271-9',
    '3 copies',
    '48 hours',
    'https://a.example/b?c=d',
    '7 pm',
  ])('%s is never cut', (whole) => {
    for (let before = 0; before < 40; before += 1) {
      const bubbles = splitBubbles(`${'x '.repeat(before)}${whole} and then some more words`, 40);
      expect(bubbles.filter((bubble) => bubble.includes(whole))).toHaveLength(1);
    }
  });

  test('every word arrives, in order, and no bubble but a lone link is too long', () => {
    const word = fc.oneof(
      fc.string({ minLength: 1, maxLength: 30 }),
      fc.webUrl(),
      fc.constantFrom('end.', 'so,', '$5.00', '3 books'),
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), (words) => {
        const text = words.join(' ');
        const bubbles = splitBubbles(text);
        expect(bubbles.join('').replace(/\s+/g, '')).toBe(text.replace(/\s+/g, ''));
        for (const bubble of bubbles) expect(bubble.length <= BUBBLE_CHARS_MAX || !/\s/.test(bubble)).toBe(true);
      }),
      { seed: 2 },
    );
  });
});

describe('keywords', () => {
  test.each([
    'STOP',
    ' stop. ',
    'Stopall',
    'stop all',
    'UNSUBSCRIBE!',
    'cancel',
    'End',
    'quit',
    'revoke',
    'OPTOUT',
    'opt out',
    'opt-out',
    '"STOP"',
    'ＳＴＯＰ',
  ])('%j means stop', (text) => expect(keywordOf(text)).toBe('stop'));
  test.each(['START', 'unstop', 'Subscribe.', 'optin'])('%j means start', (text) =>
    expect(keywordOf(text)).toBe('start'),
  );
  test.each(['HELP', 'info?'])('%j means help', (text) => expect(keywordOf(text)).toBe('help'));
  test.each(['cancel my order', 'stop by the store', 'can you help', 'the end', 'yes', '', 'constructor'])(
    '%j is talk',
    (text) => expect(keywordOf(text)).toBe(null),
  );
});

describe('opt-outs in plain words', () => {
  test.each([
    'stop texting me',
    'Please stop.',
    'please leave me alone',
    'unsubscribe me',
    "don't text me again",
    'Don’t contact me anymore!!',
    'no more texts please',
    'take me off your list',
    'remove me from the list',
    'remove my number',
    'i want to opt out',
    'stop sending me messages',
    "i don't want these texts anymore",
    'quit messaging me',
    'lose my number',
    'how do i unsubscribe',
    'no me escribas más',
    'por favor no me mandes mensajes',
    'déjame en paz',
    'basta',
    'deja de escribirme',
    'ya no quiero recibir más mensajes, no quiero mensajes',
    'quiero darme de baja',
    'stop messaging me you bot',
    'can you please not text me anymore',
    "I don't want to hear from you",
    'i would like to stop receiving messages',
    'stop it',
    'opt out please',
    'cancel texts',
    'stop, you have the wrong number',
    'please leave me be',
    'cease and desist',
    'para',
    'ya para por favor',
    'deja de mandar mensajes',
    'no quiero que me escriban',
    'stop writing',
    'please stop writing to me',
    'no more please',
    'just go away',
    'STOP! No more!',
    'can you stop writing',
    'ok stop writing please',
    'hey stop writing',
    'no thanks, no more',
    'enough, no more',
    'ok go away',
    'go away marty',
    'can you go away',
    'i want you to go away',
    'i said go away',
  ])('%j is an opt-out', (text) => expect(isOptOut(text)).toBe(true));

  test.each([
    "don't stop",
    "please don't stop texting me",
    'stop by the store',
    "i'll stop by tomorrow",
    'cancel my order',
    'do you have leave me alone by anybody',
    'stop sending me horror, send me sci-fi',
    'i could not stop reading it',
    'the bus stop',
    'no more horror please, something cozy',
    "don't text me the ending",
    'end of the world stuff',
    'remove the second book',
    'i need to get out more',
    'basta de dragones, algo con robots',
    'no me gusta el terror',
    'leave it at the counter for me',
    'what stops bullets',
    'stop texting me about romance, i want robots',
    'stop texting me spoilers',
    'i never want to hear from vampires again',
    'para mi hijo de diez',
    'how do i cancel the order',
    'is it about the opt out movement',
    'why not text me?',
    'why not text me when it is in',
    'i could not stop it, what a book',
    'why did you stop it there',
    'when did douglas adams stop writing?',
    'do you have any left or are there no more?',
    'we go away friday, something light for the plane?',
    'a book to make my headache go away',
    'will it ever go away',
    'there are no more?',
    'why did she stop writing',
  ])('%j is not', (text) => expect(isOptOut(text)).toBe(false));
});

describe('an opt-out that ends otherwise', () => {
  test.each(['stop', 'no more', 'stop texting me', 'stop sending this'])('after "%s" is read at once', (begin) => {
    const endings = [' ever again', ' thank you ever again', ' right now'];
    const read = () => endings.forEach((again) => void isOptOut(`${begin}${again.repeat(26)} x`));
    expect(leastMs(read)).toBeLessThan(250);
  });
});

describe('what is known of a text before anybody thinks', () => {
  test.each([
    ['leave me alone', { keyword: 'stop' }],
    ['Ayuda', { keyword: 'help' }],
    ['do you have dune?', { keyword: null }],
    ['Automatic reply: do not text this number', { keyword: null, automatic: true }],
    ['[Auto] Do not contact me', { keyword: null, automatic: true }],
    ["I'm driving right now, I'll get back to you", { keyword: null, automatic: true }],
    ["i'm driving, stop texting me", { keyword: 'stop' }],
    ['take me off this automated message list', { keyword: 'stop' }],
    ["can't talk right now, stop texting me, will call later", { keyword: 'stop' }],
    ['automated message? stop texting me', { keyword: 'stop' }],
  ])('%j', (text, heard) => expect(heardAs(text)).toEqual(heard));
});

describe('phones that answer for their owner', () => {
  test.each([
    "I'm driving right now, I'll get back to you",
    'I’m driving with Do Not Disturb While Driving turned on. I’ll see your message when I get where I’m going.',
    'This is an automated response',
    '[Auto] I am away',
    'Out of office until Monday',
  ])('%j is an automatic reply', (text) => expect(isAutoReply(text)).toBe(true));
  test.each(["i'm looking for a book about driving", 'something for my drive', 'automatic writing books?'])(
    '%j is not',
    (text) => expect(isAutoReply(text)).toBe(false),
  );
});

describe('card numbers', () => {
  test.each([
    ['my card is 4111 1111 1111 1111 12/27 cvv 123', 'my card is (card hidden) 12/27 cvv (code hidden)'],
    ['4111\n1111\n1111\n1111', '(card hidden)'],
    ['4111–1111–1111–1111', '(card hidden)'],
    ['4111   1111   1111   1111', '(card hidden)'],
    ['4111, 1111, 1111, 1111 thanks', '(card hidden) thanks'],
    ['3782/822463/10005', '(card hidden)'],
    ['41111111\u200b11111111', '(card hidden)'],
    ['４１１１１１１１１１１１１１１１', '(card hidden)'],
    ['the security code is 987', 'the security code is (code hidden)'],
    ['4111111111111111', '(card hidden)'],
    ['amex 3782-822463-10005 ok', 'amex (card hidden) ok'],
    ['two: 5555 5555 5555 4444, 4000.0566.5566.5556', 'two: (card hidden), (card hidden)'],
  ])('%j is stored as %j', (text, stored) => expect(redactCards(text)).toBe(stored));

  test.each([
    '9780441172719',
    '978-0-441-17271-9',
    '4111 1111 1111 1112',
    'call +1 201 555 0123',
    '$12.99 and 3 copies',
    'Jersey City, NJ 07302\n201-555-0123',
    '9780060512743\n2004\n07302',
    'cid 12345',
    'csc 4',
    '9780441013593 2 copies',
    '2 of 978-0-441-01359-3 2',
  ])('%j is left alone', (text) => expect(redactCards(text)).toBe(text));

  test('an ISBN that happens to pass the Luhn check is left alone', () =>
    expect(redactCards('9780000000132')).toBe('9780000000132'));

  test.each(['1 ', '1.', '97 '])('a text of nothing but %j is read at once', (unit) => {
    const text = unit.repeat(1600 / unit.length);
    expect(leastMs(() => void redactCards(text))).toBeLessThan(250);
  });
});

test('what folding makes of ordinary English fits GSM-7', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => isGsm7(foldToGsm7(text))),
    { seed: 3 },
  );
});

test.each(['ALTO', 'parar', 'Cancelar.', '¡Baja!', 'detener'])(
  '%s alone opts out, in Spanish as in English',
  (word) => {
    expect(keywordOf(word)).toBe('stop');
  },
);
