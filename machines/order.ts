// One order, from its books' reservation to the reader's door. It outlives the conversation that placed it.
// No state is final: money may arrive late, and every state knows what to do with it.
import { reservedUntilMs } from './order-rules.ts';
import { orderSetup, ownRefund } from './order.setup.ts';
import { turn } from '../src/runtime/authoring.ts';

/** An order or a hold: copies are reserved for it until they are sold or given back, and its customer hears every turn of it. */
export const orderMachine = orderSetup.createMachine({
  id: 'order',
  description: 'One order or hold of one customer.',
  context: ({ input }) => ({
    orderId: input?.orderId ?? '',
    customer: input?.customer ?? '',
    lines: input?.lines ?? [],
    fulfillment: input?.fulfillment ?? 'pickup',
    addressId: input?.addressId ?? null,
    currency: input?.currency ?? 'USD',
    special: input?.special ?? false,
    revision: 1,
    state: 'draft',
    link: null,
    payment: null,
    extraPayments: [],
    extraRefundAsked: false,
    tillRefunds: [],
    reserved: false,
    reservedAgain: false,
    cancelAsked: false,
    cancelTold: false,
    heldUntilMs: null,
    tracking: null,
    concern: null,
  }),
  initial: 'draft',
  on: {
    'payment.completed': [
      { guard: 'isKnownPayment', description: 'The same payment, told twice.' },
      {
        guard: 'isPaidOnline',
        description: 'Paid twice: staff give one back.',
        actions: ['rememberExtraPayment', 'keep'],
      },
      {
        description: 'Money that is not what the link asked for: a person looks at it.',
        target: '.underReview',
        actions: ['rememberPayment', { type: 'raiseConcern', params: { concern: 'amount_mismatch' } }],
      },
    ],
    'till.calledOff': {
      description: 'Called off in the till’s dashboard: whether the money goes back is for staff to say here.',
      guard: 'isToHandOver',
      actions: [{ type: 'raiseConcern', params: { concern: 'called_off_at_till' } }, 'keep'],
    },
    'till.refunded': [
      { guard: 'isKnownRefund', description: 'The same refund, told twice.' },
      {
        guard: 'isExtraPayment',
        description: 'Of the second payment: so much less of it is to be given back.',
        actions: ['rememberTillRefund', 'reviewConcern', 'keep'],
      },
      {
        guard: 'isPaidByOther',
        description: 'Paid twice, and one of the two went back: the other pays the order.',
        actions: ['rememberTillRefund', 'payByOther', 'keep'],
      },
      {
        guard: { type: 'isWholeRefund', params: { copies: 'here' } },
        description:
          'All of the money went back, at the till’s own desk or by us with the answer lost; the copies have not left the shop.',
        target: '.refunded',
        actions: [
          'restock',
          { type: 'showAtTill', params: { step: 'calledOff' } },
          'giveBackStock',
          'settleConcern',
          'rememberTillRefund',
        ],
      },
      {
        guard: { type: 'isWholeRefund', params: { copies: 'gone' } },
        description: 'The same, of copies that are out of the shop or were never sold.',
        target: '.refunded',
        actions: ['giveBackStock', 'settleConcern', 'rememberTillRefund'],
      },
      {
        guard: 'isOwnPayment',
        description: 'A part of it: the order goes on, and staff see so.',
        actions: ['rememberTillRefund', { type: 'raiseConcern', params: { concern: 'refunded_in_part' } }, 'keep'],
      },
    ],
    'till.refundFailed': [
      {
        description: 'What went back at the till came back: it is owed again, and staff see so.',
        guard: 'isOwedAgain',
        actions: ['forgetRefund', { type: 'raiseConcern', params: { concern: 'refund_failed' } }, 'keep'],
      },
      { description: 'Told before the refund itself, which will not count.', actions: 'forgetRefund' },
    ],
    'refund.failed': [
      { guard: 'isKnownFailure', description: 'The same failure, told twice.' },
      {
        description: 'What we gave back came back: it is owed again, and staff see so.',
        guard: 'isOwedAgain',
        actions: ['forgetRefund', { type: 'raiseConcern', params: { concern: 'refund_failed' } }, 'keep'],
      },
      {
        description: 'A payment that version 3 gave back and forgot: it is owed again.',
        guard: 'isUnknownPayment',
        actions: ['forgetRefund', 'rememberOwedExtra', 'keep'],
      },
      { description: 'Told before our own work answered, or back at the till meanwhile.', actions: 'forgetRefund' },
    ],
    'xstate.done.actor.extraRefund': {
      description: 'A payment besides the order’s own is on its way back.',
      actions: ['rememberExtraRefund', 'keep'],
    },
    'xstate.error.actor.extraRefund': {
      description: 'The till would not: that payment is still here, and staff see so.',
      actions: ['giveUpExtraRefund', 'keep'],
    },
    'order.cancelRequested': {
      description: 'Paid for already: whether the money goes back is for a person to say.',
      actions: [
        { type: 'raiseConcern', params: { concern: 'cancel_asked' } },
        'keep',
        { type: 'tellCustomer', params: { news: 'order.cancelAsked' } },
      ],
    },
    'staff.settled': [
      { guard: 'isSaidOfAnother', description: 'They saw the order as it no longer is, and look again.' },
      {
        guard: 'isSettledByLooking',
        description: 'A person has looked, or has put right by hand what Marty cannot.',
        actions: ['settleConcern', 'keep'],
      },
    ],
    'staff.refunded': [
      { guard: 'isSaidOfAnother', description: 'They saw the order as it no longer is, and look again.' },
      { guard: 'isExtraRefundAsked', description: 'Under way already.' },
      { guard: 'isOwedExtra', actions: ['refundExtraPayment', 'keep'] },
      {
        description: 'The copies have not left the shop, or staff say that they are back.',
        guard: 'isToRestock',
        target: '.refundPending.refunding',
        actions: ['restock', { type: 'showAtTill', params: { step: 'calledOff' } }],
      },
      { guard: 'isPaidOnline', target: '.refundPending.refunding' },
    ],
  },
  states: {
    draft: {
      description: 'The books are being put aside and, where money comes by link, the link is being made.',
      entry: [{ type: 'noteState', params: { state: 'draft' } }, 'keep'],
      initial: 'sorting',
      states: {
        sorting: {
          description: 'Is it in the shop, or has it to be ordered?',
          always: [{ guard: 'isSpecial', target: '#order.toOrder' }, { target: 'reserving' }],
        },
        reserving: {
          description: 'We are taking the copies off the shelf.',
          invoke: {
            id: 'reservation',
            src: 'reserveStock',
            input: ({ context }) => ({
              orderId: context.orderId,
              lines: context.lines,
              untilMs: reservedUntilMs(context, turn.at),
            }),
            onDone: [
              { guard: 'isHold', target: '#order.held', actions: ['rememberReservation', 'rememberHold'] },
              { target: 'linking', actions: 'rememberReservation' },
            ],
            onError: [
              {
                guard: { type: 'wasRefused', params: { code: 'sold_out' } },
                target: '#order.refused',
                actions: { type: 'tellRefusal', params: { code: 'sold_out' } },
              },
              { target: '#order.refused', actions: { type: 'tellRefusal', params: { code: 'trouble' } } },
            ],
          },
          on: { 'order.cancelRequested': '#order.cancelled', 'staff.cancelled': '#order.cancelled' },
        },
        linking: {
          description:
            'The till is making a payment link. Called off meanwhile, it is closed as soon as it is there; when the till stays away too long, the copies go back.',
          after: {
            linkDelay: [
              {
                description: 'Called off by staff: no link will come, and the customer hears so.',
                guard: 'isToHearOfCancel',
                actions: [{ type: 'tellCustomer', params: { news: 'order.cancelDelayed' } }, 'rememberCancelTold'],
              },
              { description: 'They know that no link will come.', guard: 'wasCalledOff' },
              {
                description: 'The till is slow: the customer hears so, and that the link will come.',
                actions: { type: 'tellCustomer', params: { news: 'order.linkDelayed' } },
              },
            ],
            linkPatience: [
              { guard: 'wasCalledOff', target: '#order.cancelled', actions: 'giveBackStock' },
              {
                target: '#order.refused',
                actions: ['giveBackStock', { type: 'tellRefusal', params: { code: 'trouble' } }],
              },
            ],
          },
          invoke: {
            id: 'link',
            src: 'createPaymentLink',
            input: ({ context }) => ({
              orderId: context.orderId,
              revision: context.revision,
              lines: context.lines,
              fulfillment: context.fulfillment,
              addressId: context.addressId,
            }),
            onDone: [
              { guard: 'wasCalledOff', target: '#order.closing', actions: 'rememberLink' },
              {
                target: '#order.awaitingPayment',
                actions: ['rememberLink', { type: 'tellCustomer', params: { news: 'order.linkReady' } }],
              },
            ],
            onError: [
              { guard: 'wasCalledOff', target: '#order.cancelled', actions: 'giveBackStock' },
              {
                guard: { type: 'wasRefused', params: { code: 'price_changed' } },
                target: '#order.refused',
                actions: ['giveBackStock', { type: 'tellRefusal', params: { code: 'price_changed' } }],
              },
              {
                guard: { type: 'wasRefused', params: { code: 'sold_out' } },
                target: '#order.refused',
                actions: ['giveBackStock', { type: 'tellRefusal', params: { code: 'sold_out' } }],
              },
              {
                target: '#order.refused',
                actions: ['giveBackStock', { type: 'tellRefusal', params: { code: 'trouble' } }],
              },
            ],
          },
          on: {
            'order.cancelRequested': {
              description: 'Not before the till has answered: the customer hears that it is under way.',
              actions: [
                'rememberCancel',
                { type: 'tellCustomer', params: { news: 'order.cancelDelayed' } },
                'rememberCancelTold',
              ],
            },
            'staff.cancelled': { actions: 'rememberCancel' },
          },
        },
      },
    },
    awaitingPayment: {
      description: 'The customer has the link; the copies wait for the money.',
      entry: [{ type: 'noteState', params: { state: 'awaitingPayment' } }, 'keep'],
      initial: 'fresh',
      states: {
        fresh: { description: 'Not reminded yet.', after: { linkReminder: 'reminded' } },
        reminded: {
          description: 'Reminded once; there is no second time.',
          entry: { type: 'tellCustomer', params: { news: 'order.reminder' } },
        },
      },
      after: { linkLapse: 'closing' },
      on: {
        'payment.completed': { guard: 'isRightAmount', target: 'paid.selling', actions: 'rememberPayment' },
        'payment.failed': { actions: { type: 'tellCustomer', params: { news: 'order.paymentFailed' } } },
        'order.cancelRequested': { target: 'closing', actions: 'rememberCancel' },
        'staff.cancelled': { target: 'closing', actions: 'rememberCancel' },
      },
    },
    closing: {
      description: 'Called off or never paid: the link is closed outside before its copies go back on the shelf.',
      entry: [{ type: 'noteState', params: { state: 'closing' } }, 'keep'],
      initial: 'closingLink',
      states: {
        closingLink: {
          description: 'The till is closing the link.',
          invoke: {
            id: 'closing',
            src: 'cancelPaymentLink',
            input: ({ context }) => ({ orderId: context.orderId, linkId: context.link?.linkId ?? '' }),
            onDone: [{ guard: 'wasPaidMeanwhile', target: 'settling' }, { target: 'givingBack' }],
            onError: {
              target: 'givingBack',
              actions: { type: 'raiseConcern', params: { concern: 'link_not_cancelled' } },
            },
          },
        },
        settling: {
          description: 'It was paid before it could be closed; the till is about to say how much.',
          after: {
            settlement: {
              target: 'givingBack',
              actions: { type: 'raiseConcern', params: { concern: 'link_not_cancelled' } },
            },
          },
        },
        givingBack: {
          description: 'The copies go back on the shelf. Money that comes now waits until they are there.',
          invoke: {
            id: 'release',
            src: 'releaseStock',
            input: ({ context }) => ({ orderId: context.orderId }),
            onDone: [
              { guard: 'isPaidOnline', target: '#order.paid.honouring', actions: 'forgetReservation' },
              { guard: 'wasCalledOff', target: '#order.cancelled', actions: 'forgetReservation' },
              { target: '#order.lapsed', actions: 'forgetReservation' },
            ],
            onError: [
              {
                guard: 'isPaidOnline',
                target: '#order.underReview',
                actions: { type: 'raiseConcern', params: { concern: 'stock_unclear' } },
              },
              {
                guard: 'wasCalledOff',
                target: '#order.cancelled',
                actions: ['forgetReservation', { type: 'raiseConcern', params: { concern: 'stock_unclear' } }],
              },
              {
                target: '#order.lapsed',
                actions: ['forgetReservation', { type: 'raiseConcern', params: { concern: 'stock_unclear' } }],
              },
            ],
          },
          on: {
            'payment.completed': [
              { guard: 'isKnownPayment', description: 'The same payment, told twice.' },
              {
                guard: 'isPaidOnline',
                description: 'Paid twice: staff give one back.',
                actions: ['rememberExtraPayment', 'keep'],
              },
              { guard: 'isRightAmount', actions: ['rememberPayment', 'keep'] },
            ],
          },
        },
      },
      on: {
        'payment.completed': {
          description: 'Paid in the last second: the money wins.',
          guard: 'isRightAmount',
          target: 'paid.selling',
          actions: 'rememberPayment',
        },
        'order.cancelRequested': {
          description: 'Under way already, and the customer hears so.',
          actions: [
            'rememberCancel',
            { type: 'tellCustomer', params: { news: 'order.cancelDelayed' } },
            'rememberCancelTold',
          ],
        },
      },
      after: {
        closingDelay: [
          {
            description:
              'Called off, and not over yet: the customer hears so, once, and that they should not pay meanwhile.',
            guard: 'isToHearOfCancel',
            actions: [{ type: 'tellCustomer', params: { news: 'order.cancelDelayed' } }, 'rememberCancelTold'],
          },
          { description: 'They know so already, or have called nothing off.' },
        ],
      },
    },
    paid: {
      description: 'The money is there.',
      entry: [{ type: 'noteState', params: { state: 'paid' } }, 'keep'],
      initial: 'selling',
      states: {
        honouring: {
          description: 'The money came after the copies were given back: we try to take them off the shelf once more.',
          entry: 'rememberSecondTry',
          invoke: {
            id: 'reservation',
            src: 'reserveStock',
            input: ({ context }) => ({
              orderId: context.orderId,
              lines: context.lines,
              untilMs: reservedUntilMs(context, turn.at),
            }),
            onDone: { target: 'selling', actions: 'rememberReservation' },
            onError: [
              {
                guard: { type: 'wasRefused', params: { code: 'sold_out' } },
                target: '#order.refundPending',
                actions: { type: 'raiseConcern', params: { concern: 'sold_out_after_payment' } },
              },
              {
                target: '#order.underReview',
                actions: { type: 'raiseConcern', params: { concern: 'stock_unclear' } },
              },
            ],
          },
        },
        selling: {
          description: 'The reserved copies become sold ones.',
          invoke: {
            id: 'sale',
            src: 'sellStock',
            input: ({ context }) => ({ orderId: context.orderId }),
            onDone: {
              target: 'sold',
              actions: ['forgetReservation', { type: 'tellCustomer', params: { news: 'order.paid' } }],
            },
            onError: [
              {
                description: 'The reservation ran out before the money was accepted.',
                guard: 'mayReserveAgain',
                target: 'honouring',
              },
              {
                guard: { type: 'wasRefused', params: { code: 'sold_out' } },
                target: '#order.refundPending',
                actions: { type: 'raiseConcern', params: { concern: 'sold_out_after_payment' } },
              },
              {
                target: '#order.underReview',
                actions: { type: 'raiseConcern', params: { concern: 'stock_unclear' } },
              },
            ],
          },
        },
        sold: {
          description: 'Ours to hand over.',
          on: {
            'staff.prepared': '#order.preparing',
            'till.prepared': '#order.preparing',
            'staff.markedReady': {
              guard: { type: 'isFulfilledBy', params: { fulfillment: 'pickup' } },
              target: '#order.ready',
            },
            'staff.pickedUp': {
              guard: { type: 'isFulfilledBy', params: { fulfillment: 'pickup' } },
              target: '#order.pickedUp',
            },
            'staff.shipped': {
              guard: { type: 'isFulfilledBy', params: { fulfillment: 'shipping' } },
              target: '#order.shipped',
              actions: 'rememberTracking',
            },
            'staff.cancelled': {
              target: '#order.refundPending.refunding',
              actions: ['restock', { type: 'showAtTill', params: { step: 'calledOff' } }],
            },
          },
        },
      },
    },
    preparing: {
      description: 'Someone in the shop is packing it.',
      entry: [
        { type: 'noteState', params: { state: 'preparing' } },
        'keep',
        { type: 'showAtTill', params: { step: 'preparing' } },
      ],
      on: {
        'staff.markedReady': { guard: { type: 'isFulfilledBy', params: { fulfillment: 'pickup' } }, target: 'ready' },
        'staff.pickedUp': { guard: { type: 'isFulfilledBy', params: { fulfillment: 'pickup' } }, target: 'pickedUp' },
        'staff.shipped': {
          guard: { type: 'isFulfilledBy', params: { fulfillment: 'shipping' } },
          target: 'shipped',
          actions: 'rememberTracking',
        },
        'staff.cancelled': {
          target: 'refundPending.refunding',
          actions: ['restock', { type: 'showAtTill', params: { step: 'calledOff' } }],
        },
      },
    },
    ready: {
      description: 'Behind the counter, paid, with the customer’s name on it.',
      entry: [
        { type: 'noteState', params: { state: 'ready' } },
        'keep',
        { type: 'showAtTill', params: { step: 'ready' } },
        { type: 'tellCustomer', params: { news: 'order.ready' } },
      ],
      on: {
        'staff.pickedUp': 'pickedUp',
        'staff.cancelled': {
          target: 'refundPending.refunding',
          actions: ['restock', { type: 'showAtTill', params: { step: 'calledOff' } }],
        },
      },
    },
    pickedUp: {
      description: 'In the reader’s hands.',
      entry: [
        'tellPickedUp',
        { type: 'noteState', params: { state: 'pickedUp' } },
        'keep',
        { type: 'showAtTill', params: { step: 'handedOver' } },
      ],
      on: {
        'staff.pickedUp': {
          description: 'Its copy could not be counted off, and is tried once more.',
          guard: 'isReserved',
          target: 'collecting',
        },
        'staff.settled': [
          { guard: 'isSaidOfAnother', description: 'They saw the order as it no longer is, and look again.' },
          {
            description: 'The shelf was counted by hand: the copy is promised to nobody any more.',
            guard: 'isUncounted',
            actions: ['giveBackStock', 'settleConcern', 'keep'],
          },
        ],
      },
    },
    shipped: {
      description: 'On its way.',
      entry: [
        { type: 'noteState', params: { state: 'shipped' } },
        'keep',
        { type: 'showAtTill', params: { step: 'handedOver' } },
        { type: 'tellCustomer', params: { news: 'order.shipped' } },
      ],
      on: { 'staff.delivered': 'delivered' },
    },
    delivered: {
      description: 'At the reader’s door.',
      entry: [
        { type: 'noteState', params: { state: 'delivered' } },
        'keep',
        { type: 'tellCustomer', params: { news: 'order.delivered' } },
      ],
    },
    toOrder: {
      description: 'Not in the shop: staff are to order it from the wholesaler. Nothing is paid before it is here.',
      entry: [
        { type: 'noteState', params: { state: 'toOrder' } },
        'keep',
        { type: 'tellCustomer', params: { news: 'order.toOrder' } },
      ],
      on: {
        'staff.ordered': 'ordered',
        'staff.arrived': 'arriving',
        'staff.cancelled': {
          description: 'It cannot be had after all.',
          target: 'refused',
          actions: { type: 'tellRefusal', params: { code: 'unavailable' } },
        },
        'order.cancelRequested': 'cancelled',
      },
    },
    ordered: {
      description: 'The wholesaler has the order.',
      entry: [
        { type: 'noteState', params: { state: 'ordered' } },
        'keep',
        { type: 'tellCustomer', params: { news: 'order.ordered' } },
      ],
      on: {
        'staff.arrived': 'arriving',
        'staff.cancelled': {
          description: 'It cannot be had after all.',
          target: 'refused',
          actions: { type: 'tellRefusal', params: { code: 'unavailable' } },
        },
        'order.cancelRequested': { description: 'The copy is for the shelf when it comes.', target: 'cancelled' },
      },
    },
    arriving: {
      description: 'It has come: the copies are counted in and put behind the counter at once.',
      invoke: {
        id: 'receipt',
        src: 'receiveStock',
        input: ({ context }) => ({
          orderId: context.orderId,
          lines: context.lines,
          untilMs: reservedUntilMs(context, turn.at),
        }),
        onDone: [
          { guard: 'wasCalledOff', target: 'cancelled', actions: ['rememberReservation', 'giveBackStock'] },
          { target: 'held', actions: ['rememberReservation', 'rememberHold'] },
        ],
        onError: [
          {
            guard: 'wasCalledOff',
            target: 'cancelled',
            actions: ['giveBackStock', { type: 'raiseConcern', params: { concern: 'stock_unclear' } }],
          },
          {
            description: 'The count is for staff to mend; then they say once more that it is here.',
            target: 'awaited',
            actions: [{ type: 'raiseConcern', params: { concern: 'stock_unclear' } }, 'keep'],
          },
        ],
      },
      on: {
        'order.cancelRequested': { actions: 'rememberCancel' },
        'staff.cancelled': { actions: 'rememberCancel' },
      },
    },
    awaited: {
      description: 'It is here and could not be counted in.',
      on: {
        'staff.settled': { description: 'It is when it is counted in.' },
        'staff.arrived': { target: 'arriving', actions: 'settleConcern' },
        'staff.cancelled': { target: 'cancelled', actions: 'giveBackStock' },
        'order.cancelRequested': { target: 'cancelled', actions: 'giveBackStock' },
      },
    },
    held: {
      description: 'Behind the counter with the customer’s name on it; paid for when it is picked up.',
      entry: [
        { type: 'noteState', params: { state: 'held' } },
        'keep',
        { type: 'tellCustomer', params: { news: 'order.held' } },
      ],
      initial: 'waiting',
      states: {
        waiting: { description: 'Not reminded yet.', after: { holdReminder: 'reminded' } },
        reminded: {
          description: 'Reminded once, a day before the end.',
          entry: { type: 'tellCustomer', params: { news: 'order.holdReminder' } },
        },
      },
      after: {
        holdLapse: {
          target: 'expired',
          actions: ['giveBackStock', { type: 'tellCustomer', params: { news: 'order.holdLapsed' } }],
        },
      },
      on: {
        'staff.markedReady': {
          guard: 'isNotToldReady',
          actions: ['rememberToldReady', { type: 'tellCustomer', params: { news: 'order.ready' } }],
        },
        'staff.pickedUp': 'collecting',
        'order.cancelRequested': { target: 'cancelled', actions: 'giveBackStock' },
        'staff.cancelled': { target: 'cancelled', actions: 'giveBackStock' },
      },
    },
    collecting: {
      description: 'The customer pays at the counter; the copy leaves the stock.',
      invoke: {
        id: 'sale',
        src: 'sellStock',
        input: ({ context }) => ({ orderId: context.orderId }),
        onDone: { target: 'pickedUp', actions: ['forgetReservation', 'settleCount'] },
        onError: [
          {
            description: 'No copy is promised to it any more and none is free: staff count the shelf.',
            guard: { type: 'wasRefused', params: { code: 'sold_out' } },
            target: 'pickedUp',
            actions: ['forgetReservation', { type: 'raiseConcern', params: { concern: 'stock_unclear' } }],
          },
          {
            description: 'The book has left the shop; staff say once more that it has, or count by hand.',
            target: 'pickedUp',
            actions: { type: 'raiseConcern', params: { concern: 'stock_unclear' } },
          },
        ],
      },
      on: { 'order.cancelRequested': { description: 'Too late: it is at the till.' } },
    },
    expired: {
      description: 'The hold is over and the book is on the shelf again.',
      entry: [{ type: 'noteState', params: { state: 'expired' } }, 'keep'],
      on: { 'order.cancelRequested': { description: 'Nothing left to call off.' } },
    },
    lapsed: {
      description: 'The link was never paid and is closed.',
      entry: [
        { type: 'noteState', params: { state: 'lapsed' } },
        'keep',
        { type: 'tellCustomer', params: { news: 'order.lapsed' } },
      ],
      on: {
        'payment.completed': {
          description: 'Paid after all: honoured when there is stock.',
          guard: 'isRightAmount',
          target: 'paid.honouring',
          actions: 'rememberPayment',
        },
        'order.cancelRequested': { description: 'Nothing left to call off.' },
      },
    },
    cancelled: {
      description: 'Called off before it was paid.',
      entry: [
        { type: 'noteState', params: { state: 'cancelled' } },
        'keep',
        { type: 'tellCustomer', params: { news: 'order.cancelled' } },
      ],
      on: {
        'payment.completed': {
          description: 'Paid after all: honoured when there is stock.',
          guard: 'isRightAmount',
          target: 'paid.honouring',
          actions: 'rememberPayment',
        },
        'order.cancelRequested': { description: 'Called off already.' },
      },
    },
    refused: {
      description: 'It could not be taken: sold out, another price, or trouble. The customer has been told which.',
      entry: [{ type: 'noteState', params: { state: 'refused' } }, 'keep'],
      on: { 'order.cancelRequested': { description: 'Nothing left to call off.' } },
    },
    underReview: {
      description:
        'Money is here that a person must look at: accept it (prepared) or give it back (refunded, cancelled).',
      entry: [{ type: 'noteState', params: { state: 'underReview' } }, 'keep'],
      on: {
        'staff.prepared': [
          { guard: 'isReserved', target: 'paid.selling', actions: 'settleConcern' },
          { target: 'paid.honouring', actions: 'settleConcern' },
        ],
        'staff.cancelled': 'refundPending.refunding',
        'staff.settled': { description: 'Looking is not enough: the money is accepted, or goes back.' },
      },
    },
    refundPending: {
      description: 'The money is to go back.',
      entry: ['giveBackStock', { type: 'noteState', params: { state: 'refundPending' } }, 'keep'],
      initial: 'asked',
      states: {
        asked: {
          description: 'Waits for staff to press refund.',
          entry: { type: 'tellCustomer', params: { news: 'order.refundPending' } },
          on: { 'staff.cancelled': 'refunding' },
        },
        refunding: {
          description: 'The till is giving the money back.',
          invoke: {
            id: 'refund',
            src: 'refundPayment',
            input: ({ context }) => ownRefund(context),
            onDone: [
              { guard: 'isAllBack', target: '#order.refunded', actions: ['settleConcern', 'rememberRefund'] },
              {
                description: 'Meanwhile a part that had gone back at the till came back.',
                target: 'failed',
                actions: ['rememberRefund', { type: 'raiseConcern', params: { concern: 'refund_failed' } }],
              },
            ],
            onError: {
              target: 'failed',
              actions: { type: 'raiseConcern', params: { concern: 'refund_failed' } },
            },
          },
          on: {
            'staff.refunded': { description: 'Under way already.' },
            'refund.failed': [
              { guard: 'isKnownFailure', description: 'The same failure, told twice.' },
              {
                description: 'The bank was faster than the till’s own answer.',
                guard: 'isOwnPayment',
                target: 'failed',
                actions: ['forgetRefund', { type: 'raiseConcern', params: { concern: 'refund_failed' } }],
              },
            ],
          },
        },
        failed: {
          description: 'The till or the bank would not; staff try again or do it by hand.',
          entry: 'keep',
          on: {
            'staff.cancelled': 'refunding',
            'staff.settled': [
              { guard: 'isSaidOfAnother', description: 'They saw the order as it no longer is, and look again.' },
              {
                description:
                  'The money went back by hand, past the till or unheard of by it: whoever saw to it says so.',
                guard: 'isSaidOfThis',
                target: '#order.refunded',
                actions: ['rememberHandRefund', 'settleConcern'],
              },
            ],
            'refund.failed': { description: 'Known.', guard: 'isOwnPayment', actions: 'forgetRefund' },
          },
        },
      },
      on: {
        'order.cancelRequested': {
          description: 'The money is going back already, and who asks hears so.',
          actions: { type: 'tellCustomer', params: { news: 'order.refundPending' } },
        },
        'staff.settled': { description: 'It is when the money is back.' },
      },
    },
    refunded: {
      description: 'The money is on its way back.',
      entry: [
        { type: 'noteState', params: { state: 'refunded' } },
        'keep',
        { type: 'tellCustomer', params: { news: 'order.refunded' } },
      ],
      on: {
        'staff.refunded': [
          { guard: 'isSaidOfAnother', description: 'They saw the order as it no longer is, and look again.' },
          { guard: 'isExtraRefundAsked', description: 'Under way already.' },
          { guard: 'isOwedExtra', actions: ['refundExtraPayment', 'keep'] },
          { description: 'Done.' },
        ],
        'till.refunded': [
          { guard: 'isKnownRefund', description: 'The same refund, told twice.' },
          {
            guard: 'isOwnPayment',
            description:
              'What was asked for here had failed, of which the news is late; or a part, before the rest; or it went back by hand, too, and staff see so.',
            actions: ['rememberTillRefund', 'keep'],
          },
        ],
        'till.refundFailed': {
          description: 'What went back at the till came back: the money is owed again, and customer and staff hear so.',
          guard: 'isOwnOwedAgain',
          target: 'refundPending.failed',
          actions: [
            'forgetRefund',
            { type: 'raiseConcern', params: { concern: 'refund_failed' } },
            { type: 'tellCustomer', params: { news: 'order.refundFailed' } },
          ],
        },
        'refund.failed': {
          description: 'It came back: the money is owed again, and customer and staff hear so.',
          guard: 'isOwnOwedAgain',
          target: 'refundPending.failed',
          actions: [
            'forgetRefund',
            { type: 'raiseConcern', params: { concern: 'refund_failed' } },
            { type: 'tellCustomer', params: { news: 'order.refundFailed' } },
          ],
        },
        'order.cancelRequested': { description: 'The money went back.' },
      },
    },
  },
});
