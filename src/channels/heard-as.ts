// What is known of a text before anybody thinks about it: it goes past every limit and every person, and needs no Claude.
import type { Keyword } from '../../schema/customer.ts';
import { isAutoReply } from './auto-reply.ts';
import { keywordOf } from './keywords.ts';
import { isOptOut } from './opt-out.ts';

/** An opt-out in plain words is a STOP: the law knows no difference. What a phone says by itself is neither. */
export function heardAs(text: string): { keyword: Keyword; automatic?: true } {
  if (isAutoReply(text)) return { keyword: null, automatic: true };
  return { keyword: keywordOf(text) ?? (isOptOut(text) ? 'stop' : null) };
}
