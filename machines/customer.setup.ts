// The customer's vocabulary: what the chart's actions, guards and delays mean. The chart is customer.ts.
// Every word to a customer passes `speak`: while they are opted out, only what answers STOP, START and HELP does.
import { assertEvent, assign, enqueueActions, raise, setup } from 'xstate';
import type { AnyActorRef, DoneActorEvent, ErrorActorEvent } from 'xstate';
import { actor, command, durable, refusalOf, turn } from '../src/runtime/authoring.ts';
import type { StartParams } from '../src/runtime/authoring.ts';
import type { Address, ComposeInput, Elsewhere, ReplyOutput, ShownBook, Stage } from '../schema/acts.ts';
import type {
  CustomerContext,
  CustomerInput,
  CustomerMachineEvent,
  KeptConsent,
  KeptText,
  Speech,
  SpeechKind,
  StaffReason,
} from '../schema/customer.ts';
import type { Fulfillment } from '../schema/order.ts';
import {
  aboutBook,
  asksForBook,
  cancellable,
  factsOf,
  isNews,
  lineOf,
  oneOf,
  openOrdersAfter,
  orderOf,
  titleOfWanted,
  waysTo,
  withFound,
  withOpened,
  withQuoted,
  withShown,
} from './customer-rules.ts';
import { windowOpensAt, withHeard } from './limits.ts';
import { isNotice, noticeMayLeaveAt, withNotice, withNoticed, withoutNotice } from './notices.ts';

const SECOND_MS = 1000;
const HOUR_MS = 60 * 60 * SECOND_MS;
/** A burst of texts is one text when its parts come closer together than this. */
const SETTLE_MS = 2.5 * SECOND_MS;
/** However long a burst goes on, it is answered after this. */
const SETTLE_CAP_MS = 15 * SECOND_MS;

type CheckedAddress = { addressId: string; oneLine: string };
type SpecialQuote = { book: ShownBook; days: number };
type CustomerResult =
  | DoneActorEvent<ReplyOutput, 'reply'>
  | DoneActorEvent<ShownBook, 'quote'>
  | DoneActorEvent<Elsewhere, 'elsewhere'>
  | DoneActorEvent<SpecialQuote, 'special'>
  | DoneActorEvent<null, 'waiting'>
  | DoneActorEvent<CheckedAddress, 'address'>
  | ErrorActorEvent<unknown, 'reply' | 'quote' | 'address' | 'elsewhere' | 'special' | 'waiting'>;
type MachineEvent = CustomerMachineEvent | CustomerResult;
type Line = { line: string; kind: SpeechKind };

/** An opt-out of which the brain was less sure than this is looked at by a person. */
const SURE_CONFIDENCE = 0.8;

const NO_SALE = {
  wanted: null,
  chosen: null,
  elsewhere: null,
  copies: 1,
  distracted: false,
  fulfillment: null,
  addressId: null,
};

