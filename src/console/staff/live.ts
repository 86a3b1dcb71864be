// Every turn as it commits. After each break, whether the browser reconnected by itself or we did, every page reads again what
// it shows. A line that has gone dead without a word is noticed by its silence.
import { LiveTurn } from '../../web/wire/actors.ts';

export type News = { kind: 'turn'; turn: LiveTurn } | { kind: 'gap' };
export type LinkState = 'connecting' | 'live' | 'lost';
export type Live = {
  /** Until `signal` fires. */
  hear(listener: (news: News) => void, signal: AbortSignal): void;
  open(): void;
  close(): void;
};

const RETRY_MS = { first: 1_000, most: 15_000 };
/** The server says every 15 seconds that it is still there. */
const SILENCE_MAX_MS = 40_000;

export function createLive(onState: (state: LinkState) => void): Live {
  const listeners = new Set<(news: News) => void>();
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let waitMs = RETRY_MS.first;
  let hasMissed = false;
  const tell = (news: News) => listeners.forEach((listener) => listener(news));
  const lose = () => {
    onState('lost');
    hasMissed = true;
  };
  const hearFrom = () => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      lose();
      connect();
    }, SILENCE_MAX_MS);
  };
  const connect = () => {
    source?.close();
    hearFrom();
    source = new EventSource('/api/live');
    source.addEventListener('alive', hearFrom);
    source.addEventListener('open', () => {
      hearFrom();
      waitMs = RETRY_MS.first;
      onState('live');
      if (hasMissed) tell({ kind: 'gap' });
      hasMissed = false;
    });
    source.addEventListener('turn', ({ data }) => {
      const turn = LiveTurn.safeParse(parsed(data));
      if (turn.success) tell({ kind: 'turn', turn: turn.data });
    });
    source.addEventListener('gap', () => tell({ kind: 'gap' }));
    source.addEventListener('error', () => {
      lose();
      if (source?.readyState !== EventSource.CLOSED) return; // the browser tries again
      clearTimeout(timer);
      timer = setTimeout(connect, waitMs);
      waitMs = Math.min(waitMs * 2, RETRY_MS.most);
    });
  };
  return {
    hear: (listener, signal) => {
      listeners.add(listener);
      signal.addEventListener('abort', () => listeners.delete(listener), { once: true });
    },
    open: () => {
      if (source) return;
      onState('connecting');
      connect();
    },
    close: () => {
      clearTimeout(timer);
      clearTimeout(silence);
      source?.close();
      source = null;
    },
  };
}

function parsed(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return null;
  }
}
