// ECMAScript of an SCXML document's data model, evaluated over an actor's context.
import { compileFunction } from 'node:vm';
import type { AnyEventObject } from 'xstate';
import { z } from 'zod';

export type Data = Record<string, unknown>;

const Callable = z.custom<(scope: object) => unknown>((value) => typeof value === 'function');

/** @throws whatever the expression throws, a SyntaxError included */
export function evaluate(expression: string, data: Data, event: AnyEventObject): unknown {
  return Callable.parse(compileFunction(`with (scope) { return (${expression}\n); }`, ['scope']))(scopeOf(data, event));
}

/** Statements; they may change `data` in place, and a name that they set without declaring it is data too. */
export function execute(statements: string, data: Data, event: AnyEventObject): void {
  const scope = scopeOf(data, event);
  const closed = new Proxy(scope, { has: (target, name) => name in target || !(name in globalThis) });
  Callable.parse(compileFunction(`with (scope) { ${statements}\n }`, ['scope']))(closed);
  for (const [name, value] of Object.entries(scope)) if (name !== '_event') data[name] = value ?? null;
}

// What XState calls a state's or an actor's result, SCXML calls the event's data; what SCXML leaves undefined is null in JSON.
function scopeOf(data: Data, event: AnyEventObject): Data {
  const { type, data: sent, output } = event;
  const name = type.replace(/^xstate\.done\.state\./, 'done.state.');
  const bound = Object.entries(data).map(([key, value]) => [key, value ?? undefined]);
  return { ...Object.fromEntries(bound), _event: { name, data: sent ?? output } };
}
