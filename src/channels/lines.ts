// Every line that a statechart may have Marty say, with the values that it may use. The words are in prompts/.
// Kept apart from the words so that a new wording cannot change what is said.

const TITLE = ['title'] as const;

/** Line key → the params it is given. A key that ends in `Cents` is money, `untilMs` a time, `copies` a count. */
export const LINES = {
  'welcome.notice': [],
  'consent.stopped': [],
  'consent.started': [],
  'consent.help': [],
  'limit.moment': [],
  'media.picture': [],
  'media.voice': [],
  'media.file': [],
  'trouble.brain': [],
  'trouble.book': TITLE,
  'trouble.address': [],
  'trouble.order': TITLE,
  lost: [],
  'lost.noBook': [],
  'lost.noOrder': [],
  changedMind: [],
  declined: [],
  'person.coming': [],
  'confirm.which': ['titles'],
  'confirm.whichOne': [],
  'confirm.sure': ['title', 'copies', 'priceCents', 'totalCents'],
  'confirm.soldOut': TITLE,
  'confirm.unknownBook': [],
  'confirm.priceChanged': TITLE,
  'fulfillment.method': TITLE,
  'fulfillment.address': [],
  'fulfillment.readback': ['address'],
  'fulfillment.payment': TITLE,
  'address.incomplete': [],
  'address.notUs': [],
  'address.mismatch': [],
  'payment.preparing': TITLE,
  'payment.slow': [],
  'payment.waiting': [],
  'payment.changeFirst': [],
  'payment.stillOpen': [],
  'order.linkReady': ['title', 'totalCents', 'taxCents', 'shippingCents', 'url'],
  'order.linkDelayed': TITLE,
  'order.refused.soldOut': TITLE,
  'order.refused.priceChanged': TITLE,
  'order.refused.trouble': TITLE,
  'order.held': ['title', 'untilMs'],
  'order.reminder': ['title', 'url'],
  'order.lapsed': TITLE,
  'order.paymentFailed': ['title', 'url'],
  'order.holdReminder': ['title', 'untilMs'],
  'order.holdLapsed': TITLE,
  'order.paid.pickup': ['title', 'totalCents'],
  'order.paid.shipping': ['title', 'totalCents'],
  'order.paid.hold': ['title', 'totalCents'],
  'order.ready': TITLE,
  'order.pickedUp': TITLE,
  'order.shipped': TITLE,
  'order.shipped.tracked': ['title', 'tracking'],
  'order.delivered': TITLE,
  'order.cancelAsked': TITLE,
  'order.cancelled': TITLE,
  'order.refundPending': TITLE,
  'order.refunded': ['title', 'amountCents'],
  'order.refundFailed': TITLE,
} as const satisfies Record<string, readonly string[]>;

/** What the law lets an opted-out phone have: the one confirmation of its STOP, and the answer to HELP. */
export const EXEMPT_LINES: ReadonlySet<string> = new Set(['consent.stopped', 'consent.help']);

/** What every line may name of the shop: its name, and how to reach a person there. */
export const SHOP_PARAMS = ['store', 'contact'] as const;
