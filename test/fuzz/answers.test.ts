import { describe, test } from 'vitest';
import { fuzzAnswers } from './answers.ts';
import { bookSources, claude, smobi, square, twilio } from './providers.ts';

describe('whatever a provider answers, our client answers or fails as it declares', () => {
  test('Square', () => fuzzAnswers(square, 40));
  test('Claude, whole and as a stream', () => fuzzAnswers(claude, 30));
  test('Smobi', () => fuzzAnswers(smobi, 20));
  test('Twilio', () => fuzzAnswers(twilio, 20));
  test('Hardcover', () => fuzzAnswers(() => bookSources('hardcover'), 20));
  test('Open Library', () => fuzzAnswers(() => bookSources('openLibrary'), 20));
});
