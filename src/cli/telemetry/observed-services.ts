// The outside services of a shop with a watch around each call. What they do is not changed.
import type { ClaudeClient, Tokens } from '../../brain/claude/client.ts';
import { ClaudeFailure } from '../../brain/claude/failure.ts';
import { SourceTrouble } from '../../catalogue/sources/source.ts';
import type { BookSource } from '../../catalogue/sources/source.ts';
import { SendFailed } from '../../channels/channel.ts';
import type { Channel } from '../../channels/channel.ts';
import { SquareTrouble } from '../../commerce/square/trouble.ts';
import { TillRefused } from '../../commerce/till.ts';
import type { Till } from '../../commerce/till.ts';
import type { Instruments } from './instruments.ts';
import type { Outside } from './outside.ts';
import { costOf } from './prices.ts';

type Watch = { outside: Outside; instruments: Instruments };

export function observedClaude(
  { outside, instruments: { tokens, cost } }: Watch,
  model: string,
  client: ClaudeClient,
): ClaudeClient {
  const spend = ({ inputTokens, cachedTokens, outputTokens }: Tokens) => {
    const spent = { input: inputTokens - cachedTokens, cached: cachedTokens, output: outputTokens };
    for (const [kind, count] of Object.entries(spent)) tokens.inc({ kind }, count);
    cost.inc(costOf(model, spent) ?? 0);
  };
  return {
    async ask(request, signal, heard) {
      const ask = () => client.ask(request, signal, heard);
      const answer = await outside('claude', 'message', ask, (error) => {
        if (!(error instanceof ClaudeFailure)) return 'aborted';
        return error.code === 'resting' ? 'resting' : 'failed';
      });
      spend(answer.tokens);
      return answer;
    },
  };
}

/** The simulator's own channels call nobody and are given back as they are. */
export function observedChannel({ outside }: Watch, channel: Channel): Channel {
  const { name, find } = channel;
  if (name !== 'smobi' && name !== 'twilio') return channel;
  const judge = (signal: AbortSignal) => (error: unknown) => {
    if (signal.aborted) return 'aborted';
    return error instanceof SendFailed && error.fate === 'final' ? 'refused' : 'failed';
  };
  return {
    ...channel,
    send: (request) => outside(name, 'send', () => channel.send(request), judge(request.signal)),
    ...(find && {
      find: (request, search) => outside(name, 'find', () => find(request, search), judge(request.signal)),
    }),
  };
}

export function observedTill({ outside }: Watch, till: Till): Till {
  const provider = till.provider === 'square' ? 'square' : 'till';
  const through = <T>(operation: string, call: () => Promise<T>, signal?: AbortSignal): Promise<T> =>
    outside(provider, operation, call, (error) => {
      if (error instanceof TillRefused) return 'refused';
      if (signal?.aborted) return 'aborted';
      return isResting(error) ? 'resting' : 'failed';
    });
  return {
    provider: till.provider,
    lookUp: (books, signal) => through('lookUp', () => till.lookUp(books, signal), signal),
    createLink: (request, signal) => through('createLink', () => till.createLink(request, signal), signal),
    cancelLink: (link, signal) => through('cancelLink', () => till.cancelLink(link, signal), signal),
    getLink: (link, signal) => through('getLink', () => till.getLink(link, signal), signal),
    getPayment: (payment, signal) => through('getPayment', () => till.getPayment(payment, signal), signal),
    refund: (request, signal) => through('refund', () => till.refund(request, signal), signal),
    getRefund: (refund, signal) => through('getRefund', () => till.getRefund(refund, signal), signal),
    refundsSince: (when, signal) => through('refundsSince', () => till.refundsSince(when, signal), signal),
    handOver: (link, step, signal) => through('handOver', () => till.handOver(link, step, signal), signal),
    getTracking: (link, signal) => through('getTracking', () => till.getTracking(link, signal), signal),
    ping: () => through('ping', () => till.ping()),
  };
}

/** A source that asks us to wait has answered. */
export function observedSource({ outside }: Pick<Watch, 'outside'>, source: BookSource): BookSource {
  return {
    ...source,
    ask: (question, signal) =>
      outside(
        source.name,
        'ask',
        () => source.ask(question, signal),
        (error) => {
          if (error instanceof SourceTrouble) return error.code === 'limited' ? 'refused' : 'failed';
          return signal.aborted ? 'aborted' : 'failed';
        },
      ),
  };
}

function isResting(error: unknown): boolean {
  return error instanceof SquareTrouble && error.code === 'resting';
}
