// Where one may sell through Square, as far as somebody who sets a shop up must know.
import { z } from 'zod';
import type { SquareDesk } from './client.ts';

const Locations = z
  .object({
    locations: z
      .array(
        z.object({
          id: z.string(),
          status: z.string().nullish(),
          currency: z.string().nullish(),
          capabilities: z.array(z.string()).nullish(),
        }),
      )
      .nullish(),
  })
  .transform(({ locations }) => locations ?? []);
export type SquareLocation = z.infer<typeof Locations>[number];

/** Every location that the token may see. Throws as `SquareDesk.ask` does. */
export function listLocations(square: SquareDesk, signal?: AbortSignal): Promise<SquareLocation[]> {
  return square.ask(Locations, (api, call) => api.locations.list(call), signal);
}
