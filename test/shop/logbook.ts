// What the shop reported while it was open. An error is a finding; a warning may be the point of a test.
import pino from 'pino';
import type { Logger } from 'pino';
import { z } from 'zod';

const Entry = z.looseObject({ level: z.number(), msg: z.string() });
const ERROR = 50;

export class Logbook {
  readonly lines: string[] = [];
  readonly logger: Logger = pino({ level: 'debug' }, { write: (line: string) => void this.lines.push(line) });

  get errors(): string[] {
    return this.lines.filter((line) => Entry.parse(JSON.parse(line)).level >= ERROR);
  }
}
