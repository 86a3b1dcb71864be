// Opt-outs in plain words, English and Spanish: any wording that a reasonable person understands must be honoured.
// Conservative the other way too: a customer who wants fewer horror novels has not asked us to stop writing.

/** No word of it may be read in two ways: on a long text that ends otherwise each would be tried. */
const END = '(?: (?:please|pls|(?:right )?now|already|again|anymore|any more|ever|thanks|thank you|all|immediately))*$';
const LIST = '(?:the|your|this|ur) (?:(?:text|texting|mailing|sms|message) )?list';
const TEXTS = '(?:texts?|messages?|msgs?|sms|text messages)';

const OPT_OUTS: readonly RegExp[] = [
  new RegExp(`^(?:please|pls|just|ok|can you|could you|would you|you can)? ?(?:please )?(?:stop|quit)${END}`),
  new RegExp(`^(?:please |pls |ok )?(?:stop (?:it|this|that)|opt out)${END}`),
  new RegExp(
    `\\b(?:stop|quit) (?:texting|messaging|contacting|bothering|spamming|txting|msging)(?: (?:to )?me| us| this number)?${END}`,
  ),
  new RegExp(`\\b(?:stop|quit) writing (?:to )?(?:me|us|this number)${END}`),
  // Not "when did he stop writing", nor "are there no more".
  new RegExp(`^(?!.*\\b(?:did|does|when|why|who|he|she|they)\\b).*\\b(?:stop|quit) writing${END}`),
  new RegExp(`(?<!\\b(?:are there|is there|there are|there is|theres|you have|you got|have you) )\\bno more${END}`),
  /\b(?:stop|quit) (?:texting|messaging|contacting|spamming|txting|msging) (?:me|us|this number)\b(?! (?:about|the|those|with|so|spoilers?)\b)/,
  new RegExp(
    `\\b(?:stop|quit|end|cancel|no more)(?: (?:sending|receiving|getting|with))?(?: me)?(?: (?:all|any|these|the|your|this))*(?: more)? ${TEXTS}\\b`,
  ),
  new RegExp(`\\b(?:stop|quit) sending (?:me )?(?:these|this|anything|stuff)${END}`),
  new RegExp(
    `\\b(?:dont|do not|never|(?<!why )not) (?:text|message|contact|msg|txt|write)(?: to)? (?:me|us|this number)${END}`,
  ),
  new RegExp(`\\b(?:remove|delete) (?:me from ${LIST}|me${END}|my (?:number|phone)(?: number)?)`),
  new RegExp(`\\btake (?:me|my number) off(?: ${LIST})?\\b`),
  /\b(?:opt me out|unsubscribe me|want to unsubscribe|wanna unsubscribe|how (?:do|can) i unsubscribe|please unsubscribe|unsubscribe please)\b/,
  /\b(?:want|like|wish|going|wanna|need) (?:to )?opt out\b/,
  /\b(?:dont|do not|no longer) (?:want|wish)(?: to (?:get|receive|have))?(?: any| these| your| more| anymore)* (?:texts?|messages?|msgs?|sms)\b/,
  /\b(?:dont|do not|never|no longer) (?:want|wish|care|need) to hear from (?:you|u|this|yall)\b/,
  /\b(?:revoke|withdraw) (?:my )?consent\b/,
  /\bcease and desist\b/,
  /^(?:wrong number|wrong person)\b.*\b(?:stop|remove|dont text)\b/,
  /^(?:please )?(?:stop|remove|dont text)\b.*\bwrong (?:number|person)\b/,
  /^(?:por favor |ya )?(?:alto|basta|para|parar|pare|paren|detener|cancelar|baja|desuscribir|terminar|salir)(?: por favor| ya)*$/,
  /\b(?:no me|ya no me) (?:escribas?|escriban|mandes?|manden|envies?|envien|textees?|molestes?|molesten|contactes?|contacten)(?: (?:mas|nunca|por favor|mensajes|textos|de nuevo))*$/,
  /\b(?:deja|deje|dejen|para|paren) de (?:(?:escribir|mandar|enviar|molestar|textear|contactar)me|(?:mandar|enviar) (?:mensajes|textos))\b/,
  /\bno quiero que me (?:escrib|mand|envi|contact|text)\p{L}+/u,
  /\b(?:quitame|quiteme|quitenme|sacame|saqueme|saquenme|borrame|borreme|eliminame|elimineme) de (?:la|su|tu|esta) lista\b/,
  /\bno quiero (?:(?:recibir )?(?:mas )?(?:mensajes|textos|sms))\b/,
  /\b(?:darme|dame|denme|deme) de baja\b/,
];

/** Idioms that are also titles and banter: they count only where no book is spoken of. */
const IDIOMS: readonly RegExp[] = [
  /\b(?:leave me (?:alone|be)|lose my number|fuck off)\b/,
  // Not "we go away friday", nor "make my headache go away".
  /(?<!\b(?:i|we|all|they|he|she|it|ill|well|theyll|never|ever|\w*ache|pain|worries|problems|world|everything|family|friends) )\bgo away\b/,
  /\b(?:dejame|dejeme|dejenme) en paz\b/,
];
const ABOUT_A_BOOK = /\b(?:book|novel|called|titled?|author|read|reading|copy|copies|do you have|by|libro|novela)\b/;
const NEGATED =
  /\b(?:dont|do not|never|cant|cannot|wont|didnt|please dont|no) (?:ever )?(?:stop|quit|leave|unsubscribe|opt|remove|take|delete|go)\b/;

/** True when a message that is no keyword still plainly says: do not write to me any more. */
export function isOptOut(text: string): boolean {
  const words = plain(text);
  if (NEGATED.test(words)) return false;
  if (OPT_OUTS.some((pattern) => pattern.test(words))) return true;
  return !ABOUT_A_BOOK.test(words) && IDIOMS.some((pattern) => pattern.test(words));
}

/** Lower-case words with single spaces, no accents, no punctuation; `don’t` becomes `dont`. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/['’‘`´]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