const words = setup({
  types: {
    context: {} as CustomerContext,
    events: {} as MachineEvent,
    input: {} as CustomerInput | undefined,
    /** The answer to tap that this transition is: what is written on it, said by hand, means the same. At most 25 characters. */
    meta: {} as { button: string },
  },
  actors: {
    composeReply: durable<ComposeInput, ReplyOutput>('composeReply'),
    quote: durable<{ isbn13: string; copies: number }, ShownBook>('quote'),
    lookElsewhere: durable<{ isbn13: string; title: string | null }, Elsewhere>('lookElsewhere'),
    joinWaitlist: durable<{ isbn13: string; title: string }, null>('joinWaitlist'),
    quoteSpecial: durable<{ isbn13: string; copies: number }, SpecialQuote>('quoteSpecial'),
    checkAddress: durable<{ address: Address }, CheckedAddress>('checkAddress'),
  },
  actions: {
    say: command<Speech>('say'),
    start: command<StartParams>('start'),
    keepText: command<KeptText>('keepText'),
    keepConsent: command<KeptConsent>('keepConsent'),
    summariseThread: command<{ threadId: string }>('summariseThread'),

    noteStage: assign((_, { stage }: { stage: Stage }) => ({ stage })),
    noteListening: assign(({ context }) => ({ listeningSinceMs: context.listeningSinceMs ?? turn.at })),
    noteAnswered: assign({ listeningSinceMs: null, begun: null }),
    noteHeard: assign(({ context }) => ({ heardAtMs: withHeard(context.heardAtMs, turn.at) })),
    /**
     * Title and total are told. A text that was there before is no answer to them, and who is opted out has not heard them: whatever their
     * next text is taken for, they are told once more.
     */
    noteAsked: assign(({ context }) => ({ distracted: isHasty(context) })),
    /** Something else is asked: what was shown since title and total were told still stands between them and a yes. */
    noteHaste: assign(({ context }) => ({ distracted: context.distracted || isHasty(context) })),
    rememberShown: assign(({ context, event }) => {
      assertEvent(event, 'xstate.done.actor.reply');
      return afterShowing(context, event.output);
    }),
    rememberBegun: assign(({ context, event }) => {
      assertEvent(event, 'reply.begun');
      return { begun: event.id, ...afterShowing(context, event) };
    }),
    proposeAct: raise(({ event }) => {
      assertEvent(event, 'xstate.done.actor.reply');
      const { act, confidence } = event.output;
      const isDoubtful = act.type === 'customer.optedOut' && confidence < SURE_CONFIDENCE;
      return isDoubtful ? { type: act.type, doubtful: true } : act;
    }),
    chooseBook: assign(({ context, event }) => {
      assertEvent(event, 'customer.choseBook');
      const chosen = context.offers.find(({ isbn13 }) => isbn13 === event.isbn13) ?? null;
      return { ...NO_SALE, wanted: event.isbn13, chosen, copies: event.copies };
    }),
    chooseOnlyOffer: assign(({ context }) => {
      const chosen = context.offers[0] ?? null;
      return { ...NO_SALE, wanted: chosen?.isbn13 ?? null, chosen };
    }),
    chooseMissing: assign(({ event }) => {
      assertEvent(event, ['customer.wantsElsewhere', 'customer.wantsWaitlist', 'customer.wantsSpecialOrder']);
      return { ...NO_SALE, wanted: event.isbn13, copies: 'copies' in event ? event.copies : 1 };
    }),
    rememberElsewhere: assign(({ event }) => {
      assertEvent(event, 'xstate.done.actor.elsewhere');
      return { elsewhere: event.output };
    }),
    rememberSpecial: assign(({ context, event }) => {
      assertEvent(event, 'xstate.done.actor.special');
      const { book, days } = event.output;
      const special = { priceCents: book.priceCents, days };
      return { chosen: book, elsewhere: context.elsewhere && { ...context.elsewhere, special } };
    }),
    rememberBack: assign(({ context, event }) => {
      assertEvent(event, 'book.back');
      const isOther = context.wanted !== null && context.wanted !== event.book.isbn13;
      return { offers: withShown(context.offers, [event.book]), distracted: context.distracted || isOther };
    }),
    rememberQuote: assign(({ context, event }) => {
      assertEvent(event, 'xstate.done.actor.quote');
      return { chosen: event.output, offers: withQuoted(context.offers, event.output) };
    }),
    fulfilBy: assign((_, { fulfillment }: { fulfillment: Fulfillment }) => ({ fulfillment })),
    rememberAddress: assign(({ event }) => {
      assertEvent(event, 'xstate.done.actor.address');
      return { addressId: event.output.addressId };
    }),
    rememberOrder: assign(({ context, event }) =>
      isNews(event) ? { openOrders: openOrdersAfter(context.openOrders, event) } : {},
    ),
    forgetSale: assign(NO_SALE),
    /** What waited to be told is not told any more: they want nothing of us. */
    optOut: assign(({ context: { needsStaff } }) => ({
      optedOut: true,
      notices: [],
      needsStaff: needsStaff?.reason === 'unanswered' ? null : needsStaff, // STOP is their last word
    })),
    optIn: assign({ optedOut: false, welcomed: true }),
    askForStaff: assign((_, { reason }: { reason: StaffReason }) => ({
      needsStaff: { reason, sinceMs: turn.at },
    })),
    settleNeed: assign({ needsStaff: null }),
    noteStaff: assign(({ event }) => {
      assertEvent(event, ['staff.tookOver', 'staff.said']);
      return { staffId: event.staffId ?? 'staff' };
    }),
    noteUnheard: assign(({ context }) => {
      const { needsStaff, listeningSinceMs: sinceMs } = context;
      return { needsStaff: needsStaff ?? (sinceMs === null ? null : { reason: 'unanswered', sinceMs }) };
    }),
    dismissStaff: assign({ staffId: null }),
    fallSilent: raise({ type: 'thread.lapsed' }),
  },
  guards: {
    wasRefused: ({ event }, { code }: { code: string }) => refusalOf(event) === code,
    saysKeyword: ({ event }, { keyword }: { keyword: 'stop' | 'start' | 'help' }) =>
      event.type === 'text.received' && event.keyword === keyword,
    saysAnyKeyword: ({ event }) => event.type === 'text.received' && event.keyword !== null,
    saysYes: ({ event }) => event.type === 'text.received' && /^\W*yes\W*$/i.test(event.text),
    isForMarty: ({ context, event }) => isForMarty(context, event),
    isTooFast: ({ context, event }) =>
      isForMarty(context, event) && windowOpensAt(context.heardAtMs, turn.at) > turn.at,
    hasMedia: ({ context, event }) => isForMarty(context, event) && 'media' in event && event.media !== undefined,
    hasMediaAlone: ({ context, event }) =>
      isForMarty(context, event) && 'media' in event && event.media?.alone === true,
    /** A text that only a person can answer now, and the first of those that wait. */
    isUnheard: ({ context, event }) =>
      isForSomebody(context, event) && context.staffId !== null && context.needsStaff === null,
    isNeeded: ({ context }) => context.needsStaff !== null,
    isNotNeeded: ({ context }) => context.needsStaff === null,
    isDoubtful: ({ event }) => event.type === 'customer.optedOut' && 'doubtful' in event,
    isAutomatic: ({ event }) => event.type === 'text.received' && event.automatic === true,
    /** One copy was wanted, and there is none. */
    isGone: ({ context, event }) => refusalOf(event) === 'sold_out' && context.copies === 1,
    mayBegin: ({ context }) => context.begun === null,
    beganWithBooks: ({ context, event }) =>
      event.type === 'reply.begun' && context.begun === null && event.shown.length > 0,
    /** An answer of who did not know how it had been begun. */
    isUnaware: ({ context, event }) =>
      event.type === 'xstate.done.actor.reply' && context.begun !== null && event.output.begun !== context.begun,
    isOnlyFound: ({ context, event }) =>
      refusalOf(event) === 'unknown_book' && context.found.some(({ isbn13 }) => isbn13 === context.wanted),
    canBeOrdered: ({ context }) => (context.elsewhere?.special ?? null) !== null,
    hasOffers: ({ context }) => context.offers.length > 0,
    hasOneOffer: ({ context }) => context.offers.length === 1,
    wasDistracted: ({ context }) => context.distracted,
    isUndistracted: ({ context }) => !context.distracted,
    choseTheSame: ({ context, event }) =>
      event.type === 'customer.choseBook' &&
      event.isbn13 === context.wanted &&
      event.copies === context.copies &&
      !context.distracted,
    isThisOrder: ({ context, event }) => isNews(event) && event.orderId === context.orderId,
    isRefusedWith: ({ context, event }, { code }: { code: string }) =>
      event.type === 'order.refused' && event.orderId === context.orderId && event.code === code,
    hasNotice: ({ context }) => context.notices.length > 0,
    hasNoNotice: ({ context }) => context.notices.length === 0,
    mayNotice: ({ context }) => context.notices.length > 0 && noticeMayLeaveAt(context, turn.at) <= turn.at,
    hasOpenOrder: ({ context }) => context.openOrders.length > 0,
  },
  delays: {
    settle: ({ context }) => {
      const capMs = (context.listeningSinceMs ?? turn.at) + SETTLE_CAP_MS - turn.at;
      return Math.max(0, Math.min(SETTLE_MS, capMs));
    },
    /** Until the next text of this phone would be within the limits. */
    limitWindow: ({ context }) => windowOpensAt(context.heardAtMs, turn.at) - turn.at,
    /** Until the next notice may be told: daylight, and room in the day's measure. */
    noticeWindow: ({ context }) => noticeMayLeaveAt(context, turn.at) - turn.at,
    /** After so much silence a conversation is a new one. */
    threadLapse: 3 * HOUR_MS,
    /** How long the customer waits for a link before Marty says that it takes a while. */
    orderPatience: 2 * 60 * SECOND_MS,
    /** A person who says nothing for so long has gone; Marty is back. */
    staffLease: 2 * HOUR_MS,
  },
});

