// Keeps a journey up to date: the newest of the journal first, then each turn as it commits, and earlier ones on demand.
import { TurnPage } from '../../../web/wire/actors.ts';
import type { Office } from '../desk.ts';
import { TURNS_MAX } from './journey.ts';
import type { JourneyStore } from './journey.ts';

const PAGE = 500;

/** Reads on from the newest turn that the journey knows. */
export async function readTurns(
  { api }: Pick<Office, 'api'>,
  actor: string,
  journey: JourneyStore,
  signal: AbortSignal,
  newest = 0,
): Promise<void> {
  const known = journey.getSnapshot().context.turns.at(-1)?.seq;
  let after: string | null = String(known ?? Math.max(0, newest - TURNS_MAX));
  while (after !== null) {
    const query = { after: after === '0' ? undefined : after, limit: PAGE };
    const page: TurnPage = await api.get(`/api/actors/${encodeURIComponent(actor)}/history`, TurnPage, {
      query,
      signal,
    });
    journey.trigger.turnsCame({ turns: page.items });
    after = page.nextCursor;
  }
}

/** Reads what comes before the oldest turn that the journey knows. */
export async function readEarlierTurns(
  { api }: Pick<Office, 'api'>,
  actor: string,
  journey: JourneyStore,
  signal: AbortSignal,
): Promise<void> {
  const first = journey.getSnapshot().context.turns[0]?.seq ?? 1;
  const after = Math.max(0, first - 1 - PAGE);
  const query = { after: after === 0 ? undefined : String(after), limit: Math.max(1, first - 1 - after) };
  const path = `/api/actors/${encodeURIComponent(actor)}/history`;
  journey.trigger.earlierCame({ turns: (await api.get(path, TurnPage, { query, signal })).items });
}

type TurnPage = (typeof TurnPage)['_output'];
