// The words of ordinary texting, by how little they say about which book is meant. Titles are made of them too ("It",
// "Next", "The Second Chair"), so they are never ignored: they only weigh less.
import { wordsOf } from './fold.ts';

const words = (list: string): Set<string> => new Set(wordsOf(list));

/** Glue: says nothing alone. */
export const GLUE = words(`
  a an the and or but if so as at by for from in into of off on onto out over to up with without about than then that this
  these those it its is are was were be been am im ive id ill i me my mine you your yours u ur he him his she her hers we us our
  they them their who what whats which when where why how whose do does did doing done dont doesnt didnt have has had havent
  having can could cant couldnt will would wont wouldnt shall should may might must not no nor yes there theres here all any
  some each both either neither own same such too very just only also even ever never again once more most much many few
  less least other another else now still yet already because while until till after before between through during
  s t m d ll re ve r n y x st nd rd th et al
`);

/** What people say in a bookshop, of books in general, of hours and parcels: no title by itself. */
export const SHOP_TALK = words(`
  hey hi hello yo sup howdy hiya greetings thanks thank thx ty please pls plz ok okay k sure yeah yep yup nope nah cool great nice
  good awesome perfect lovely amazing wow lol haha hmm um uh oh ah well sorry bye goodbye cheers morning afternoon evening tonight
  today tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday weekend week weeks day days month year hour hours
  minute minutes time times open opening close closed closing late early soon later next last first second third fourth
  one two three four five six seven eight nine ten twice dozen pair couple
  shop store bookstore bookshop place location address street road avenue parking phone number email website online order orders ordered
  book books novel novels paperback hardcover hardback audiobook ebook kindle edition copy copies series sequel trilogy volume vol
  title titles author authors writer writers story stories tale tales fiction nonfiction reading read reader page pages chapter genre genres stock
  shelf shelves section used new old signed cheap cheaper cheapest expensive price prices cost costs discount sale deal buy buying bought
  sell sold selling pay paid paying payment card cash venmo paypal square apple google link receipt refund return returns exchange tax
  ship shipping shipped deliver delivery delivered pickup pick picked hold holding held reserve reserved mail post parcel package tracking
  want wants wanted need needs needed like likes liked love loved loves get gets got gotten getting gonna wanna gotta take takes taking took give
  gave given look looking looked find found finding search see seen show send sent tell told say said ask asked asking know knows think thought
  hope mean means try tried recommend recommended recommendation recommendations suggest suggestion suggestions suggested idea ideas
  similar something anything everything nothing someone anyone everyone somebody anybody thing things stuff kind sort type lot lots bit
  marty wizard human person people staff help helpful question questions answer problem issue stop start cancel change changed nevermind mind
  gift gifts wrap present birthday christmas holiday kid kids child children teen teens teenager toddler adult adults year years age aged
  fantasy scifi science horror mystery thriller romance romantic history historical biography memoir poetry poems comics comic manga graphic
  philosophy programming coding computer software cooking cookbook classic classics literature crime detective adventure dystopian
  fun funny dark darker cozy cosy epic light lighter sad scary spooky happy weird strange thoughtful fast slow short long big small
  easy hard deep serious silly sweet gentle cute creepy twisted bleak grim uplifting heartwarming beautiful best better worst bad favourite favorite
  right wrong left available possible interested ready back around ahead yet maybe probably definitely actually really pretty quite
  rather totally absolutely exactly anyway though
  both neither either latter former cheaper none forget forgot
`);