/** Talk that waits for an answer of Marty's; keywords, what a phone says by itself and what a person answers are none. */
function isForMarty(context: CustomerContext, event: MachineEvent): boolean {
  return isForSomebody(context, event) && context.staffId === null;
}

function isForSomebody(context: CustomerContext, event: MachineEvent): boolean {
  return event.type === 'text.received' && event.keyword === null && !event.automatic && !context.optedOut;
}

/** Whatever is asked now, their next text may be no answer to it. */
function isHasty({ listeningSinceMs, optedOut }: CustomerContext): boolean {
  return listeningSinceMs !== null || optedOut;
}

/**
 * What the customer may mean from now on. Other books than the one that is being bought, or that one at another price: their next yes may
 * be for what was shown. What is ordered in has the wholesaler's price, and the shelf's is none to compare it with.
 */
function afterShowing(context: CustomerContext, { shown, found = [] }: Pick<ReplyOutput, 'shown' | 'found'>) {
  const { chosen, wanted, stage } = context;
  const isFromShelf = !stage.startsWith('missing.');
  const isOther =
    chosen !== null &&
    ([...shown, ...found].some(({ isbn13 }) => isbn13 !== wanted) ||
      (isFromShelf && shown.some(({ priceCents }) => priceCents !== chosen.priceCents)));
  return {
    offers: withShown(context.offers, shown),
    found: withFound(context.found, found),
    distracted: context.distracted || isOther,
  };
}

