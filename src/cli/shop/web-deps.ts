// What the web needs, out of the open shop.
import { join } from 'node:path';
import type { Hono } from 'hono';
import { byBearerToken } from '../../web/auth.ts';
import type { Send, WebDeps } from '../../web/deps.ts';
import { createMetrics } from '../../web/metrics.ts';
import { wasHeardBefore } from '../../channels/heard-before.ts';
import { applyReceipt } from '../../channels/receipts.ts';
import { projectRoot } from '../project-root.ts';
import { accountsOf } from './accounts/of-shop.ts';
import { createAudit } from './accounts/audit.ts';
import { actorReader, machineReader } from './actor-desk.ts';
import { breakersOf, createCheckup } from './checkup.ts';
import { commandDesk } from './command-desk.ts';
import { cannedDesk } from './inbox/canned.ts';
import { conversationDesk } from './inbox/conversation-desk.ts';
import { inboxDesk } from './inbox/inbox-desk.ts';
import { liveFeed } from './live-feed.ts';
import type { Shop } from './open-shop.ts';
import { kept } from './kept.ts';
import { numbersOf } from './numbers/numbers-desk.ts';
import { orderReader } from './order-desk.ts';
import { probeDesk } from './probe-desk.ts';
import { catalogueDesk } from './shop-desk.ts';
import { stockDesk } from './stock-desk.ts';
import { transcriptReader } from './transcript-desk.ts';
import { troubleDesk } from './trouble-desk.ts';

const VERSION = '0.1.0';

/** @param mounts routes of other parts on the same server */
export function webDeps(shop: Shop, mounts: Hono[]): WebDeps {
  const { config, secrets, db, clock } = shop;
  return {
    config: {
      version: VERSION,
      publicUrl: config.publicUrl,
      isDemo: config.isDemo,
      simulator: config.simulator,
      corsOrigins: config.corsOrigins,
      smobiWebhookSecret: secrets.smobiWebhookSecret,
      twilioAuthToken: config.twilio?.authToken ?? null,
      smobiIpAllowlist: config.smobi.ipAllowlist,
      trustedProxies: [],
      consoleDir: join(projectRoot, 'dist', 'console'),
    },
    now: clock.now,
    newId: () => crypto.randomUUID(),
    log: shop.log,
    metrics: createMetrics(shop.telemetry.registry),
    authenticate: byBearerToken(config.staffApiToken),
    accounts: accountsOf(shop).desk,
    audit: createAudit(shop.database.pool),
    stores: () =>
      Promise.resolve(
        shop.stores().map(({ id, slug, name, phone, timezone }) => ({ id, slug, name, phone, timezone })),
      ),
    ownSecrets: () => ownSecrets(shop),
    send: sender(shop),
    hasHeard: (text) => wasHeardBefore(db, text),
    actors: actorReader(shop),
    machines: machineReader(shop),
    numbers: kept((storeId: number, from: string, to: string) => numbersOf(shop, storeId, from, to)),
    commands: commandDesk(shop),
    inbox: inboxDesk(shop),
    conversations: conversationDesk(shop),
    canned: cannedDesk(shop),
    transcript: transcriptReader(shop),
    catalogue: catalogueDesk(shop),
    stock: stockDesk(shop),
    trouble: troubleDesk(shop),
    orders: orderReader(shop),
    receipts: {
      async record(receipt, storeIds) {
        await applyReceipt(db, receipt, clock.now(), storeIds, shop.services.channels.onRefused);
      },
    },
    probe: probeDesk(shop),
    live: liveFeed(shop),
    health: createCheckup(shop, clock.now),
    breakers: () => breakersOf(shop),
    mounts,
  };
}

function ownSecrets({ providers }: Shop): ReturnType<WebDeps['ownSecrets']> {
  const all = [...providers()];
  return {
    smobi: new Map(all.flatMap(([id, { smobiWebhookSecret: one }]) => (one === null ? [] : [[id, one]]))),
    twilio: new Map(all.flatMap(([id, { twilio }]) => (twilio === null ? [] : [[id, twilio.authToken]]))),
  };
}

function sender({ runtime }: Shop): Send {
  return async (address, event, options) => {
    const { settled } = await runtime.send(address, event, options);
    return { accepted: true, duplicate: settled === 'duplicate' };
  };
}
