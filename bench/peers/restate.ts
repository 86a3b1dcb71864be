// Restate, as its documentation has it: its server's binary with the default settings, a virtual object for each customer, state in the
// object, the command in `ctx.run`. A message is sent through the ingress with its id as the idempotency key, by which a repeated one is known.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as restate from '@restatedev/restate-sdk';
import * as clients from '@restatedev/restate-sdk-clients';
import { z } from 'zod';
import { freePort } from '../../test/harness/free-port.ts';
import { composeAnswer, CustomerContext, newCustomer, withAnswer, withText } from '../turns/customer.ts';
import type { Inbound, Subject, SubjectOptions } from '../turns/subject.ts';
import { standingOf } from './standing.ts';

/** Of its levels only these: two lines an invocation would be paid for. */
const logger: restate.LoggerTransport = ({ level }, ...words) => {
  if (String(level) === 'error') console.error(...words);
};

const START_MAX_MS = 60_000;

// Its SDK calls this, which Node.js has from version 22 on; its package does not say so.
Promise.withResolvers ??= <T>() => {
  let [resolve, reject]: [(value: T | PromiseLike<T>) => void, (reason?: unknown) => void] = [() => {}, () => {}];
  const promise = new Promise<T>((kept, broken) => ([resolve, reject] = [kept, broken]));
  return { promise, resolve, reject };
};

export async function startRestate({ folder, onDone }: SubjectOptions): Promise<Subject> {
  const runs = new Map<string, number>();
  const customer = restate.object({
    name: 'customer',
    handlers: {
      async receive(ctx: restate.ObjectContext, { id: messageId, text }: Inbound) {
        const before = (await ctx.get<CustomerContext>('state')) ?? newCustomer();
        const asked = { ...before, ...withText(before, { type: 'text.received', messageId, text }) };
        ctx.set('state', asked);
        await ctx.run('compose', () => {
          runs.set(messageId, (runs.get(messageId) ?? 0) + 1);
          return composeAnswer({ messageId });
        });
        ctx.set('state', { ...asked, ...withAnswer(asked) });
        onDone(messageId); // a moment before it is durable, in its favour
      },
    },
  });
  const port = await restate.serve({ services: [customer], port: 0, logger });
  const server = await startServer(folder);
  await post(`${server.admin}/deployments`, { uri: `http://127.0.0.1:${port}` });
  const ingress = clients.connect({ url: server.ingress });

  return {
    runs,
    storePid: server.pid,
    async receive(message) {
      const object = ingress.objectSendClient(customer, String(message.customer));
      const { status } = await object.receive(message, clients.rpc.sendOpts({ idempotencyKey: message.id }));
      return status === 'Accepted' ? 'accepted' : 'duplicate';
    },
    async survey() {
      const states = z.object({ rows: z.array(z.object({ service_key: z.string(), value_utf8: z.string() })) });
      const { rows } = states.parse(await server.query('SELECT service_key, value_utf8 FROM state'));
      const open = z.object({ rows: z.array(z.object({ n: z.number() })) });
      const left = open.parse(
        await server.query("SELECT count(*) AS n FROM sys_invocation WHERE status <> 'completed'"),
      );
      return {
        standings: rows.map((row) =>
          standingOf(Number(row.service_key), CustomerContext.parse(JSON.parse(row.value_utf8))),
        ),
        open: left.rows[0]?.n ?? -1,
      };
    },
    stop: server.stop,
  };
}

async function startServer(folder: string) {
  const [ingress, admin, node] = [await freePort(), await freePort(), await freePort()];
  const binary = createRequire(import.meta.url).resolve(
    `@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`,
  );
  const child = spawn(binary, ['--base-dir', join(folder, 'restate'), '--listen-mode', 'tcp'], {
    env: {
      RESTATE_INGRESS__BIND_PORT: String(ingress),
      RESTATE_ADMIN__BIND_PORT: String(admin),
      RESTATE_BIND_PORT: String(node),
      RESTATE_BIND_IP: '127.0.0.1',
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_LOG_FILTER: 'error',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${admin}`;
  await untilHealthy(`${url}/health`);
  return {
    pid: child.pid ?? 0,
    admin: url,
    ingress: `http://127.0.0.1:${ingress}`,
    query: (query: string) => post(`${url}/query`, { query }),
    stop: () =>
      new Promise<void>((gone) => {
        child.once('exit', () => gone());
        child.kill('SIGTERM');
      }),
  };
}

async function untilHealthy(url: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < START_MAX_MS; waitedMs += 100) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await wait(100);
  }
  throw new Error(`restate-server was not healthy within ${START_MAX_MS / 1000} s`);
}

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
