// What a forked actor may be told from outside, in the words of its machine's own event schema.
import type { AnyEventObject } from 'xstate';
import { z } from 'zod';
import { CustomerEvent } from '../../../schema/customer.ts';
import { OrderEvent } from '../../../schema/order.ts';

const SCHEMAS = new Map<string, z.ZodType<AnyEventObject>>([
  ['customer', CustomerEvent],
  ['order', OrderEvent],
]);

const Described = z.object({
  oneOf: z.array(
    z.object({
      properties: z.looseObject({ type: z.object({ const: z.string() }) }),
      required: z.array(z.string()),
    }),
  ),
});

/** Each event of a machine with what belongs to it, such as `staff.shipped [tracking]`; what may be left out is in brackets. */
export class Vocabulary {
  readonly #schema: z.ZodType<AnyEventObject>;
  readonly #words: ReadonlyMap<string, string>;

  /** @throws Error for a machine that has no events from outside */
  constructor(machine: string) {
    const schema = SCHEMAS.get(machine);
    if (schema === undefined) throw new Error(`nobody has said which events a "${machine}" takes`);
    this.#schema = schema;
    this.#words = describe(schema);
  }

  /** Those of `types` that come from outside, in words. */
  among(types: readonly string[]): string[] {
    return types.flatMap((type) => this.#words.get(type) ?? []);
  }

  /**
   * The event in a line: its JSON, or its name, alone or with the JSON of what belongs to it.
   * @throws Error that says what is wrong with it
   */
  read(line: string): AnyEventObject {
    const event = eventIn(line);
    if (event.type.startsWith('xstate.'))
      throw new Error('events named xstate.* only the runtime makes: end what runs with /done, /refuse or /fail');
    const words = this.#words.get(event.type);
    if (words === undefined) throw new Error(`"${event.type}" is no event of this machine: see /events`);
    const parsed = this.#schema.safeParse(event);
    if (parsed.success) return parsed.data;
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new Error(`that is not ${words} (${wrong})`);
  }
}

function describe(schema: z.ZodType): Map<string, string> {
  const { oneOf } = Described.parse(z.toJSONSchema(schema, { io: 'input' }));
  return new Map(
    oneOf.map(({ properties: { type, ...rest }, required }) => [
      type.const,
      [type.const, ...Object.keys(rest).map((name) => (required.includes(name) ? name : `[${name}]`))].join(' '),
    ]),
  );
}

const Event = z.looseObject({ type: z.string() });

function eventIn(line: string): AnyEventObject {
  const [, type, rest = '{}'] = /^([\w.]+)\s*(\{.*)?$/.exec(line) ?? [];
  const parsed = Event.safeParse(type === undefined ? jsonOf(line) : Object.assign({ type }, jsonOf(rest)));
  if (parsed.success) return parsed.data;
  throw new Error(
    'an event is its name, with JSON after it where it has more to say, or JSON with a type: see /events',
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
