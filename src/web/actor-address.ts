// An actor's id as the outside writes it: `customer:<E.164>` or `order:<uuid>`; a customer's key will do for the number.
import { z } from '@hono/zod-openapi';
import { PhoneOrKey } from './wire/common.ts';

const machines = { customer: PhoneOrKey, order: z.uuid().toLowerCase() } as const;

/** Parses and normalises; machines that this edge does not know keep their id as it is. */
export const ActorId = z
  .string()
  .max(200)
  .transform((value, context) => {
    const [, machine = '', rest = ''] = /^([a-z][A-Za-z0-9-]{0,59}):([\x21-\x7e]{1,128})$/.exec(value) ?? [];
    const schema = isKnown(machine) ? machines[machine] : z.string().min(1);
    const id = schema.safeParse(rest);
    if (id.success) return { machine, id: id.data };
    context.addIssue({ code: 'custom', message: 'must be an actor’s id, such as customer:+12015550123' });
    return z.NEVER;
  })
  .openapi({ type: 'string', example: 'customer:+12015550123' });

export const ActorPath = z.object({ id: ActorId });

function isKnown(machine: string): machine is keyof typeof machines {
  return Object.hasOwn(machines, machine);
}
