import { describe, test } from 'vitest';
import { fuzzAnswers } from './answers.ts';
import { bookSources, claude, smobi, square, twilio } from './providers.ts';

describe('whatever a provider answers, our client answers or fails as it declares', () => {
  test('Square', () => fuzzAnswers(square, 400));
  test('Claude, whole and as a stream', () => fuzzAnswers(claude, 250));
  test('Smobi', () => fuzzAnswers(smobi, 120));
  test('Twilio', () => fuzzAnswers(twilio, 120));
  test('Hardcover', () => fuzzAnswers(() => bookSources('hardcover'), 120));
  test('Open Library', () => fuzzAnswers(() => bookSources('openLibrary'), 120));
});
