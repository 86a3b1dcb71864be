import { describe, expect, test } from 'vitest';
import { surnameOf } from '../../src/catalogue/author-names.ts';
import { formsOf, parseTitle } from '../../src/catalogue/title-forms.ts';

const said = (title: string): string[] =>
  formsOf({ title, series: null, seriesNumber: null }).map(({ kind, words }) => `${kind}: ${words.join(' ')}`);

describe('the ways in which people say a title', () => {
  test('the brackets of a series give its name and number', () => {
    expect(said('The Fellowship of the Ring (The Lord of the Rings, #1)')).toEqual([
      'title: fellowship of the ring',
      'numbered: lord of the rings 1',
      'series: lord of the rings',
    ]);
  });

  test('of two series in brackets the first counts', () => {
    expect(parseTitle('The Color of Magic (Discworld, #1; Rincewind #1)')).toEqual({
      main: 'The Color of Magic',
      subtitle: null,
      series: 'Discworld',
      seriesNumber: 1,
    });
  });

  test('a subtitle may be left out, said, or said alone', () => {
    expect(said('Zen and the Art of Motorcycle Maintenance: An Inquiry Into Values')).toEqual([
      'title: zen and the art of motorcycle maintenance',
      'full: zen and the art of motorcycle maintenance an inquiry into values',
      'subtitle: inquiry into values',
    ]);
  });

  test('", or" begins a subtitle', () => {
    expect(parseTitle('Blood Meridian, or the Evening Redness in the West').main).toBe('Blood Meridian');
  });

  test('a title that is only an article and a word keeps the word', () => {
    expect([said('The Dot'), said('It'), said('A')]).toEqual([['title: dot'], ['title: it'], ['title: a']]);
  });

  test('a surname keeps its particles and loses its suffixes', () => {
    expect(['Ursula K. Le Guin', 'Kurt Vonnegut Jr.', 'Plato', 'J.R.R. Tolkien'].map(surnameOf)).toEqual([
      ['le', 'guin'],
      ['vonnegut'],
      ['plato'],
      ['tolkien'],
    ]);
  });
});
