// Which tables grow by the month; schema/migrations declares them so.
import type { Partitioned } from '../../runtime/partitions.ts';

export const PARTITIONED: readonly Partitioned[] = [
  { table: 'events', column: 'at', by: 'timestamp' },
  { table: 'messages', column: 'id', by: 'uuidv7' },
];