/** "Still want it?", "ask me again": of another book than the one that is being bought. Whether the next yes may be for that. */
function afterTelling({ chosen, distracted }: CustomerContext, line: string): boolean {
  return distracted || (chosen !== null && asksForBook(line));
}

/** Says it, unless the customer is opted out and this is not about their consent. */
function speak(
  context: CustomerContext,
  speech: Speech,
  enqueue: (say: { type: 'say'; params: Speech }) => void,
): void {
  const isAboutConsent = 'line' in speech && speech.line.startsWith('consent.');
  if (!context.optedOut || isAboutConsent) enqueue({ type: 'say', params: speech });
}

/** Actions with params that say something: XState infers no params for `enqueueActions` inside `extend`. */
const telling = enqueueActions<
  CustomerContext,
  MachineEvent,
  Line,
  MachineEvent,
  never,
  { type: 'say'; params: Speech },
  never
>;

/** The customer's vocabulary, with the actions that are made of others. */
export const customerSetup = words.extend({
  actions: {
    /** A line that needs nothing filled in. */
    tell: telling(({ context, enqueue }, { line, kind }) => speak(context, { line, with: {}, kind }, enqueue)),
    /** A line about the chosen book. */
    tellOfBook: telling(({ context, enqueue }, { line, kind }) =>
      speak(context, { line, with: aboutBook(context), kind }, enqueue),
    ),
    /** A line about the book that is wanted and is not on the shelf. */
    tellOfWanted: telling(({ context, enqueue }, { line, kind }) => {
      speak(context, { line, with: { title: titleOfWanted(context) ?? 'that one' }, kind }, enqueue);
    }),
    /** First where else it is sold, then what we can do ourselves, which is the question. */
    tellElsewhere: words.enqueueActions(({ context, enqueue }) => {
      for (const { line, facts } of waysTo(context)) speak(context, { line, with: facts, kind: 'talk' }, enqueue);
    }),
    tellEitherWay: words.enqueueActions(({ context, enqueue }) => {
      const way = waysTo(context).at(-1);
      if (way) speak(context, { line: way.line, with: way.facts, kind: 'talk' }, enqueue);
    }),
    tellSpecial: words.enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'xstate.done.actor.special');
      const facts = { ...aboutBook(context), days: event.output.days };
      speak(context, { line: 'special.sure', with: facts, kind: 'talk' }, enqueue);
    }),
    /** What we tell unasked waits for its time. */
    tellBack: words.enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'book.back');
      if (context.optedOut) return;
      const { isbn13, title, priceCents } = event.book;
      const facts = { title, priceCents, untilMs: event.until };
      const notice = { about: `book:${isbn13}`, line: 'waitlist.back', with: facts };
      enqueue.assign({ notices: withNotice(context.notices, notice) });
    }),
    /** Told too late it would be untrue. */
    withdrawBack: words.enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'book.gone');
      enqueue.assign({ notices: withoutNotice(context.notices, `book:${event.isbn13}`) });
    }),
    /** What an order has to tell: always a fact. What waited to be told of the same order is so no longer. */
    tellNews: words.enqueueActions(({ context, event, enqueue }) => {
      if (!isNews(event) || context.optedOut) return;
      const news = { about: `order:${event.orderId}`, line: lineOf(event), with: factsOf(event) };
      if (isNotice(event.type, context, turn.at)) {
        enqueue.assign({ notices: withNotice(context.notices, news) });
        return;
      }
      enqueue.assign({ notices: withoutNotice(context.notices, news.about) });
      enqueue.assign({ distracted: afterTelling(context, news.line) });
      speak(context, { line: news.line, with: news.with, kind: 'fact' }, enqueue);
    }),
    /** The oldest of what waits to be told. */
    tellNotice: words.enqueueActions(({ context, enqueue }) => {
      const [notice, ...notices] = context.notices;
      if (notice === undefined) return;
      speak(context, { line: notice.line, with: notice.with, kind: 'fact', started: true }, enqueue);
      const distracted = afterTelling(context, notice.line); // it may have waited, and another sale have begun meanwhile
      enqueue.assign({ notices, noticedAtMs: withNoticed(context.noticedAtMs, turn.at), distracted });
    }),
    tellOfMedia: words.enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'text.received');
      speak(context, { line: `media.${event.media?.kind ?? 'file'}`, with: {}, kind: 'fact' }, enqueue);
    }),
    tellLost: words.enqueueActions(({ context, enqueue }) => {
      const line = context.wanted === null ? 'lost.noBook' : 'lost';
      speak(context, { line, with: {}, kind: 'talk' }, enqueue);
    }),
    welcomeOnce: words.enqueueActions(({ context, enqueue }) => {
      if (context.welcomed) return;
      speak(context, { line: 'welcome.notice', with: {}, kind: 'fact' }, enqueue);
      enqueue.assign({ welcomed: true });
    }),
    sayBubbles: words.enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'xstate.done.actor.reply');
      const { bubbles, shown, act } = event.output;
      const isShowing = act.type === 'customer.asked' && shown.length > 0;
      const cards = isShowing ? { shown } : {};
      if (bubbles.length > 0) speak(context, { bubbles, kind: 'talk', by: 'marty', ...cards }, enqueue);
    }),
    sayBegun: words.enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'reply.begun');
      speak(context, { bubbles: [event.text], kind: 'talk', by: 'marty', begun: event.id }, enqueue);
    }),
    sayAsStaff: words.enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'staff.said');
      speak(context, { bubbles: [event.text], kind: 'fact', by: 'staff' }, enqueue);
    }),
    askWhich: words.enqueueActions(({ context, event, enqueue }) => {
      const named = event.type === 'customer.namedSeveral' ? event.isbn13s : context.offers.map(({ isbn13 }) => isbn13);
      const titles = context.offers.filter(({ isbn13 }) => named.includes(isbn13)).map(({ title }) => title);
      const speech =
        titles.length > 1
          ? { line: 'confirm.which', with: { titles: oneOf(titles) } }
          : { line: 'confirm.whichOne', with: {} };
      speak(context, { ...speech, kind: 'talk' }, enqueue);
    }),
    readBack: words.enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'xstate.done.actor.address');
      speak(context, { line: 'fulfillment.readback', with: { address: event.output.oneLine }, kind: 'talk' }, enqueue);
    }),
    holdText: words.enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'text.received');
      const { messageId, text, channel, rich, zones } = event;
      const kept = { messageId, text, channel, threadId: context.threadId };
      enqueue({ type: 'keepText', params: rich === undefined ? kept : { ...kept, rich } });
      if (zones !== undefined) enqueue.assign({ zones });
    }),
    recordConsent: words.enqueueActions(({ context, event, enqueue }) => {
      const byText = event.type === 'text.received';
      const change = context.optedOut ? 'revoked' : 'granted';
      const byKeyword = byText && event.keyword !== null;
      const source = event.type === 'consent.revoked' ? event.source : byKeyword ? 'keyword' : 'words';
      enqueue({ type: 'keepConsent', params: { change, source, messageId: byText ? event.messageId : null } });
    }),
    closeThread: words.enqueueActions(({ context, enqueue }) => {
      enqueue({ type: 'summariseThread', params: { threadId: context.threadId } });
      enqueue.assign({ threadId: turn.id(1), offers: [], found: [], awaySinceMs: turn.at });
    }),
    openOrder: words.enqueueActions(({ context, enqueue }) => {
      const orderId = turn.id(0);
      const input = orderOf(context, orderId, turn.self);
      if (input === null) throw new Error('an order needs a chosen book and a way to get it');
      enqueue({ type: 'start', params: { machine: 'order', id: orderId, input } });
      enqueue.assign({ orderId, openOrders: withOpened(context.openOrders, { orderId, phase: 'opening' }) });
    }),
    openSpecialOrder: words.enqueueActions(({ context, enqueue }) => {
      const orderId = turn.id(0);
      const order = orderOf({ ...context, fulfillment: 'hold' }, orderId, turn.self);
      if (order === null) throw new Error('a special order needs a book whose price was told');
      enqueue({ type: 'start', params: { machine: 'order', id: orderId, input: { ...order, special: true } } });
      enqueue.assign({ orderId, openOrders: withOpened(context.openOrders, { orderId, phase: 'opening' }) });
    }),
    cancelThisOrder: words.enqueueActions(({ context, enqueue }) => {
      if (context.orderId === null) throw new Error('there is no order to cancel before one was opened');
      enqueue.sendTo<AnyActorRef>(actor('order', context.orderId), { type: 'order.cancelRequested' });
    }),
    cancelNewestOrder: words.enqueueActions(({ context, enqueue }) => {
      const order = cancellable(context.openOrders);
      if (order !== null) enqueue.sendTo<AnyActorRef>(actor('order', order.orderId), { type: 'order.cancelRequested' });
    }),
  },
});
