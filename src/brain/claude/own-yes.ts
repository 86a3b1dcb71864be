// A yes is the customer's own. What binds a copy or asks for money follows a question of the shop's; a model that says the customer has
// answered it is believed only where their own words can mean that. Whether they do is still for the model, and the chart, to say.
import type { Act } from '../../../schema/acts.ts';
import { plain } from '../house/text.ts';
import type { Situation } from '../situation.ts';

const ASKED: ReadonlySet<Situation['stage']> = new Set([
  'confirming.sure',
  'fulfillment.method',
  'fulfillment.address',
  'fulfillment.readback',
  'fulfillment.payment',
  'missing.sure',
]);
const THING = String.raw`(?:it|one|that|this|them|those|these|both|two|three|a copy)`;
/** Generous: a yes that is missed costs a question more, and only what has no word of one is held back. */
const YES = new RegExp(
  [
    String.raw`\b(?:y|ya|ye|ya+s+|yes+|yea|yeah+|yep|yup+|aye|sure|ok+|okay|k|kk|alright|fine|deal|sold|absolutely|definitely|certainly|totally|course|bet)\b`,
    String.raw`\b(?:exactly|correct|right|affirmative|perfect|gladly|please|pls|plz|agreed?|confirm(?:ed)?|done|cool|great|awesome|mhm|uh-?\s?huh|yuh|roger|guess|suppose|si|claro|dale|vale|bueno|oui|ja|da)\b`,
    String.raw`\b(?:sounds|looks|all|is) (?:good|great|lovely|right|fair)\b|\bgood to go\b|\b(?:that|this)(?:'s| is)? (?:works|it|the one)\b|\bworks for me\b`,
    String.raw`\b(?:go (?:ahead|on|for it)|do (?:it|that)|let'?s|why not|count me in|i'?m in|mine|my arm)\b`,
    String.raw`\b(?:want|need|love|have|get|getting|give me) (?:to\b|${THING}\b)`,
    String.raw`\b(?:take|taking|grab|gimme|buy|buying|order|pay|paying|checkout|link|card|hold|reserve|save|keep|aside|ship(?:ping|ped)?|send|mail(?:ing|ed)?|deliver(?:y|ed)?|now|later|when|cash|credit|debit)\b`,
    String.raw`\b(?:pick|picking|pickup|collect|swing|stop by|drop by|come (?:by|in|over|get|down)|counter|in (?:the )?(?:store|shop|person)|online)\b`,
    String.raw`(?<!\p{L})sí(?!\p{L})|[👍👌✅🙏💯🤝]`,
  ].join('|'),
  'u',
);

/** "make it 2" */
const COUNT = /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|couple|cop(?:y|ies))\b/;

/** Whether the act answers the question that was asked last, and the customer has said nothing that could be that answer. */
export function isUnheard(
  act: Act,
  { stage, unread, chosen }: Pick<Situation, 'stage' | 'unread' | 'chosen'>,
): boolean {
  if (!ASKED.has(stage)) return false;
  const said = plain(unread.join('\n'));
  switch (act.type) {
    case 'customer.agreed':
    case 'customer.paysNow':
    case 'customer.wantsHold':
    case 'customer.wantsPickup':
    case 'customer.wantsShipping':
      return !YES.test(said);
    case 'customer.choseBook':
      return (
        act.isbn13 === chosen?.isbn13 && !YES.test(said) && !COUNT.test(said) && !said.includes(plain(chosen.title))
      );
    default:
      return false;
  }
}
