// What a text is about, by a table of patterns: the first row that fits wins, so the order is the meaning.
// Rows are about words only; what a "yes" answers is stage.ts.
import { plain, withoutOpeners } from './text.ts';

export type Intent =
  | 'identity'
  | 'person'
  | 'injection'
  | 'rude'
  | 'complaint'
  | 'haggle'
  | 'shopAsk'
  | 'deliveryTime'
  | 'linkLife'
  | 'waitlist'
  | 'specialOrder'
  | 'elsewhere'
  | 'again'
  | 'sequel'
  | 'pickOne'
  | 'suitable'
  | 'order'
  | 'cancel'
  | 'keep'
  | 'changedMind'
  | 'hours'
  | 'shippingCost'
  | 'tax'
  | 'payment'
  | 'phone'
  | 'address'
  | 'help'
  | 'howAreYou'
  | 'offTopic'
  | 'price'
  | 'stock'
  | 'about'
  | 'author'
  | 'choose'
  | 'another'
  | 'recommend'
  | 'yes'
  | 'no'
  | 'greet'
  | 'thanks'
  | 'bye'
  | 'thinking'
  | 'chitchat';

/** Money that was to come back and did not, in the words of whoever waits for it. */
const MONEY = String.raw`(?:money|refund(?:s|ed)?|cash|reimbursement)`;
const OF_IT = String.raw`(?:(?:my|the|an?|any|our|your|that|this|it|no|of|all|rest|half|part|single|penny|cents?|full|whole|back|from|for|you|u|guys|yet|promised|damn|actual|\$?\d[\d.,]*|dollars?|bucks|in)[, ]+){0,6}`;
const DID_NOT = String.raw`(?:(?:did|have|has|had)(?: ?n ?'? ?t| not)|dint|dident|havnt|ain'?t|never|still not)`;
const WAS_NOT = String.raw`(?:(?:did|have|has|had|was|were|is|does)(?:n ?'? ?t| not)|dint|ain'?t|isnt|never|not)`;

type Row = readonly [Intent, ...RegExp[]];

const THING = String.raw`(?:it|that|this|one|both|them|these|those|(?:the|that|this) \w+(?: \w+)?)`;
const NOW = String.raw`(?: (?:now|today|tonight|tomorrow|please|pls|then|marty|man|dude|though|tho|so much|a lot|again))*`;

/** How a text begins that asks for something to be done. */
const ASKS = String.raw`(?:^|[.,!;] )(?:(?:yes|yeah|sure|no|please|pls|just|then|and|maybe)[, ]+)*(?:(?:can|could|would|will) (?:you|u|ya|i|we) |(?:i'?d|i would) (?:like|love) (?:you )?to |i (?:want|need) (?:you )?to |i wanna |let me |let's |lemme |go ahead and )?(?:please |pls |just )?`;
const NO_BOOK = String.raw`(?:on|up|off|out|still|everything|that thought|my (?:beer|horses)|your (?:horses|fire)|me|us|the (?:phone|line|door)|a (?:sec|second|minute|moment|bit))\b`;

