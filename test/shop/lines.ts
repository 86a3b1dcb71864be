// How Marty's lines are told apart in a test, in both of their variants.
export const NOTICE = /reply HELP for help/;
export const SURE = /want it\?$|shall i\?$/;
export const METHOD = /should we ship|shipped, or do you want/;
export const PAY_HOW = /now by link, or should i hold|a link to pay now, or i hold/;
export const ADDRESS = /where should it go|ok, where to/;
export const READ_BACK = /so that's .+right\?|read that back/;
export const HELD = /behind the counter in your name|is on hold for you until/;
export const PAID = /paid for|arrived for/;
export const DROPPED = /nothing was charged/;
export const CANCELLED = /is cancelled$/;
export const CANCELLING = /^calling off|is being called off/;
