import { describe, test } from 'vitest';
import { fuzzAnswers } from './answers.ts';
import { bookSources, claude, smobi, square, twilio } from './providers.ts';

describe('whatever a provider answers, our client answers or fails as it declares: at length', () => {
  test('Square', () => fuzzAnswers(square, 1_200));
  test('Claude, whole and as a stream', () => fuzzAnswers(claude, 800));
  test('Smobi', () => fuzzAnswers(smobi, 400));
  test('Twilio', () => fuzzAnswers(twilio, 400));
  test('Hardcover', () => fuzzAnswers(() => bookSources('hardcover'), 400));
  test('Open Library', () => fuzzAnswers(() => bookSources('openLibrary'), 400));
});
