// What Claude answers with: one act and the words before it, flat, as structured output likes it.
// It is a proposal; grounding.ts decides whether it may be said, and the chart what it does.
import { z } from 'zod';
import { Act, Address, Copies } from '../../../schema/acts.ts';

export const ACT_NAMES = Act.options.map((option) => option.shape.type.value);

export const Proposal = z.object({
  act: z.enum(ACT_NAMES).describe('What the customer did with their unread texts.'),
  isbn13: z
    .string()
    .nullable()
    .describe('customer.choseBook, wantsElsewhere, wantsWaitlist, wantsSpecialOrder: the book, else null.'),
  copies: z.number().int().nullable().describe('customer.choseBook, wantsSpecialOrder: how many, else null.'),
  isbn13s: z.array(z.string()).describe('customer.namedSeveral: the two or more books that fit, else empty.'),
  address: z
    .object({
      name: z.string(),
      line1: z.string(),
      line2: z.string().nullable(),
      city: z.string(),
      state: z.string(),
      zip: z.string(),
    })
    .nullable()
    .describe('customer.gaveAddress: exactly what the customer wrote, else null.'),
  bubbles: z
    .array(z.string())
    .describe('One to three short texts to send; may be empty for acts other than customer.asked.'),
  books: z.array(z.string()).describe('The isbn13 of every book that the bubbles name.'),
  confidence: z.number().describe('How sure you are of the act, 0 to 1.'),
});
export type Proposal = z.infer<typeof Proposal>;

/** The books that an act is about, by ISBN. */
export function isbnsOf(act: Act | null): string[] {
  if (act === null) return [];
  if ('isbn13' in act) return [act.isbn13];
  return 'isbn13s' in act ? act.isbn13s : [];
}

/** The act that a proposal names, or null where its parts do not make one. */
export function actOf(proposal: Proposal): Act | null {
  const parsed = Act.safeParse(partsOf(proposal));
  return parsed.success ? parsed.data : null;
}

function partsOf(proposal: Proposal): unknown {
  switch (proposal.act) {
    case 'customer.wantsElsewhere':
    case 'customer.wantsWaitlist':
      return { type: proposal.act, isbn13: proposal.isbn13 };
    case 'customer.wantsSpecialOrder':
    case 'customer.choseBook':
      return { type: proposal.act, isbn13: proposal.isbn13, copies: Copies.catch(1).parse(proposal.copies) };
    case 'customer.namedSeveral':
      return { type: proposal.act, isbn13s: proposal.isbn13s };
    case 'customer.gaveAddress':
      return { type: proposal.act, address: addressOf(proposal.address) };
    default:
      return { type: proposal.act };
  }
}

function addressOf(given: Proposal['address']): Address | null {
  if (given === null) return null;
  const { line2, ...rest } = given;
  const parsed = Address.safeParse(line2 === null ? rest : { ...rest, line2 });
  return parsed.success ? parsed.data : null;
}
