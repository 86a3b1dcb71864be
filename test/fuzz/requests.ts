// Requests for every endpoint that the app has: its routes as they are mounted, and what the OpenAPI document says of
// each. An endpoint that is added is drawn like the others.
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { z } from 'zod';
import type { Familiar, Schema } from './values.ts';
import { familiarText, junk, junkText, valueOf } from './values.ts';

export type Endpoint = {
  method: string;
  path: string;
  query: Array<{ name: string; schema: Schema }>;
  body: Schema | null;
};
export type Drawn = { method: string; path: string; headers: Record<string, string>; body: string | Uint8Array | null };

/** How to sign for the webhooks; `url` is the public one. */
export type Signing = {
  url: string;
  smobi: string;
  twilio: string;
  till: string;
  square: string | null;
  token: string;
};

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;
const SchemaOf = z.custom<Schema>(isSchema);
const Operation = z.looseObject({
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string(), schema: SchemaOf })).default([]),
  requestBody: z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: SchemaOf })) }).optional(),
});
const Document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({ schemas: z.record(z.string(), SchemaOf).default({}) }).default({ schemas: {} }),
});

/** @param mounted `method path` of every route, paths in Hono's form */
export function endpointsOf(
  mounted: ReadonlyArray<{ method: string; path: string }>,
  openapi: unknown,
): { endpoints: Endpoint[]; schemas: Record<string, Schema> } {
  const { paths, components } = Document.parse(openapi);
  const described = new Map<string, z.infer<typeof Operation>>(
    Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => [nameOf(method.toUpperCase(), path), operation] as const),
    ),
  );
  const routes = mounted.filter(({ method, path }) => method !== 'ALL' && !path.includes('*'));
  const endpoints = new Map<string, Endpoint>();
  for (const { method, path: pattern } of routes) {
    const path = pattern.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}');
    const operation = described.get(nameOf(method, path));
    const query = (operation?.parameters ?? []).filter((parameter) => parameter.in === 'query');
    const [content] = Object.values(operation?.requestBody?.content ?? {});
    endpoints.set(nameOf(method, path), { method, path, query, body: content?.schema ?? null });
  }
  return { endpoints: [...endpoints.values()], schemas: components.schemas };
}

function nameOf(method: string, path: string): string {
  return `${method} ${path}`;
}

