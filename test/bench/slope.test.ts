import { expect, test } from 'vitest';
import { growthOf } from '../../bench/shop/slope.ts';

const grown = (bytesAMinute: number) =>
  Array.from({ length: 30 }, (_, minute) => ({
    minute,
    rss: minute < 10 ? 5_000 : 1_000 + minute * bytesAMinute,
    heap: 0,
  }));

test('a process that holds the same is flat, whatever it held while it warmed up', () => {
  expect(growthOf(grown(0), ({ rss }) => rss)).toEqual({ meanBytes: 1_000, bytesAnHour: 0, share: 0 });
});

test('a process that holds more every minute grows, by so much an hour', () => {
  const { bytesAnHour, share } = growthOf(grown(10), ({ rss }) => rss);
  expect(bytesAnHour).toBeCloseTo(600);
  expect(share).toBeCloseTo(190 / 1_195); // nineteen minutes of ten bytes, of the mean
});
