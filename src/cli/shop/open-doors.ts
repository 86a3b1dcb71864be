// The shop on a port: its HTTP, the till's pages and the till's callbacks.
import { createApp } from '../../web/app.ts';
import { goRoutes } from '../../web/routes/go.ts';
import { listen } from '../../web/listen.ts';
import type { Shop } from './open-shop.ts';
import { webDeps } from './web-deps.ts';
import { startTillCallbacks, tillRoutes } from './work.ts';

export type Doors = {
  /** The port that was really taken. */
  port: number;
  /** Stops taking requests and calling back; what still runs after `graceMs` is cut off. */
  close: (graceMs: number) => Promise<void>;
};

/** Opens where the configuration says. */
export async function openDoors(shop: Shop): Promise<Doors> {
  const { host, port } = shop.config;
  let nudge: () => void = () => undefined;
  const mounts = [...tillRoutes(shop, () => nudge()), goRoutes((code) => shop.books.links.follow(code))];
  const app = createApp(webDeps(shop, mounts));
  const listening = await listen(app, { host, port });
  const callbacks = startTillCallbacks(shop, `http://127.0.0.1:${listening.port}/webhook/till`);
  nudge = callbacks.nudge;
  return {
    port: listening.port,
    async close(graceMs) {
      await listening.close(graceMs);
      await callbacks.stop();
    },
  };
}