const TABLE: readonly Row[] = [
  [
    'injection',
    /\b(?:ignore|disregard|forget) (?:all |any )?(?:of )?(?:your|the|previous|prior|above)(?: \w+){0,2} (?:instructions|rules|prompt)/,
    /\bsystem prompt\b|\bdeveloper mode\b|\bjailbreak\b|\byou are now (?:a|an|dan)\b/,
  ],
  [
    'identity',
    /\b(?:are|r) (?:you|u) (?:an? |the |even |really |actually |like )*(?:bot|robot|ai|a\.i|human|real|person|machine|computer|chatgpt|gpt|llm|claude|alive|automated|wizard|program)\b/,
    /\b(?:is|am i) (?:this|talking to|texting|speaking to)(?: with)? (?:an? |the )?(?:real )?(?:bot|robot|ai|human|person|machine|automated)\b/,
    /^(?:(?:so|wait|hey|ok|marty|and),? )*(?:who (?:are|r) (?:you|u),?|you(?:'?re| are)?|u(?: r)?|ur)(?: (?:just|really|actually|like))* (?:an? )?(?:chat ?bot|bot|robot|ai|human|real person|machine|computer|program)(?:,? (?:right|or what|or something|or (?:an? )?(?:human|person|bot|robot|ai)))*$/,
    /^(?:who|what) (?:are|r|is) (?:you|u|this|dis)(?: (?:anyway|exactly|again))?$|^(?:who|what) (?:even )?is marty$|^who dis$|^new phone,? who dis$/,
    /\bwhat(?:'s| is) your name\b|\btell me about yourself\b|\bwho (?:made|built|created|programmed|wrote) (?:you|u)$/,
  ],
  [
    'person',
    // Before "money back" is heard as a wish to call something off.
    new RegExp(
      String.raw`\b${DID_NOT}\b.{0,30}\b(?:get|got|gotten|getting|gets|rec[ei]{2}ved?|see|seen|saw|found|find|given|paid) ${OF_IT}${MONEY}\b`,
    ),
    new RegExp(
      String.raw`\b${DID_NOT} (?:yet |even |actually |been |be |ever |really )*(?:refund(?:ed)?|reimbursed?)\b`,
    ),
    new RegExp(String.raw`\b(?:was|were)(?:n ?'? ?t| not) (?:\w+ )?refunded\b`),
    new RegExp(
      String.raw`\b${MONEY}(?:'s| is| was| has| did| still| back| u sent| you sent)*\b.{0,4}\b${WAS_NOT}\b.{0,12}\b(?:come|came|arrived?|here|there|back|hit|gone|went|go|in|received?|show\w*|land\w*|post\w*|appear\w*)\b`,
    ),
    new RegExp(
      String.raw`\b(?:where(?:'s| is| are)?|what happened (?:to|with)|(?:still )?waiting (?:on|for)|got no|see no|seen no|there(?:'s| is) no|have no) (?:my |the |our |that |any )?(?:money|refund|cash)\b`,
    ),
    new RegExp(
      String.raw`\b(?:no|nothing of the) (?:money|refund|cash)(?: back)? (?:yet|so far|here|came|arrived|has come)\b`,
    ),
    /\b(?:talk|speak|chat|text)(?:ing)? (?:to|with) (?:an? |the |some)?(?:actual |real |live )?(?:human|person|someone|somebody|body|people|owner|manager|staff|employee|rep|representative|agent|panat|carrie)\b/,
    /(?:^|[.,;:!?] ?)(?:(?:yes|yeah|no|nope|ok|okay|say|hey|hi|please|pls)[, ]+)*(?:an? )?["']?(?:real |actual |live )?(?:human|person|agent|representative|operator|manager|persona|humano)["']?(?:,? please| pls| plz| por favor| now)?$/,
    /\b(?:call me|give me a call|have someone (?:call|text))\b|\bget me (?:a|the|your) (?:human|person|manager|owner)\b/,
    /\b(?:want|need|like|prefer|gimme|give me|connect me (?:to|with)|put me through to|is there|can i (?:get|have)) (?:to (?:talk|speak) (?:to|with) )?(?:an? |the |some )?(?:real |actual |live )?(?:person|human(?: being)?|manager|representative|agent|operator)(?: (?:please|pls|now|here|there|instead|to help(?: me)?))*$/,
    /\bcan (?:someone|somebody|anyone) (?:from the (?:shop|store) )?(?:help|call|answer|text) me\b|\bcustomer (?:service|support)\b/,
  ],
  [
    'complaint',
    /\b(?:missing|torn|blank|ripped|loose) pages?\b|\b(?:book|copy|cover|spine|it) (?:was|is|came|arrived|got here|showed up) (?:all )?(?:damaged|torn|broken|ripped|wet|bent|defective|ruined)\b/,
    /\b(?:sent|gave|sold|mailed|shipped|got|received) (?:me )?(?:the|a) (?:wrong|damaged|broken|defective)\b|\b(?:never|didn'?t|hasn'?t|not) (?:arrived?|came|showed up|shown up|turned up)\b|\b(?:charged|billed) (?:me )?(?:twice|double|wrong|too much)\b|\b(?:overcharged|double charged)\b/,
    /\b(?:service|experience|store|shop|you|this|company)(?: (?:is|are|was|guys|all|r))* (?:really |so |just |absolutely |the )*(?:terrible|awful|horrible|worst|unacceptable|a scam|a joke|ridiculous)\b|\b(?:terrible|awful|horrible|worst) (?:service|experience|shop|store)\b|\b(?:file|make|have) a complaint\b/,
  ],
  [
    'rude',
    /\b(?:fuck (?:you|off|u|this|that)|stfu|shut up|(?:you|this) sucks?|(?:you're|ur|you are|u r) (?:so |really )?(?:dumb|stupid|useless|an idiot)|idiot|asshole|bitch|bullshit|piece of (?:shit|crap))\b/,
    /^(?:what the )?(?:fuck|shit|wtf|hell|crap|damn it|goddamn(?: it)?)$/,
  ],
  [
    'haggle',
    /\b(?:discounts?|coupons?|promo(?: codes?)?|price match\w*|haggle|negotiable|better price|lower price|best price)\b|\b\d+ ?(?:%|percent) off\b|\b(?:dollars|bucks) off\b|\boff if i\b/,
    /\b(?:would|will|could|can) (?:you|u) (?:take|do|accept) (?:\$ ?)?\d+(?:\.\d\d)?(?: (?:dollars|bucks))?(?! (?:cop|of\b))|\b(?:amazon|ebay|walmart|barnes)\b.*\b\d|\bcheaper (?:on|at|elsewhere|somewhere)\b|\bknock (?:a bit|some\w*|\d+|a few bucks) off\b|\b(?:take|buy|get) (?:it|that|one|both|them) for \$? ?\d+(?: (?:dollars|bucks))?$|\bhow about (?:\$ ?\d+|\d+ (?:bucks|dollars))$/,
  ],
  [
    'waitlist',
    /\b(?:text|tell|let|message|notify|ping|alert)\b(?: me)?(?: know)?(?: please)? (?:when|once|if|as soon as)\b.*\b(?:back|in stock|in|here|available|arrives?|comes? (?:in|back)|get (?:it|one|them|more|another|a copy)|(?:have|got) (?:it|one|some|more|a copy))(?: again)?$/,
    /\b(?:put|add) me (?:on|to) (?:the|a|your)(?: wait(?:ing)?)? ?list\b|\bwait(?:ing)? ?list\b|\bnotify me\b|\bback in stock (?:alert|notice|list)\b/,
  ],
  [
    'specialOrder',
    /\bspecial order (?:it|that|this|one|them|an? copy|the|for me)\b|\border (?:it|that|this|one|them|a copy)(?: \w+)? in\b|\border (?:it|that|one|a copy) from (?:your|the) (?:distributor|wholesaler|publisher|supplier|warehouse)\b/,
    /^(?:so |ok |and )?(?:can|could|would|will) (?:you|u|y'?all)(?: guys)?(?: please)? (?:special[- ])?order (?!\d|another)(?:me )?\w/,
  ],
  [
    'elsewhere',
    /\b(?:how|where) else (?:can|could|do) i (?:get|buy|find|order)\b|\b(?:another|other|some other) ways? to (?:get|buy) (?:it|that|one|this)\b|\bwhere (?:can|could) i (?:get|buy|find) (?:it|that|one|this|a copy)(?: instead| then)?$|\bbookshop(?:\.org| dot org)\b/,
  ],
  [
    'again',
    /^(?:the )?same (?:again|one again|as (?:last time|before)|book again)\b|\b(?:another|one more|a second) (?:copy|one) of (?:the same|that|it|my last (?:one|order))\b|^(?:one )?more of (?:the same|that)$|^(?:another|one more) of (?:the same|those|that)\b|\b(?:reorder|order (?:it|that|the same(?: (?:one|book|thing))?) again|same book again)\b/,
  ],
  [
    'cancel',
    /\bcancel (?:my|the|that|this|our) (?:order|purchase|hold|book|reservation)\b|\brefund\b|\bmoney back\b|\breturn (?:my|the|this|that) (?:book|order)\b|\bcancel (?:order )?#?\d+\b/,
  ],
  [
    'keep',
    /\b(?:keep|leave) (?:it|that|them|my (?:order|hold|book)|the (?:order|hold))(?: as (?:it )?is| please| pls| then)?$|\bdon'?t cancel\b|\bun-?cancel\b/,
  ],
  [
    'linkLife',
    /\bhow long (?:is|does|will|do i have).{0,12}\b(?:link|to pay)\b|\blink (?:expire|run out|die|good for|valid)/,
  ],
  [
    'deliveryTime',
    /\bwhen (?:will|would|does|do|can|should) (?:it|they|that) (?:get|arrive|be here|come|ship|be delivered|go out)|\bwhen (?:will|would|do|can|should) i (?:get|have|receive|expect) (?:it|them|that)\b|\b(?:arrive|get here|be here|here) (?:by|before|in time)\b/,
    /\bhow (?:long|fast|soon|quick\w*) (?:does|do|will|would|is|can|until|before)(?: \w+){0,3} (?:ship\w*|deliver\w*|arrive|get (?:it|here|there)|come|take)\b|\bhow long (?:is|for) (?:shipping|delivery)\b|^how long(?: now| then)?$|\b(?:shipping|delivery) times?\b/,
  ],
  [
    'order',
    /\b(?:where|wheres|where's|when)(?: is| will| does| do| are)? (?:my|our|the) (?:order|book|books|package|stuff|shipment|parcel|hold)\b/,
    /\b(?:status|update) (?:of|on|for) (?:my|the|an) (?:order|book|package|hold)\b|\border status\b|^(?:until|till|til) when$|\bhow long (?:do|will|can) (?:you|u) (?:hold|keep) (?:it|that|them)\b|\btrack(?:ing)?(?: (?:my|the|number|info|code)|$)/,
    /\b(?:did|has|have) (?:it|my (?:order|book|package|books)|the (?:book|order))(?: been)? (?:ship|shipped|sent|arrive|arrived|go out|gone out|left)\b/,
    /^(?:i |just |ok |already )*paid(?: it| already| now| you)?$|\b(?:did (?:the|my) payment|payment (?:go|went|gone)) (?:go )?through\b/,
    /\bi (?:ordered|bought|paid for) .*\b(?:what'?s up|what happened|where(?:'s| is) (?:it|my)|still (?:not|no|nothing|waiting|hasn't|haven't (?:got|heard|seen|received))|(?:here|arrived|come|came|shipped|got(?:ten)? it|received it) yet|any (?:news|update))\b|\bwhat'?s up with (?:my|the|our) (?:order|books?|hold|package)\b/,
    /\bis (?:it|my (?:order|book|hold)) (?:ready|shipped|here yet|on (?:its|the) way)\b|\bmy order\b(?!.*\bcancel)|\bhow many (?:copies |books )?(?:did i (?:get|order|buy|hold|reserve)|do i have)\b|\b(?:is|was) (?:it|that|my order)(?: really)? (?:cancel\w+|refunded|paid)\b/,
  ],
  [
    'changedMind',
    /^nm$|\b(?:never ?mind|nvm|forget (?:it|about it|that)|changed my mind|change of mind|start over|don't want (?:it|that|this)(?: any ?more| now|$)|scratch that|on second thought)\b/,
    /^cancel(?: (?:it|that|this))?(?: please)?$/,
  ],
  [
    'hours',
    /\b(?:are|r) (?:you|u|y'all|ya)(?: guys| all)? (?:still )?(?:open|closed)\b|\b(?:you|u|store|shop) open\b|\b(?:open|closed)(?: right)? (?:now|today|tonight|tomorrow|late|yet|on (?:mon|tues|wednes|thurs|fri|satur|sun)days?|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?)\b/,
    /\b(?:your|store|shop|opening|business|what|the|holiday) (?:hours|hrs)\b|^(?:hours|hrs|open)$/,
    /\b(?:what|when)(?: time)? (?:do|does|are) (?:you|u|y'all|the (?:store|shop))(?: guys)? (?:open|close|closing|opening)\b|\bhow late\b/,
    /\bwhen (?:can|could|should|do|may) (?:i|we) (?:pick (?:it|them|that|this) up|come (?:by|in|over|get|pick)|collect|stop by|swing by)\b/,
  ],
  [
    'shippingCost',
    /\b(?:how much|what)(?:'s| is| does)? (?:it )?(?:the )?(?:cost )?(?:to |for |of )?(?:ship|shipping|delivery|postage|mail)/,
    /\b(?:do|can|could|would) (?:you|u|y'all)(?: guys)?(?: even)? (?:ship|deliver|mail)\b(?! (?:it|that|this|them) to \d)/,
    /\b(?:shipping|delivery|postage)(?: (?:cost|price|fee|fees|rate|rates|time|times|charge))?$|\bhow long (?:does|will|is) (?:the )?(?:shipping|delivery|it take to (?:ship|arrive|get here))/,
    /\b(?:is|are|does) (?:the |that |it )?(?:shipping|delivery|postage|include)\b|\bfree shipping\b|\bship (?:outside|internationally|overseas|abroad)\b|\bship to (?!me\b|my\b|him\b|her\b|them\b|our\b|home\b|work\b|grand|(?:mom|mum|dad|that|this|a)\b|the (?:house|office|address|same)\b)(?:(?!\d)\w+(?: |$))+$|\bship to .*\bin (?:canada|mexico|the uk|england|london|europe|australia)$/,
  ],
  [
    'shopAsk',
    /\bhold (?:it|that|them|the book)(?: for me)? (?:any |a bit |a little )?longer\b|\bextend (?:my|the|that) hold\b/,
    /\b(?:can|could|may) (?:my|a|some|another|someone|somebody)(?: \w+){0,2} (?:pick (?:it|them|that|this) up|get (?:it|them|that)|collect|come (?:by|get|for|in|pick))\b|\bcancel (?:one|two|half|some|part) (?:of|cop)/,
    /^(?:(?:ok|okay|so|and|but|also|wait|fine|cool)[,. ]+)*(?:is|are|do|does|have|has|can|could|what|which|any|got|(?:you|u) (?:got|have))\b(?!.*\b(?:recommend|suggest|anything|something|cheapest|best|good|like|gift|find me)\b).*\b(?:signed|autographed|hard ?(?:cover|back)|paper ?back|soft ?cover|mass market|(?:1st|first) edition|large print|audio ?books?|e-?books?|kindle)\b/,
    /\bdo (?:i|we) need (?:to (?:bring|show) )?(?:an? |my )?(?:i'?d|identification|receipt)\b/,
    /\b(?:which(?: one| book)?(?:'s| is) (?:longer|shorter|longest|shortest)|how many (?:pages|chapters)|page count|how long is (?:it|that|the book)(?! good| valid)|(?:want|need|like|have) to (?:return|exchange|send back) (?:a|an|the|my|this|that|it)|used books?|second[- ]?hand|trade[- ]?ins?|store credit|gift ?cards?|gift ?wrap\w*|bathroom|restroom|toilet|parking|wheelchair|wi-?fi|signings?|(?:game|dnd|d&d|trivia|open mic) nights?|hiring|pre-?orders?|special orders?|return policy|exchange policy)\b/,
    /^(?:do|does|can|could|will|are|is|what|any|when)\b.*\b(?:return (?:a|the|it|books?)|returns|refunds|exchange|events?|book clubs?|donat\w+|dogs? allowed|bring my|buy (?:back )?my|sell (?:you )?my)\b(?!.*\bbooks? (?:about|on|with)\b)/,
  ],
  ['tax', /\b(?:sales )?tax(?:es)?\b/],
  [
    'payment',
    /\b(?:do|can|could) (?:you|u|i|we)(?: guys)? (?:take|accept|pay (?:with|by|in))\b|\b(?:apple pay|google pay|venmo|paypal|cash ?app)\b|^how (?:do|can) i pay$/,
  ],
  [
    'phone',
    /\b(?:your|store|shop|a) (?:phone )?number\b|\b(?:can|could|may) i call\b|\bphone number\b|\be-?mail address\b/,
  ],
  [
    'address',
    /\bwhere(?:'s|s| is| are| r)? (?:you|u|y'all|the (?:store|shop)|your (?:store|shop)|this (?:store|shop)|dungeon books)(?: guys)?(?: (?:at|located|again))?$|\b(?:your|store|shop|(?<!\bto )the) (?:address|location)\b|\bwhere (?:do i|can i|should i) (?:pick|go|come|find)\b|^(?:address|location|directions)$|\bhow do i get (?:there|to (?:you|the (?:store|shop)))\b|\bwhere are you located\b/,
  ],
  [
    'help',
    /\bwhat (?:can|do) (?:you|u) do\b|\bhow (?:does|do) (?:this|it|i|you|that) (?:work|use|order|buy)(?: .*)?$|^how (?:do|can|would) i get (?:it|one|this|that|them)(?: then)?$/,
  ],
  [
    'howAreYou',
    new RegExp(
      `^(?:how(?:'s| is| are|s|re)? (?:you|u|it going|things|life|ya|your (?:day|night|week|morning))(?: (?:doing|been|going))?|what'?s (?:up|happening)|whats up|wassup|sup|how you doing|you (?:ok|good|alright))${NOW}$`,
    ),
  ],
  [
    'offTopic',
    /\b(?:weather|election|president|trump|biden|politics|politician|bitcoin|crypto|stock market|invest(?:ing|ment)?|nba|nfl|football score|who won)\b/,
    /\b(?:write|make|generate|give) (?:me )?(?:an? |some |my )?(?:poem|essay|code|python|javascript|sql|homework|resume|cover letter|song|rap)\b|\b(?:do|solve|help with) my (?:homework|taxes|math)\b|\bwhat(?:'s| is) \d+ ?[-+*x/] ?\d+/,
    /\b(?:medical|legal|tax) advice\b|\b(?:diagnose|lawyer|doctor)\b|\b(?:nudes?|sexy pic|sext|horny|date me|marry me)\b|\bcapital of\b|\btell me a joke\b|\bpizza\b/,
  ],
  [
    'price',
    /\bhow much\b|\bwhat(?:'s| is| does)? (?:the |its )?(?:price|cost)\b|\bwhat (?:does|will|would) (?:it|that|they) cost\b|\bprice (?:of|on|for)\b|^(?:price|(?:(?:what'?s|what is|whats) )?(?:the |my )?total)$/,
  ],
  [
    'suitable',
    /\b(?:ok|okay|fine|good|appropriate|suitable|safe|alright|right) for (?:my age|a kid|kids|children|teens?|a (?:child|teen\w*|\d+)|an? \d+|my (?:son|daughter|kid|nephew|niece)|him|her|someone (?:my|his|her) age)\b|\bis (?:it|that|this)(?: one)? (?:very |too |really )?(?:violent|gory|graphic|sexual|explicit|clean|kid friendly|for (?:kids|children|adults|teens))\b|\b(?:any|much|lots of) (?:violence|sex|gore|swearing|smut)\b|\bwhat age\b|\bage (?:range|rating|group)\b/,
  ],
  [
    'sequel',
    /\b(?:sequel|(?:the )?next (?:book|one|volume|part|novel) (?:after|in|to|of|from)|what(?:'s| is| comes)?(?: next)? (?:book )?after|books? after|comes after|read after|book (?:2|two|3|three) (?:of|in))\b|\b(?:book|part|volume) (?:2|two|ii)$/,
  ],
  [
    'pickOne',
    /^(?:i don'?t know,? |idk,? |ok |whatever,? )?(?:you|u) (?:pick|choose|decide)(?: (?:for me|one|it|please|pls|then))*$|\bup to you\b|\bwhich(?: one)?(?: of (?:them|those|these|the two))? (?:is|are|would|do|should|'s)\b.*\b(?:better|best|you|recommend|pick|read|get|first)\b|\bwhich (?:one )?first$|^(?:either|whichever|any of (?:them|those))(?: (?:one|is fine|works|is good))*$/,
  ],
  [
    'choose',
    /^(?:please |pls |can (?:you|u) |could (?:you|u) )?(?:ship|send|mail) me (?!a link|the link|something|anything|more|some\b|the (?:address|hours))/,
    /\b\d+ (?:copies|cop) (?:of|please)\b|\b(?:two|three|four|five|six|seven|eight|nine|ten) copies of\b/,
    new RegExp(
      `\\b(?:i'?ll|i will|ill|imma|gonna|i'?m going to|let'?s|lemme|let me|i'?d like to|i want to|can i|could i|id like to|wanna) (?:take|get|buy|grab|have|order|go with|do|purchase)\\b`,
    ),
    new RegExp(
      `\\b(?:i want|gimme|give me|i'?d like|id like|i'?ll have|get me|sell me|wrap up|ring (?:me )?up|ring it up) (?:a copy of |\\d+ (?:copies )?of |two of )?${THING}\\b`,
    ),
    /^(?:buy|purchase|order|sold(?! (?:out|already)\b)|take my money|deal|get it|take it|(?:the |that )?(?:first|second|third|last) (?:one )?please)\b/,
    new RegExp(`\\b(?:buy|purchase|order) (?:a copy of |\\d+ (?:copies )?of )?${THING}\\b`),
    /\b(?:i want|i'd like|i would like|i'll take|order|buy|get) (?:a |one |two |three |\d+ )?cop(?:y|ies)\b/,
    new RegExp(`${ASKS}(?:hold|reserve)(?: me)? (?!${NO_BOOK})[\\p{L}\\d]`, 'u'),
    /\bput me down\b|\bhold (?:it|that|one|a copy)\b|\b(?:put|set) (?:it|one|.{2,80}) aside\b|\bsave me (?:a |the |one )?\w|\bsave .{2,80} for me\b/,
  ],
  ['shopAsk', /\b(?:under|in) (?:my|his|her|their|another|a different) (?:[\w']+ )?name$/],
  [
    'stock',
    /\b(?:do|does|would) (?:you|u|y'all|ya)(?: guys)?(?: happen to)? (?:have|carry|stock|sell|got)\b|^(?:you |u |ya )?(?:got|have|carry|stock) (?!any|.* already$)|\bin stock\b|\bhow many (?:copies|left|do)\b|\bis (?:it|that|there a copy) available\b|\bany copies\b|\bhave you got\b/,
  ],
  ['author', /\bwho wrote\b|\bwho(?:'s| is) (?:it|that|this|the (?:author|writer))\b/],
  [
    'about',
    /\b(?:tell me|more|say) (?:a (?:bit|little) )?(?:more|about)\b|\bwhat(?:'s| is| are) (?:it|that|they|that one|the (?:first|second|third|last)(?: one)?|.{2,80}) about\b|\bis (?:it|that)(?: one)? (?:any )?(?:good|long|scary|sad|funny|part of a series)\b|\bplot\b|\bsynopsis\b|^why(?: that one)?$/,
  ],
  [
    'another',
    /\b(?:something|anything|someone|what) else\b|\b(?:another|other|different|more) (?:one|ones|book|books|option|options|recs?|suggestions?|ideas?)\b|^(?:another|next|more|others|again|different)$|\b(?:already )?(?:read|own|have|seen) (?:it|that|those|them|both|all|these)(?: (?:one|already|before))?$|\balready (?:read|own|have)\b|\bnot (?:my thing|for me|feeling|into)\b|\bshow me more\b|\bkeep going\b|^(?:a )?(?:few |some |couple )?more(?: of (?:those|these|them|that))?(?: (?:please|pls))?$|\bmore like (?:that|this|those|these)\b/,
    /\b(?:more|others?|books?) (?:by|from) (?:him|her|them|(?:the same|this|that) (?:author|writer|guy|woman|person))\b/,
    /^(?:(?:no|nope|but|oh|hm+|well|sorry)[, ]+)*(?:he|she|they|we)(?:'s|'ve| has| have)?(?: already)? (?:got|has|have|owns?) (?:it|that|this|those|them|both|all|these)(?: (?:one|already|before|now))*$/,
    /^(?:(?:no|nope|but|oh|hm+|well|sorry)[, ]+)*(?:(?:i|he|she|they|we)(?:'s|'ve| has| have)? (?:got|has|have|owns?|read)|got|read) .{2,60} already$/,
  ],
  [
    'recommend',
    /\b(?:recommend|recommendation|suggest|suggestion|recs?)\w*\b|\bwhat (?:should|can|do|would) (?:i|you) (?:read|get|like|pick)\b|\bwhat'?s (?:good|popular|new|hot)\b|\b(?:any(?:thing)? new|new (?:releases?|arrivals?|books?|stuff))\b|\bsurprise me\b|\b(?:pick|choose|find) (?:me |one |something |for me)/,
    /\b(?:looking for|in the mood for|i'?m into|i love|i like|i liked|i loved|just finished|i enjoyed|need|want|wanna read|show me)\b.*\b(?:book|books|read|novel|something|anything|stuff|story|stories|gift|like|similar)\b/,
    /\b(?:got|have|need|want|gimme|give me|any|some)\b.*\b(?:something|anything|any books?|any good|some)\b|^(?:something|anything|books?|a book|novels?)\b|\bbooks? (?:like|about|for|with|similar)\b|\b(?:similar to|stuff like|along the lines of)\b|\bgift\b|\bfavou?rites?\b|\bwhat(?:'ve| have)? you got\b|\bstaff picks?\b|\bbest sellers?|bestsellers?\b/,
    /\bfor (?:my|a|an|the|our) (?:\d+|nephew|niece|son|daughter|kid|kids|child|boy|girl|mom|dad|mother|father|sister|brother|wife|husband|friend|girlfriend|boyfriend|partner|teen|teenager|grandson|granddaughter|grandma|grandpa|boss|teacher)\b/,
  ],
  [
    'thinking',
    /^(?:(?:wait|hm+|no|nope|nah|yes|yeah|sure|well|ok|okay|thanks|maybe)[, ]+)*(?:(?:let me|lemme|i'?ll|i'?m going to|i (?:need|want|have) to|gonna) )?(?:think (?:about|on) (?:it|that|this)|think it over|sleep on it)(?: (?:first|a bit|for a bit|please))*(?: and \w+ .{0,30})?$|^(?:let me|lemme) think(?: (?:first|a bit|a minute|a sec))?$/,
  ],
  [
    'thanks',
    /^(?:ok|okay|k|kk|cool|alright|great|nice|awesome|sweet|no worries)[,. ]+(?:thanks|thank you|thx|ty|cheers)\b(?: (?:so much|a lot|marty|man))*$/,
  ],
  [
    'no',
    /^(?:no|nope|nah|naw|n|no thanks?|no thank you|nah,? (?:i'?m )?(?:good|ok)|not really|not (?:today|now|yet|this time|that|interested|quite)|negative|pass|i'?ll pass|hard pass|neither|none(?: of (?:them|those|these))?|wrong|that'?s wrong|incorrect|not right|not it|wrong (?:one|address|book)|i'?m good|no way|no it'?s (?:not|wrong))$/,
    /^(?:no|nope|nah)[,. ]/,
  ],
  [
    'yes',
    /^(?:y|ya|yes|yea|yeah|yeh|yep|yup|ye|yess+|sure|sure thing|ok|okay|k|kk|alright|all right|fine|correct|right|that'?s (?:right|correct|it|the one|me|fine|good)|looks? (?:good|right|great|correct)|sounds? (?:good|great|right)|perfect|great|good|cool|works(?: for me)?|do it|go|go ahead|go for it|absolutely|definitely|totally|of course|why not|please|please do|yes please|yes,? (?:that'?s|it'?s|it is).*|i do|confirmed?|confirm|affirmative|bet|for sure|hell yeah|let'?s go|let'?s do it|si|uh huh|mhm|\ud83d\udc4d|\u2705|100|word)(?: (?:please|pls|thanks|thank you|marty|man|dude|then))*$/,
    /^(?:yes|yeah|yep|yup|sure)[,. ]/,
  ],
  [
    'greet',
    new RegExp(
      `^(?:hi+|hey+|heya|hello+|yo+|hiya|howdy|greetings|hola|ahoy|good (?:morning|evening|afternoon)|morning|evening|test|hail)(?:[, ]+(?:marty|there|man|wizard|dude|again|friend|you))*${NOW}$`,
    ),
  ],
  [
    'thanks',
    /^(?:.{0,20}\b)?(?:thanks|thank you|thx|ty|tysm|appreciate (?:it|you|that)|cheers|much appreciated|gracias|you rock|you're the best)\b/,
  ],
  [
    'bye',
    /^(?:ok(?:ay)? |alright |well )?(?:bye+|goodbye|good ?night|gn|see (?:you|ya|u)|later|laters|cya|ttyl|peace|take care|gotta (?:go|run)|farewell|that'?s all|that'?s it|i'?m done|talk (?:to you )?later)(?:[, ].{0,20})?$/,
  ],
  [
    'chitchat',
    new RegExp(
      `^(?:(?:wait|hmm+|no|please|just)[, ]+)*hold (?!on to)${NO_BOOK}(?:[, ]+(?:let me \\w+|a \\w+|one \\w+|for now|there|please|pls|lol|marty))*$`,
    ),
    /^(?:(?:ha)+h?|lo+l|lmao+|rofl|nice|wow|neat|interesting|awesome|sweet|hmm+|oh+|ah+|i see|got it|gotcha|makes sense|fair(?: enough)?|same|true|damn|omg|huh|haha .{0,20}|my name(?:'s| is) \p{L}+(?: \p{L}+)?|good (?:one|point)|love it|i know|idk|i don'?t know|dunno|not sure)$/u,
  ],
];

/** What is left of it without the greeting asks for another book. */
const HI_AGAIN = /^(?:hi+|hey+|hello+|yo+|hiya|howdy)(?:[, ]+(?:marty|there|man))?[, ]+again$/;

/** The intent of one text (or of several joined), or null when no row fits. */
export function intentOf(text: string): Intent | null {
  const whole = plain(text);
  const core = withoutOpeners(whole);
  if (HI_AGAIN.test(whole)) return 'greet';
  return rowFor(core) ?? rowFor(whole);
}

function rowFor(text: string): Intent | null {
  const row = TABLE.find(([, ...patterns]) => patterns.some((pattern) => pattern.test(text)));
  return row?.[0] ?? null;
}
