import { describe, test } from 'vitest';
import { fuzzAnswers } from './answers.ts';
import { bookSources, claude, smobi, square, twilio } from './providers.ts';

describe('whatever a provider answers, our client answers or fails as it declares', () => {
  test('Square', () => fuzzAnswers(square, 150));
  test('Claude, whole and as a stream', () => fuzzAnswers(claude, 100));
  test('Smobi', () => fuzzAnswers(smobi, 60));
  test('Twilio', () => fuzzAnswers(twilio, 60));
  test('Hardcover', () => fuzzAnswers(() => bookSources('hardcover'), 60));
  test('Open Library', () => fuzzAnswers(() => bookSources('openLibrary'), 60));
});
