// One customer of one shop: what they and Marty are about, whether he listens, whether he may speak, whether a person does.
// The model proposes an act, this chart disposes: an act that the present state does not know is answered and changes nothing.
import { turn } from '../src/runtime/authoring.ts';
import { addressOf, titleOfWanted } from './customer-rules.ts';
import { customerSetup } from './customer.setup.ts';

/** A customer: the five regions move by the same events, each for its own reason. */
export const customerMachine = customerSetup.createMachine({
  id: 'customer',
  description: 'One customer, from their first text on.',
  context: ({ input }) => ({
    threadId: turn.id(1),
    stage: 'browsing',
    offers: [],
    found: [],
    elsewhere: null,
    wanted: null,
    chosen: null,
    copies: 1,
    distracted: false,
    fulfillment: null,
    addressId: null,
    orderId: null,
    openOrders: [],
    currency: input?.currency ?? 'USD',
    listeningSinceMs: null,
    heardAtMs: [],
    welcomed: false,
    optedOut: false,
    zones: null,
    notices: [],
    noticedAtMs: [],
    needsStaff: null,
    awaySinceMs: null,
    begun: null,
    staffId: null,
  }),
  type: 'parallel',
  states: {
    conversation: {
      description: 'What the customer and the shop are about.',
      initial: 'browsing',
      states: {
        browsing: {
          description: 'Nothing on the counter yet, or the last sale is done.',
          entry: { type: 'noteStage', params: { stage: 'browsing' } },
          on: {
            'customer.asked': { guard: 'hasOffers', target: 'recommending' },
            'reply.begun': {
              description: 'Marty has begun an answer with a book; the rest of it is on its way.',
              guard: 'beganWithBooks',
              target: 'recommending',
            },
          },
        },
        recommending: {
          description: 'Books have been shown; the customer is looking.',
          entry: { type: 'noteStage', params: { stage: 'recommending' } },
          on: {
            'customer.agreed': [
              {
                guard: 'hasOneOffer',
                target: 'confirming.checking',
                actions: 'chooseOnlyOffer',
                meta: { button: "i'll take it" },
              },
              { guard: 'hasOffers', target: 'confirming.which', actions: 'askWhich' },
            ],
            'customer.asked': {
              description: 'Answered by what Marty has just said; there is more where that came from.',
              meta: { button: 'another one' },
            },
            'customer.paysNow': [
              { guard: 'hasOneOffer', target: 'confirming.checking', actions: 'chooseOnlyOffer' },
              { guard: 'hasOffers', target: 'confirming.which', actions: 'askWhich' },
            ],
            'customer.wantsHold': [
              { guard: 'hasOneOffer', target: 'confirming.checking', actions: 'chooseOnlyOffer' },
              { guard: 'hasOffers', target: 'confirming.which', actions: 'askWhich' },
            ],
            'customer.wantsPickup': [
              { guard: 'hasOneOffer', target: 'confirming.checking', actions: 'chooseOnlyOffer' },
              { guard: 'hasOffers', target: 'confirming.which', actions: 'askWhich' },
            ],
            'customer.wantsShipping': [
              { guard: 'hasOneOffer', target: 'confirming.checking', actions: 'chooseOnlyOffer' },
              { guard: 'hasOffers', target: 'confirming.which', actions: 'askWhich' },
            ],
          },
        },
        confirming: {
          description: 'Which book, at which price, and are they sure.',
          initial: 'which',
          states: {
            which: {
              description: 'Several books could be meant; the customer says which.',
              entry: { type: 'noteStage', params: { stage: 'confirming.which' } },
              on: {
                'customer.agreed': { actions: 'askWhich' },
              },
            },
            checking: {
              description: 'Price and stock are looked up again before anything is promised.',
              entry: { type: 'noteStage', params: { stage: 'confirming.sure' } },
              invoke: {
                id: 'quote',
                src: 'quote',
                input: ({ context }) => ({ isbn13: context.wanted ?? '', copies: context.copies }),
                onDone: {
                  target: 'sure',
                  actions: [
                    'rememberQuote',
                    'noteAsked',
                    { type: 'tellOfBook', params: { line: 'confirm.sure', kind: 'talk' } },
                  ],
                },
                onError: [
                  {
                    description: 'Not one copy is left: there are other ways to it.',
                    guard: 'isGone',
                    target: '#customer.conversation.missing.looking',
                  },
                  {
                    guard: { type: 'wasRefused', params: { code: 'sold_out' } },
                    target: '#customer.conversation.recommending',
                    actions: [{ type: 'tellOfBook', params: { line: 'confirm.soldOut', kind: 'talk' } }, 'forgetSale'],
                  },
                  {
                    description: 'A book of the world that the shop does not list.',
                    guard: 'isOnlyFound',
                    target: '#customer.conversation.missing.looking',
                  },
                  {
                    guard: { type: 'wasRefused', params: { code: 'unknown_book' } },
                    target: '#customer.conversation.recommending',
                    actions: [{ type: 'tell', params: { line: 'confirm.unknownBook', kind: 'talk' } }, 'forgetSale'],
                  },
                  {
                    target: '#customer.conversation.recommending',
                    actions: [{ type: 'tellOfBook', params: { line: 'trouble.book', kind: 'talk' } }, 'forgetSale'],
                  },
                ],
              },
              on: {
                'customer.agreed': { description: 'The question with the price is on its way.' },
              },
            },
            sure: {
              description: 'The customer was told title and price, and asked once whether they are sure.',
              entry: { type: 'noteStage', params: { stage: 'confirming.sure' } },
              on: {
                'customer.agreed': [
                  {
                    description:
                      'Other books or another price were shown since: look up and ask again, lest the yes was for those.',
                    guard: 'wasDistracted',
                    target: 'checking',
                    meta: { button: 'yes' },
                  },
                  {
                    target: '#customer.conversation.fulfillment.method',
                    actions: { type: 'tellOfBook', params: { line: 'fulfillment.method', kind: 'talk' } },
                    meta: { button: 'yes' },
                  },
                ],
                'customer.declined': {
                  target: '#customer.conversation.recommending',
                  actions: ['forgetSale', { type: 'tell', params: { line: 'declined', kind: 'talk' } }],
                  meta: { button: 'no' },
                },
                'customer.choseBook': {
                  description: 'The same book named again is a yes.',
                  guard: 'choseTheSame',
                  target: '#customer.conversation.fulfillment.method',
                  actions: { type: 'tellOfBook', params: { line: 'fulfillment.method', kind: 'talk' } },
                },
                'customer.paysNow': [
                  {
                    guard: 'isUndistracted',
                    target: '#customer.conversation.fulfillment.method',
                    actions: { type: 'tellOfBook', params: { line: 'fulfillment.method', kind: 'talk' } },
                  },
                  {
                    description: 'Other books or another price were shown since: look up and ask again.',
                    target: 'checking',
                  },
                ],
                'customer.wantsShipping': [
                  {
                    guard: 'isUndistracted',
                    target: '#customer.conversation.fulfillment.address',
                    actions: { type: 'tell', params: { line: 'fulfillment.address', kind: 'talk' } },
                    meta: { button: 'ship it' },
                  },
                  {
                    description: 'Other books or another price were shown since: look up and ask again.',
                    target: 'checking',
                  },
                ],
                'customer.gaveAddress': [
                  {
                    description: 'An address says yes, and ship it; it is read back before anything is ordered.',
                    guard: 'isUndistracted',
                    target: '#customer.conversation.fulfillment.checkingAddress',
                  },
                  {
                    description: 'Other books or another price were shown since: look up and ask again.',
                    target: 'checking',
                  },
                ],
                'customer.wantsPickup': [
                  {
                    guard: 'isUndistracted',
                    target: '#customer.conversation.fulfillment.payment',
                    actions: { type: 'tellOfBook', params: { line: 'fulfillment.payment', kind: 'talk' } },
                    meta: { button: 'pick it up' },
                  },
                  {
                    description: 'Other books or another price were shown since: look up and ask again.',
                    target: 'checking',
                  },
                ],
                'customer.wantsHold': [
                  {
                    guard: 'isUndistracted',
                    target: '#customer.conversation.payment.preparing',
                    actions: { type: 'fulfilBy', params: { fulfillment: 'hold' } },
                  },
                  {
                    description: 'Other books or another price were shown since: look up and ask again.',
                    target: 'checking',
                  },
                ],
              },
            },
          },
          on: {
            'customer.declined': {
              target: 'recommending',
              actions: ['forgetSale', { type: 'tell', params: { line: 'declined', kind: 'talk' } }],
            },
            'customer.wantsCancel': {
              target: 'browsing',
              actions: ['forgetSale', { type: 'tell', params: { line: 'changedMind', kind: 'talk' } }],
            },
          },
        },
        missing: {
          description: 'The book is not on the shelf: how else it can be had.',
          initial: 'looking',
          states: {
            looking: {
              description: 'What exists is looked up before anything is offered.',
              entry: { type: 'noteStage', params: { stage: 'missing.offered' } },
              invoke: {
                id: 'elsewhere',
                src: 'lookElsewhere',
                input: ({ context }) => ({ isbn13: context.wanted ?? '', title: titleOfWanted(context) }),
                onDone: { target: 'offered', actions: ['rememberElsewhere', 'tellElsewhere'] },
                onError: [
                  {
                    guard: { type: 'wasRefused', params: { code: 'unknown_book' } },
                    target: '#customer.conversation.recommending',
                    actions: [{ type: 'tell', params: { line: 'confirm.unknownBook', kind: 'talk' } }, 'forgetSale'],
                  },
                  {
                    target: '#customer.conversation.recommending',
                    actions: [{ type: 'tellOfWanted', params: { line: 'trouble.book', kind: 'talk' } }, 'forgetSale'],
                  },
                ],
              },
              on: {
                'customer.agreed': { description: 'What there is to agree to is on its way.' },
              },
            },
            offered: {
              description:
                'The customer was told of the link, of the waiting list, and of a special order where there is one.',
              entry: { type: 'noteStage', params: { stage: 'missing.offered' } },
              on: {
                'customer.agreed': [
                  { description: 'To which of the two?', guard: 'canBeOrdered', actions: 'tellEitherWay' },
                  { target: 'joining', meta: { button: 'yes' } },
                ],
                'customer.wantsSpecialOrder': {
                  guard: 'canBeOrdered',
                  target: 'pricing',
                  actions: 'chooseMissing',
                  meta: { button: 'order it in' },
                },
                'customer.wantsWaitlist': {
                  guard: 'canBeOrdered',
                  target: 'joining',
                  actions: 'chooseMissing',
                  meta: { button: "text me when it's here" },
                },
                'customer.declined': {
                  target: '#customer.conversation.recommending',
                  actions: ['forgetSale', { type: 'tell', params: { line: 'declined', kind: 'talk' } }],
                  meta: { button: 'no' },
                },
                'customer.wantsShipping': [
                  {
                    guard: 'canBeOrdered',
                    actions: { type: 'tellOfWanted', params: { line: 'special.pickupOnly', kind: 'talk' } },
                  },
                  { actions: 'tellEitherWay' },
                ],
                'customer.wantsPickup': [{ guard: 'canBeOrdered', target: 'pricing' }, { actions: 'tellEitherWay' }],
                'customer.wantsHold': [{ guard: 'canBeOrdered', target: 'pricing' }, { actions: 'tellEitherWay' }],
                'customer.paysNow': [{ guard: 'canBeOrdered', target: 'pricing' }, { actions: 'tellEitherWay' }],
              },
            },
            joining: {
              description: 'The customer is being put at the end of the line.',
              entry: { type: 'noteStage', params: { stage: 'missing.offered' } },
              invoke: {
                id: 'waiting',
                src: 'joinWaitlist',
                input: ({ context }) => ({ isbn13: context.wanted ?? '', title: titleOfWanted(context) ?? '' }),
                onDone: {
                  target: '#customer.conversation.browsing',
                  actions: [{ type: 'tellOfWanted', params: { line: 'waitlist.joined', kind: 'fact' } }, 'forgetSale'],
                },
                onError: [
                  {
                    description: 'It is back already: then it can be bought.',
                    guard: { type: 'wasRefused', params: { code: 'in_stock' } },
                    target: '#customer.conversation.confirming.checking',
                  },
                  {
                    target: '#customer.conversation.recommending',
                    actions: [{ type: 'tellOfWanted', params: { line: 'trouble.book', kind: 'talk' } }, 'forgetSale'],
                  },
                ],
              },
              on: {
                'customer.agreed': { description: 'Under way already.' },
              },
            },
            pricing: {
              description: 'What the wholesaler asks is looked up again before anything is promised.',
              entry: { type: 'noteStage', params: { stage: 'missing.sure' } },
              invoke: {
                id: 'special',
                src: 'quoteSpecial',
                input: ({ context }) => ({ isbn13: context.wanted ?? '', copies: context.copies }),
                onDone: { target: 'sure', actions: ['rememberSpecial', 'tellSpecial'] },
                onError: [
                  {
                    guard: { type: 'wasRefused', params: { code: 'in_stock' } },
                    target: '#customer.conversation.confirming.checking',
                  },
                  {
                    description: 'It cannot be ordered: what else there is.',
                    guard: { type: 'wasRefused', params: { code: 'not_orderable' } },
                    target: 'looking',
                    actions: { type: 'tellOfWanted', params: { line: 'special.none', kind: 'talk' } },
                  },
                  {
                    target: '#customer.conversation.recommending',
                    actions: [{ type: 'tellOfWanted', params: { line: 'trouble.book', kind: 'talk' } }, 'forgetSale'],
                  },
                ],
              },
              on: {
                'customer.agreed': { description: 'The question with the price is on its way.' },
              },
            },
            sure: {
              description:
                'The customer was told title, price and how long it takes, and asked once whether they are sure.',
              entry: [{ type: 'noteStage', params: { stage: 'missing.sure' } }, 'noteAsked'],
              on: {
                'customer.agreed': [
                  {
                    description:
                      'Other books were shown since: look up and ask again, lest the yes was for one of those.',
                    guard: 'wasDistracted',
                    target: 'pricing',
                    meta: { button: 'yes' },
                  },
                  {
                    target: '#customer.conversation.browsing',
                    actions: ['openSpecialOrder', 'forgetSale'],
                    meta: { button: 'yes' },
                  },
                ],
                'customer.declined': {
                  target: '#customer.conversation.recommending',
                  actions: ['forgetSale', { type: 'tell', params: { line: 'declined', kind: 'talk' } }],
                  meta: { button: 'no' },
                },
                'customer.wantsPickup': [
                  {
                    guard: 'isUndistracted',
                    target: '#customer.conversation.browsing',
                    actions: ['openSpecialOrder', 'forgetSale'],
                  },
                  { description: 'Other books were shown since: look up and ask again.', target: 'pricing' },
                ],
                'customer.wantsHold': [
                  {
                    guard: 'isUndistracted',
                    target: '#customer.conversation.browsing',
                    actions: ['openSpecialOrder', 'forgetSale'],
                  },
                  { description: 'Other books were shown since: look up and ask again.', target: 'pricing' },
                ],
                'customer.paysNow': {
                  actions: { type: 'tellOfWanted', params: { line: 'special.pickupOnly', kind: 'talk' } },
                },
                'customer.wantsShipping': {
                  actions: { type: 'tellOfWanted', params: { line: 'special.pickupOnly', kind: 'talk' } },
                },
                'customer.gaveAddress': {
                  actions: { type: 'tellOfWanted', params: { line: 'special.pickupOnly', kind: 'talk' } },
                },
              },
            },
          },
          on: {
            'customer.declined': {
              target: 'recommending',
              actions: ['forgetSale', { type: 'tell', params: { line: 'declined', kind: 'talk' } }],
            },
            'customer.wantsCancel': {
              target: 'browsing',
              actions: ['forgetSale', { type: 'tell', params: { line: 'changedMind', kind: 'talk' } }],
            },
          },
        },
        fulfillment: {
          description: 'The book is agreed on: how does it get to its reader, and how is it paid.',
          initial: 'method',
          states: {
            method: {
              description: 'Shipped or picked up? The customer says; Marty never chooses for them.',
              entry: { type: 'noteStage', params: { stage: 'fulfillment.method' } },
              on: {
                'customer.agreed': {
                  actions: { type: 'tellOfBook', params: { line: 'fulfillment.method', kind: 'talk' } },
                },
                'customer.paysNow': {
                  actions: { type: 'tellOfBook', params: { line: 'fulfillment.method', kind: 'talk' } },
                },
              },
            },
            address: {
              description: 'Where to? Waiting for a name and an address.',
              entry: { type: 'noteStage', params: { stage: 'fulfillment.address' } },
              on: {
                'customer.agreed': { actions: { type: 'tell', params: { line: 'fulfillment.address', kind: 'talk' } } },
                'customer.wantsShipping': {
                  actions: { type: 'tell', params: { line: 'fulfillment.address', kind: 'talk' } },
                },
                'customer.paysNow': {
                  actions: { type: 'tell', params: { line: 'fulfillment.address', kind: 'talk' } },
                },
              },
            },
            checkingAddress: {
              description: 'The address is being checked and put away.',
              entry: { type: 'noteStage', params: { stage: 'fulfillment.address' } },
              invoke: {
                id: 'address',
                src: 'checkAddress',
                input: ({ event }) => ({ address: addressOf(event) }),
                onDone: { target: 'readback', actions: ['rememberAddress', 'noteHaste', 'readBack'] },
                onError: [
                  {
                    guard: { type: 'wasRefused', params: { code: 'incomplete' } },
                    target: 'address',
                    actions: { type: 'tell', params: { line: 'address.incomplete', kind: 'talk' } },
                  },
                  {
                    guard: { type: 'wasRefused', params: { code: 'not_us' } },
                    target: 'address',
                    actions: { type: 'tell', params: { line: 'address.notUs', kind: 'talk' } },
                  },
                  {
                    guard: { type: 'wasRefused', params: { code: 'mismatch' } },
                    target: 'address',
                    actions: { type: 'tell', params: { line: 'address.mismatch', kind: 'talk' } },
                  },
                  {
                    target: 'address',
                    actions: { type: 'tell', params: { line: 'trouble.address', kind: 'talk' } },
                  },
                ],
              },
              on: {
                'customer.agreed': { description: 'The address is about to be read back.' },
                'customer.gaveAddress': { target: 'checkingAddress', reenter: true },
              },
            },
            readback: {
              description: 'The address was read back; the customer says whether it is right.',
              entry: { type: 'noteStage', params: { stage: 'fulfillment.readback' } },
              on: {
                'customer.agreed': [
                  {
                    description:
                      'That text came before the address was read back, or other books were shown since: title and total are told again, and one question asks for them and that address.',
                    guard: 'wasDistracted',
                    target: 'readback',
                    reenter: true,
                    actions: [
                      'noteAsked',
                      { type: 'tellOfBook', params: { line: 'fulfillment.readbackAgain', kind: 'talk' } },
                    ],
                    meta: { button: 'yes' },
                  },
                  {
                    target: '#customer.conversation.payment.preparing',
                    actions: { type: 'fulfilBy', params: { fulfillment: 'shipping' } },
                    meta: { button: 'yes' },
                  },
                ],
                'customer.paysNow': [
                  {
                    description:
                      'That text came before the address was read back, or other books were shown since: title and total are told again, and one question asks for them and that address.',
                    guard: 'wasDistracted',
                    target: 'readback',
                    reenter: true,
                    actions: [
                      'noteAsked',
                      { type: 'tellOfBook', params: { line: 'fulfillment.readbackAgain', kind: 'talk' } },
                    ],
                  },
                  {
                    target: '#customer.conversation.payment.preparing',
                    actions: { type: 'fulfilBy', params: { fulfillment: 'shipping' } },
                  },
                ],
                'customer.wantsShipping': [
                  {
                    description:
                      'That text came before the address was read back, or other books were shown since: title and total are told again, and one question asks for them and that address.',
                    guard: 'wasDistracted',
                    target: 'readback',
                    reenter: true,
                    actions: [
                      'noteAsked',
                      { type: 'tellOfBook', params: { line: 'fulfillment.readbackAgain', kind: 'talk' } },
                    ],
                  },
                  {
                    target: '#customer.conversation.payment.preparing',
                    actions: { type: 'fulfilBy', params: { fulfillment: 'shipping' } },
                  },
                ],
                'customer.declined': {
                  target: 'address',
                  actions: { type: 'tell', params: { line: 'fulfillment.address', kind: 'talk' } },
                  meta: { button: 'no' },
                },
              },
            },
            payment: {
              description: 'Picked up: paid now by link, or held and paid in the shop?',
              entry: { type: 'noteStage', params: { stage: 'fulfillment.payment' } },
              on: {
                'customer.paysNow': [
                  {
                    description: 'Other books or another price were shown since: look up and ask again.',
                    guard: 'wasDistracted',
                    target: '#customer.conversation.confirming.checking',
                    meta: { button: 'pay now' },
                  },
                  {
                    target: '#customer.conversation.payment.preparing',
                    actions: { type: 'fulfilBy', params: { fulfillment: 'pickup' } },
                    meta: { button: 'pay now' },
                  },
                ],
                'customer.agreed': {
                  actions: { type: 'tellOfBook', params: { line: 'fulfillment.payment', kind: 'talk' } },
                },
                'customer.wantsPickup': {
                  actions: { type: 'tellOfBook', params: { line: 'fulfillment.payment', kind: 'talk' } },
                },
              },
            },
          },
          on: {
            'customer.wantsShipping': {
              target: '.address',
              actions: { type: 'tell', params: { line: 'fulfillment.address', kind: 'talk' } },
              meta: { button: 'ship it' },
            },
            'customer.gaveAddress': '.checkingAddress',
            'customer.wantsPickup': {
              target: '.payment',
              actions: { type: 'tellOfBook', params: { line: 'fulfillment.payment', kind: 'talk' } },
              meta: { button: 'pick it up' },
            },
            'customer.wantsHold': [
              {
                description: 'Other books or another price were shown since: look up and ask again.',
                guard: 'wasDistracted',
                target: 'confirming.checking',
                meta: { button: 'hold it' },
              },
              {
                target: 'payment.preparing',
                actions: { type: 'fulfilBy', params: { fulfillment: 'hold' } },
                meta: { button: 'hold it' },
              },
            ],
            'customer.declined': {
              target: 'browsing',
              actions: ['forgetSale', { type: 'tell', params: { line: 'changedMind', kind: 'talk' } }],
            },
            'customer.wantsCancel': {
              target: 'browsing',
              actions: ['forgetSale', { type: 'tell', params: { line: 'changedMind', kind: 'talk' } }],
            },
          },
        },
        payment: {
          description: 'An order was placed. From here on it is the order that keeps the clock.',
          initial: 'preparing',
          states: {
            preparing: {
              description: 'The order takes the books off the shelf and has a link made.',
              entry: [
                { type: 'noteStage', params: { stage: 'payment.preparing' } },
                'openOrder',
                { type: 'tellOfBook', params: { line: 'payment.preparing', kind: 'talk' } },
              ],
              after: {
                orderPatience: { actions: { type: 'tell', params: { line: 'payment.slow', kind: 'talk' } } },
              },
              on: {
                'customer.agreed': {
                  actions: { type: 'tellOfBook', params: { line: 'payment.preparing', kind: 'talk' } },
                },
                'customer.paysNow': {
                  actions: { type: 'tellOfBook', params: { line: 'payment.preparing', kind: 'talk' } },
                },
                'order.linkReady': {
                  guard: 'isThisOrder',
                  target: 'awaiting',
                  actions: ['rememberOrder', 'tellNews'],
                },
                'order.refused': [
                  {
                    guard: { type: 'isRefusedWith', params: { code: 'sold_out' } },
                    target: '#customer.conversation.recommending',
                    actions: ['rememberOrder', 'tellNews', 'forgetSale'],
                  },
                  {
                    description: 'Nobody pays a price that they were not told: look it up, say it, ask again.',
                    guard: { type: 'isRefusedWith', params: { code: 'price_changed' } },
                    target: '#customer.conversation.confirming.checking',
                    actions: [
                      'rememberOrder',
                      { type: 'tellOfBook', params: { line: 'confirm.priceChanged', kind: 'talk' } },
                    ],
                  },
                  {
                    guard: { type: 'isRefusedWith', params: { code: 'trouble' } },
                    target: '#customer.conversation.confirming.sure',
                    actions: [
                      'rememberOrder',
                      'noteHaste',
                      { type: 'tellOfBook', params: { line: 'trouble.order', kind: 'fact' } },
                    ],
                  },
                ],
              },
            },
            awaiting: {
              description: 'The customer has the link.',
              entry: { type: 'noteStage', params: { stage: 'payment.awaiting' } },
              on: {
                'customer.changedMind': {
                  target: '#customer.conversation.browsing',
                  actions: ['cancelThisOrder', 'forgetSale'],
                  meta: { button: 'never mind' },
                },
              },
            },
          },
          on: {
            'order.held': {
              guard: 'isThisOrder',
              target: 'browsing',
              actions: ['rememberOrder', 'tellNews', 'forgetSale'],
            },
            'order.paid': {
              guard: 'isThisOrder',
              target: 'browsing',
              actions: ['rememberOrder', 'tellNews', 'forgetSale'],
            },
            'order.lapsed': {
              guard: 'isThisOrder',
              target: 'browsing',
              actions: ['rememberOrder', 'tellNews', 'forgetSale'],
            },
            'order.cancelDelayed': {
              description: 'Called off, by them or in the shop, and not over yet: nothing more is promised of it.',
              guard: 'isThisOrder',
              target: 'browsing',
              actions: ['rememberOrder', 'tellNews', 'forgetSale'],
            },
            'order.cancelled': {
              guard: 'isThisOrder',
              target: 'browsing',
              actions: ['rememberOrder', 'tellNews', 'forgetSale'],
            },
            'order.refundPending': {
              guard: 'isThisOrder',
              target: 'browsing',
              actions: ['rememberOrder', 'tellNews', 'forgetSale'],
            },
            'customer.choseBook': {
              description: 'Another book besides: the first order stands until it is paid, called off or lapses.',
              target: 'confirming.checking',
              actions: ['chooseBook', { type: 'tell', params: { line: 'payment.stillOpen', kind: 'fact' } }],
            },
            'customer.wantsElsewhere': {
              target: 'missing.looking',
              actions: ['chooseMissing', { type: 'tell', params: { line: 'payment.stillOpen', kind: 'fact' } }],
            },
            'customer.wantsWaitlist': {
              target: 'missing.joining',
              actions: ['chooseMissing', { type: 'tell', params: { line: 'payment.stillOpen', kind: 'fact' } }],
            },
            'customer.wantsSpecialOrder': {
              target: 'missing.pricing',
              actions: ['chooseMissing', { type: 'tell', params: { line: 'payment.stillOpen', kind: 'fact' } }],
            },
            'customer.changedMind': { target: 'browsing', actions: ['cancelThisOrder', 'forgetSale'] },
            'customer.wantsCancel': { target: 'browsing', actions: ['cancelThisOrder', 'forgetSale'] },
            'customer.agreed': { actions: { type: 'tell', params: { line: 'payment.waiting', kind: 'talk' } } },
            'customer.paysNow': { actions: { type: 'tell', params: { line: 'payment.waiting', kind: 'talk' } } },
            'customer.declined': { actions: { type: 'tell', params: { line: 'payment.waiting', kind: 'talk' } } },
            'customer.wantsShipping': {
              actions: { type: 'tell', params: { line: 'payment.changeFirst', kind: 'talk' } },
            },
            'customer.wantsPickup': {
              actions: { type: 'tell', params: { line: 'payment.changeFirst', kind: 'talk' } },
            },
            'customer.wantsHold': { actions: { type: 'tell', params: { line: 'payment.changeFirst', kind: 'talk' } } },
            'customer.gaveAddress': {
              actions: { type: 'tell', params: { line: 'payment.changeFirst', kind: 'talk' } },
            },
            'thread.lapsed': {
              description: 'The talk is over, the order is not: its link keeps its own time.',
              actions: 'closeThread',
            },
            'text.received': {
              description: 'STOP ends the talk at once; the order stays as it is.',
              guard: { type: 'saysKeyword', params: { keyword: 'stop' } },
            },
            'customer.optedOut': { description: 'As STOP.' },
            'consent.revoked': { description: 'As STOP.' },
          },
        },
      },
      on: {
        'customer.asked': { description: 'Answered by what Marty has just said.' },
        'customer.askedOrder': {
          description: 'Answered by what Marty has just said; he was told how the orders stand.',
        },
        'customer.choseBook': { target: '.confirming.checking', actions: 'chooseBook' },
        'customer.wantsElsewhere': { target: '.missing.looking', actions: 'chooseMissing' },
        'customer.wantsWaitlist': { target: '.missing.joining', actions: 'chooseMissing' },
        'customer.wantsSpecialOrder': { target: '.missing.pricing', actions: 'chooseMissing' },
        'book.back': {
          description: 'A book that they wait for: one copy is set aside for them.',
          actions: ['rememberBack', 'tellBack'],
        },
        'book.gone': {
          description: 'The copy that was set aside for them is no longer: a notice of it that has not left must not.',
          actions: 'withdrawBack',
        },
        'customer.namedSeveral': { target: '.confirming.which', actions: ['forgetSale', 'askWhich'] },
        'customer.agreed': { actions: 'tellLost' },
        'customer.paysNow': { actions: 'tellLost' },
        'customer.wantsShipping': { actions: 'tellLost' },
        'customer.wantsPickup': { actions: 'tellLost' },
        'customer.wantsHold': { actions: 'tellLost' },
        'customer.gaveAddress': { actions: 'tellLost' },
        'customer.declined': { actions: { type: 'tell', params: { line: 'declined', kind: 'talk' } } },
        'customer.changedMind': {
          target: '.browsing',
          actions: ['forgetSale', { type: 'tell', params: { line: 'changedMind', kind: 'talk' } }],
        },
        'customer.wantsCancel': [
          { guard: 'hasOpenOrder', actions: 'cancelNewestOrder' },
          { actions: { type: 'tell', params: { line: 'lost.noOrder', kind: 'talk' } } },
        ],
        'customer.wantsPerson': {
          actions: { type: 'tell', params: { line: 'person.coming', kind: 'fact' } },
        },
        'customer.optedOut': { target: '.browsing', actions: 'forgetSale' },
        'consent.revoked': { target: '.browsing', actions: 'forgetSale' },
        'text.received': {
          description: 'STOP ends whatever was being bought.',
          guard: { type: 'saysKeyword', params: { keyword: 'stop' } },
          target: '.browsing',
          actions: 'forgetSale',
        },
        'thread.lapsed': { target: '.browsing', actions: ['closeThread', 'forgetSale'] },
        'order.linkReady': { actions: ['rememberOrder', 'tellNews'] },
        'order.linkDelayed': { actions: ['rememberOrder', 'tellNews'] },
        'order.refused': { actions: ['rememberOrder', 'tellNews'] },
        'order.held': { actions: ['rememberOrder', 'tellNews'] },
        'order.toOrder': { actions: ['rememberOrder', 'tellNews'] },
        'order.ordered': { actions: ['rememberOrder', 'tellNews'] },
        'order.reminder': { actions: ['rememberOrder', 'tellNews'] },
        'order.lapsed': { actions: ['rememberOrder', 'tellNews'] },
        'order.holdReminder': { actions: ['rememberOrder', 'tellNews'] },
        'order.holdLapsed': { actions: ['rememberOrder', 'tellNews'] },
        'order.paymentFailed': { actions: ['rememberOrder', 'tellNews'] },
        'order.paid': { actions: ['rememberOrder', 'tellNews'] },
        'order.ready': { actions: ['rememberOrder', 'tellNews'] },
        'order.pickedUp': { actions: ['rememberOrder', 'tellNews'] },
        'order.shipped': { actions: ['rememberOrder', 'tellNews'] },
        'order.delivered': { actions: ['rememberOrder', 'tellNews'] },
        'order.cancelAsked': { actions: ['rememberOrder', 'tellNews'] },
        'order.cancelDelayed': { actions: ['rememberOrder', 'tellNews'] },
        'order.cancelled': { actions: ['rememberOrder', 'tellNews'] },
        'order.refundPending': { actions: ['rememberOrder', 'tellNews'] },
        'order.refunded': { actions: ['rememberOrder', 'tellNews'] },
        'order.refundFailed': { actions: ['rememberOrder', 'tellNews'] },
      },
    },
    ear: {
      description: 'Whether Marty is listening, thinking, or at rest.',
      initial: 'quiet',
      states: {
        quiet: {
          description: 'Nothing to answer. After long silence the thread is closed.',
          entry: 'noteAnswered',
          after: { threadLapse: { actions: 'fallSilent' } },
        },
        listening: {
          description: 'A text came; more may follow, and they get one answer together.',
          entry: 'noteListening',
          after: { settle: 'understanding' },
        },
        swamped: {
          description:
            'Texts came faster than the limits allow: all are kept, and one reply answers them when the window opens.',
          entry: ['noteListening', { type: 'tell', params: { line: 'limit.moment', kind: 'fact' } }],
          after: { limitWindow: 'understanding' },
          on: { 'text.received': { guard: 'isForMarty', actions: 'holdText' } },
        },
        understanding: {
          description: 'The brain reads everything unread and proposes one act. A new text makes it start anew.',
          invoke: {
            id: 'reply',
            src: 'composeReply',
            input: ({ context }) => ({
              stage: context.stage,
              offers: context.offers,
              chosen: context.chosen,
              found: context.found,
              elsewhere: context.elsewhere,
              orderId: context.orderId,
              threadId: context.threadId,
              sinceMs: context.listeningSinceMs ?? turn.at,
              awaySinceMs: context.awaySinceMs,
              begun: context.begun,
            }),
            onDone: [
              {
                description: 'Composed without knowing that the answer had been begun: composed anew, from there on.',
                guard: 'isUnaware',
                target: 'understanding',
                reenter: true,
              },
              { target: 'quiet', actions: ['rememberShown', 'sayBubbles', 'proposeAct'] },
            ],
            onError: {
              target: 'quiet',
              actions: { type: 'tell', params: { line: 'trouble.brain', kind: 'talk' } },
            },
          },
          on: {
            'reply.begun': {
              description: 'The first words of an answer, while the rest is being thought of. They move nothing.',
              guard: 'mayBegin',
              actions: ['rememberBegun', 'sayBegun'],
            },
          },
        },
      },
      on: {
        'text.received': [
          {
            description: 'One too many in a minute or an hour.',
            guard: 'isTooFast',
            target: '.swamped',
            actions: 'holdText',
          },
          {
            description: 'A picture or a recording without a word: a person looks at it, Marty has nothing to read.',
            guard: 'hasMediaAlone',
            actions: ['holdText', 'noteHeard', 'welcomeOnce'],
          },
          { guard: 'isForMarty', target: '.listening', actions: ['holdText', 'noteHeard', 'welcomeOnce'] },
          {
            description: 'STOP: not another word.',
            guard: { type: 'saysKeyword', params: { keyword: 'stop' } },
            target: '.quiet',
            actions: 'holdText',
          },
          { description: 'START and HELP have answers of their own.', guard: 'saysAnyKeyword', actions: 'holdText' },
          {
            description: 'The phone answered for its owner: kept, and nothing changes.',
            guard: 'isAutomatic',
            actions: 'holdText',
          },
          {
            description: 'Opted out, or a person is answering: kept, and the silence starts anew.',
            target: '.quiet',
            actions: 'holdText',
          },
        ],
        'consent.revoked': '.quiet',
        'staff.tookOver': '.quiet',
        'staff.said': '.quiet',
      },
    },
    consent: {
      description: 'Whether we may text this customer. The law asks, so nothing else decides it.',
      initial: 'subscribed',
      states: {
        subscribed: {
          description: 'They texted us; we may answer.',
          on: {
            'text.received': [
              {
                guard: { type: 'saysKeyword', params: { keyword: 'stop' } },
                target: 'optedOut',
                actions: [
                  'optOut',
                  'recordConsent',
                  { type: 'tell', params: { line: 'consent.stopped', kind: 'fact' } },
                ],
              },
              {
                guard: { type: 'saysKeyword', params: { keyword: 'help' } },
                actions: { type: 'tell', params: { line: 'consent.help', kind: 'fact' } },
              },
              {
                guard: { type: 'saysKeyword', params: { keyword: 'start' } },
                actions: [
                  'optIn',
                  'recordConsent',
                  { type: 'tell', params: { line: 'consent.started', kind: 'fact' } },
                ],
              },
            ],
            'customer.optedOut': {
              target: 'optedOut',
              actions: ['optOut', 'recordConsent', { type: 'tell', params: { line: 'consent.stopped', kind: 'fact' } }],
            },
            'consent.revoked': {
              description:
                'Learnt from their carrier, or from the record of somebody whom we forgot: told before, so nothing is confirmed.',
              target: 'optedOut',
              actions: ['optOut', 'recordConsent'],
            },
          },
        },
        optedOut: {
          description: 'They said stop, and were told so once. Nothing leaves until they say start.',
          on: {
            'text.received': [
              {
                guard: { type: 'saysKeyword', params: { keyword: 'start' } },
                target: 'subscribed',
                actions: [
                  'optIn',
                  'recordConsent',
                  { type: 'tell', params: { line: 'consent.started', kind: 'fact' } },
                ],
              },
              {
                guard: 'saysYes',
                target: 'subscribed',
                actions: [
                  'optIn',
                  'recordConsent',
                  { type: 'tell', params: { line: 'consent.started', kind: 'fact' } },
                ],
              },
              {
                guard: { type: 'saysKeyword', params: { keyword: 'help' } },
                actions: { type: 'tell', params: { line: 'consent.help', kind: 'fact' } },
              },
            ],
          },
        },
      },
    },
    notices: {
      description: 'What we tell without having been asked: by day, and not more of it than one can bear.',
      initial: 'none',
      states: {
        none: {
          description: 'Nothing waits, or what does may be told now.',
          always: [
            { guard: 'mayNotice', target: 'none', actions: 'tellNotice' },
            { guard: 'hasNotice', target: 'waiting' },
          ],
        },
        waiting: {
          description: 'Night, or enough for one day: it is told when the time has come, if it is still so.',
          always: { guard: 'hasNoNotice', target: 'none' },
          after: { noticeWindow: 'none' },
        },
      },
    },
    attention: {
      description: 'Who answers: Marty, or a person in the shop.',
      initial: 'marty',
      states: {
        marty: {
          description: 'Marty answers.',
          initial: 'alone',
          states: {
            alone: { description: 'Nobody else is needed.' },
            needed: {
              description: 'A person should look at this customer, and none has yet; Marty answers meanwhile.',
              tags: 'needsStaff',
              on: { 'staff.handedBack': { target: 'alone', actions: 'settleNeed' } },
            },
          },
          on: {
            'customer.wantsPerson': {
              target: '.needed',
              actions: { type: 'askForStaff', params: { reason: 'asked' } },
            },
            'order.cancelAsked': {
              target: '.needed',
              actions: { type: 'askForStaff', params: { reason: 'cancelAsked' } },
            },
            'customer.optedOut': {
              description: 'In doubt they are opted out, and a person looks whether they meant it.',
              guard: 'isDoubtful',
              target: '.needed',
              actions: { type: 'askForStaff', params: { reason: 'doubtfulOptOut' } },
            },
            'carrier.refused': {
              target: '.needed',
              actions: { type: 'askForStaff', params: { reason: 'undelivered' } },
            },
            'text.received': {
              guard: 'hasMedia',
              target: '.needed',
              actions: [{ type: 'askForStaff', params: { reason: 'media' } }, 'tellOfMedia'],
            },
            'staff.tookOver': { target: 'staff', actions: ['noteStaff', 'noteUnheard'] },
            'staff.said': {
              description: 'A person who speaks has taken over.',
              target: 'staff',
              actions: ['noteStaff', 'settleNeed', 'sayAsStaff'],
            },
          },
        },
        staff: {
          description: 'A person answers and Marty is silent, until they hand back or have said nothing for long.',
          tags: 'staff',
          exit: 'dismissStaff',
          after: {
            staffLease: [
              {
                description: 'They took over and left the customer waiting: somebody else is needed.',
                guard: 'isNeeded',
                target: 'marty.needed',
              },
              { target: 'marty' },
            ],
          },
          on: {
            'text.received': { guard: 'isUnheard', actions: { type: 'askForStaff', params: { reason: 'unanswered' } } },
            'order.cancelAsked': {
              guard: 'isNotNeeded',
              actions: { type: 'askForStaff', params: { reason: 'cancelAsked' } },
            },
            'carrier.refused': {
              guard: 'isNotNeeded',
              actions: { type: 'askForStaff', params: { reason: 'undelivered' } },
            },
            'staff.tookOver': { target: 'staff', reenter: true, actions: 'noteStaff' },
            'staff.said': { target: 'staff', reenter: true, actions: ['noteStaff', 'settleNeed', 'sayAsStaff'] },
            'staff.handedBack': { target: 'marty', actions: 'settleNeed' },
          },
        },
      },
    },
  },
});