/** One request; mostly to the point, signed and with staff's token where these are asked for. */
export function requestTo(
  { method, path, query, body }: Endpoint,
  schemas: Record<string, Schema>,
  familiar: Familiar,
  signing: Signing,
): Arbitrary<Drawn> {
  const parts = path
    .split(/(\{\w+\})/)
    .map((part) =>
      part.startsWith('{')
        ? fc.oneof({ weight: 9, arbitrary: familiarText(familiar, part.slice(1, -1)) }, junkText).map(encoded)
        : fc.constant(part),
    );
  const fields = query.map(({ name, schema }) =>
    fc
      .option(valueOf(schema, schemas, familiar, name), { nil: undefined, freq: 1 })
      .map((value) =>
        value === undefined
          ? []
          : [`${encoded(name)}=${encoded(typeof value === 'string' ? value : JSON.stringify(value))}`],
      ),
  );
  const payload = path.startsWith('/webhook/twilio') ? formText() : jsonText(body, schemas, familiar);
  return fc
    .record({
      parts: fc.tuple(...parts),
      fields: fc.tuple(...fields),
      method: usually(fc.constant(method), fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD')),
      body: usually(payload, fc.oneof(junkText, fc.uint8Array({ maxLength: 60 }), fc.constant('x'.repeat(70_000)))),
      type: usually(
        fc.constant(typeOf(path)),
        fc.constantFrom('text/plain', 'application/json; charset=utf-16', 'multipart/form-data', ''),
      ),
      isSigned: usually(fc.constant(true), fc.constant(false)),
    })
    .map(({ parts: drawn, fields: asked, type, isSigned, ...rest }) => {
      const search = asked.flat().join('&');
      const request = { ...rest, path: `${drawn.join('')}${search ? `?${search}` : ''}` };
      const hasBody = !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
      const sent = hasBody ? request.body : null;
      const headers = {
        ...(type ? { 'content-type': type } : {}),
        ...(isSigned ? proofs(request.path, sent, signing) : {}),
      };
      return { method: request.method, path: request.path, headers, body: sent };
    });
}

function usually<T>(mostly: Arbitrary<T>, else_: Arbitrary<T>): Arbitrary<T> {
  return fc.oneof({ weight: 12, arbitrary: mostly }, { weight: 1, arbitrary: else_ });
}

function typeOf(path: string): string {
  return path.startsWith('/webhook/twilio') ? 'application/x-www-form-urlencoded' : 'application/json';
}

function jsonText(body: Schema | null, schemas: Record<string, Schema>, familiar: Familiar): Arbitrary<string> {
  const value = body ? valueOf(body, schemas, familiar, '') : fc.oneof(providerEvent(familiar), junk);
  return value.map((one) => JSON.stringify(one) ?? '');
}

/** What payment providers call with, bent here and there; its schema is not in the document, for it is theirs. */
function providerEvent(familiar: Familiar): Arbitrary<unknown> {
  const text = fc.oneof(familiarText(familiar, 'id'), fc.uuid(), junkText);
  const money = fc.record({ amount: fc.oneof(fc.nat(), junk), currency: fc.constantFrom<unknown>('USD', 'XX', 7) });
  return fc.record({
    merchant_id: text,
    event_id: text,
    type: fc.constantFrom<unknown>('payment.updated', 'payment.created', 'order.updated', null),
    created_at: fc.constant(new Date().toISOString()),
    data: fc.record({
      type: fc.constant('payment'),
      id: text,
      object: fc.record({
        payment: fc.record({
          id: text,
          order_id: text,
          status: fc.constantFrom<unknown>('COMPLETED', 'APPROVED', 'CANCELED', 'FAILED', 'PENDING', 'NEW'),
          amount_money: money,
        }),
      }),
    }),
  });
}

function formText(): Arbitrary<string> {
  const field = fc.oneof(
    fc.constantFrom('+12015550123', '+12015550100', 'hello', 'STOP', 'delivered', 'SM1'),
    junkText,
  );
  const names = ['MessageSid', 'From', 'To', 'Body', 'NumMedia', 'OptOutType', 'MessageStatus', 'ErrorCode'];
  const whole = fc.record(Object.fromEntries(names.map((name) => [name, field])), { requiredKeys: ['MessageSid'] });
  return fc.oneof(
    whole.map((fields) =>
      Object.entries(fields)
        .map(([name, value]) => `${name}=${encoded(value ?? '')}`)
        .join('&'),
    ),
    junkText,
  );
}

function proofs(
  path: string,
  body: Drawn['body'],
  { url, smobi, twilio, till, square, token }: Signing,
): Record<string, string> {
  const bytes = Buffer.from(body ?? '');
  const mac = (kind: 'sha256' | 'sha1', key: string, ...parts: (string | Buffer)[]) =>
    parts.reduce((hmac, part) => hmac.update(part), createHmac(kind, key));
  const [bare = ''] = path.split('?');
  if (bare.startsWith('/webhook/sms'))
    return { 'x-smobi-signature': `sha256=${mac('sha256', smobi, bytes).digest('hex')}` };
  if (bare === '/webhook/till')
    return { 'x-till-signature': mac('sha256', till, `${url}/webhook/till`, bytes).digest('base64') };
  if (bare === '/webhook/square' && square) {
    return { 'x-square-hmacsha256-signature': mac('sha256', square, `${url}/webhook/square`, bytes).digest('base64') };
  }
  if (bare.startsWith('/webhook/twilio')) {
    const form = [...new URLSearchParams(bytes.toString('utf8'))].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return { 'x-twilio-signature': mac('sha1', twilio, url + path, form.flat().join('')).digest('base64') };
  }
  return { authorization: `Bearer ${token}` };
}

// Half a character is nothing that a URL can carry; its own bytes are sent instead.
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