/** Words of daily life, people and places: a title of one such word needs an author, or to be asked for. */
export const EVERYDAY = words(`
  home house room door kitchen bed bathroom car bus train bike boat plane bridge city town village country world earth land island beach sea
  ocean lake river mountain woods forest garden park farm school college university class teacher student office work working job boss money
  business bank company meeting team project man men woman women boy boys girl girls guy guys baby mother mom mum father dad parents sister
  sisters brother brothers son daughter wife husband partner friend friends family aunt uncle grandma grandpa grandmother grandfather
  neighbor neighbour cousin niece nephew dog dogs cat cats bird birds horse fish bear wolf rabbit mouse pet king queen prince princess
  lord lady mr mrs ms dr sir doctor nurse police officer lawyer soldier captain chief president driver dancer player
  head face eye eyes hair hand hands heart body skin bone bones blood back foot feet mind brain voice soul
  life death dead alive live lives living lived die died dying born birth war peace fight battle game games play playing sport run running
  walk walking ride drive driving fly flight jump fall falling fell rise rising climb swim dance sing song songs music movie movies film show
  art picture photo paint color colour red blue green black white grey gray yellow brown pink purple gold golden silver
  sun sunshine moon star stars sky cloud rain snow ice fire water wind storm air stone light night midnight noon dawn dusk winter spring
  summer fall autumn january february march april may june july august september october november december
  food eat eating ate drink drinking coffee tea milk water wine beer bread cake apple lunch dinner breakfast cook cooked kitchen hungry hunger thirsty
  table chair window wall floor clock key keys box bag hat shoe shoes dress shirt coat ring watch phone card letter letters note notes list map sign
  word words name names line lines language english french spanish american secret secrets truth lie lies promise promised dream dreams wish
  wait waiting stay staying leave leaving left go goes going gone went come comes coming came bring brings bringing brought put keep keeps kept let
  lets make makes made making use used using feel feeling felt hear heard listen watch watching speak speaking talk talking call called calling
  write writing wrote learn learning learned teach remember forget believe wonder wondering care cares miss missing missed lost lose losing
  win winning won meet met marry married wedding break broke broken breaking fix fixed open cut hit push pull hide hidden hiding save saved
  saving help rescue escape catch caught cross crossed crossing switch switched travel trip journey visit vacation tour
  alone together apart away far near close inside outside under above below behind beyond across along against
  always sometimes often usually never forever everywhere nowhere elsewhere somewhere today tonight
  young older younger oldest youngest ten eleven twelve thirteen fourteen fifteen sixteen twenty hundred thousand
  tall free full empty clean dirty dry wet hot cold warm cool fresh sick ill healthy tired sleepy busy bored angry mad afraid fear scared nervous
  worried lonely lucky proud brave crazy insane stupid smart clever quiet silent silence loud simple plain rich poor fine special different normal true
  false real fake whole half double single every everyday certain clear sharp soft heavy strong weak rough smooth
  hate trust faith hope joy luck pain anger shame guilt passion pleasure surprise trouble danger accident mistake chance choice choose chosen decision
  reason rule rules law laws order power control force magic magical science math history religion god gods heaven hell angel angels devil demon
  ghost ghosts monster monsters witch witches vampire vampires dragon dragons alien aliens robot robots zombie zombies hero heroes villain pirate pirates
  spy spies knight knights wizard wizards fairy fairies unicorn giant elf elves dwarf space spaceship planet planets ship ships
  future past century beginning middle end ending ended finish finished begin began start started
  more most part parts piece pieces side top bottom front corner edge circle square point step steps way ways road path
  news paper magazine computer internet code test tests exam answer answers paris london texas america canada maine hawaii brooklyn york jersey
  california florida boston chicago hollywood england ireland france china japan africa europe
  emma rebecca matilda emily eloise olivia heidi jack john james mary anne anna jane sarah sara kate katherine elizabeth shirley juliet george henry
  max adam eve ruby rose alice charlie lucy sam tom ben dan david michael peter paul mark luke eric lila mila kim serena meg micah maurice owen
  scarlett grace hope joy faith carrie christy belinda eileen carol cora cash jacob gemina leo alex chris mike joe bob bill laura lisa maria
  bambi cinderella dallas amy beth claire ella ellen eva frank fred harry hannah ian isabel ivan jason jean jenny jess jo josh julia karen kelly
  lily linda louise lola luna mia molly nancy nick nina nora oliver oscar pat phil rachel ray robert ron roy ruth ryan sally sean sophie steve
  sue susan ted theo tim tina toby tony victor will zoe zoo
  contact program promotion prep proof money host lead leading light rush exit lane avenue drive court lane boulevard apartment apt unit suite zip
  unless besides except instead pure perfect brilliant hopeless stuck feed fever stand lift gut smile kiss sex naked holes crush
  testing merry joke jokes spell spells sleep damaged suck sucks carry hate owe party email coupon wallet meaning radio reception dice restroom wifi
  blink choke confess naked twisted wicked stray paper wave waves noise crowd visitor guest guests return returned replay
  process procedure policy account service customer business private public personal general local global national international
`);

const ENDINGS = /(?:s|es|ed|d|ing|er|ers|ly)$/;

/** Whether people text this word every day, so that it is itself and not a slip for a rarer one. */
export function isEveryday(word: string): boolean {
  return baseWeight(word) < 1;
}

/** How much a word tells about which book is meant: 1 for a rare one, hardly anything for "the". */
export function baseWeight(word: string): number {
  return WEIGHTS.get(word) ?? (word.length === 1 ? 0.2 : WEIGHTS.has(word.replace(ENDINGS, '')) ? 0.45 : 1);
}

const WEIGHTS = new Map([
  ...[...EVERYDAY].map((word): [string, number] => [word, 0.45]),
  ...[...SHOP_TALK].map((word): [string, number] => [word, 0.2]),
  ...[...GLUE].map((word): [string, number] => [word, 0.12]),
]);
