// Keeps a journey up to date: what is in the journal first, then each turn as it commits.
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

type TurnPage = (typeof TurnPage)['_output'];
