// What is known of a text before anybody thinks about it: it goes past every limit and every person, and needs no Claude.
import type { Keyword } from '../../schema/customer.ts';
import { isAutoReply, isLabelledAutomatic } from './auto-reply.ts';
import { keywordOf } from './keywords.ts';
import { isOptOut } from './opt-out.ts';

/**
 * An opt-out in plain words is a STOP: the law knows no difference. What a phone says by itself is neither; but where a text
 * asks us to stop, only a phone that names itself is taken for one.
 */
export function heardAs(text: string): { keyword: Keyword; automatic?: true } {
  const keyword = keywordOf(text) ?? (isOptOut(text) ? 'stop' : null);
  const isAutomatic = keyword === 'stop' ? isLabelledAutomatic(text) : isAutoReply(text);
  return isAutomatic ? { keyword: null, automatic: true } : { keyword };
}
