// Reads the text that Prometheus reads, and answers sums, maxima and quantiles of it.

type Labels = Record<string, string>;
export type Series = { name: string; labels: Labels; value: number };

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** What several processes exposed, as one. */
export class Scrape {
  constructor(private readonly series: readonly Series[]) {}

  /** Lines that are not understood are passed over: a newer server may tell more. */
  static read(...texts: string[]): Scrape {
    return new Scrape(texts.flatMap((text) => text.split('\n').flatMap((line) => seriesIn(line))));
  }

  of(name: string, labels: Labels = {}): Series[] {
    return this.series.filter(
      (one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
    );
  }

  /** For what processes count of themselves. */
  sum(name: string, labels: Labels = {}): number {
    return this.of(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** For what the database counts, which every process tells alike; null where nobody knows. */
  max(name: string, labels: Labels = {}): number | null {
    const values = this.of(name, labels).flatMap(({ value }) => (Number.isNaN(value) ? [] : [value]));
    return values.length > 0 ? Math.max(...values) : null;
  }

  /** Every value that a label of a series has. */
  values(name: string, label: string): string[] {
    return [...new Set(this.of(name).flatMap(({ labels }) => labels[label] ?? []))].sort();
  }

  /** The greatest of each state, such as `{ browsing: 3 }`. */
  greatest(name: string, label: string): Record<string, number> {
    return Object.fromEntries(
      this.values(name, label).map((value) => [value, this.max(name, { [label]: value }) ?? 0]),
    );
  }
}

/** The upper bound of the bucket that holds the quantile of what was observed between two scrapes; null for nothing. */
export function quantile(of: number, name: string, before: Scrape, after: Scrape, labels: Labels = {}): number | null {
  const bounds = after.values(`${name}_bucket`, 'le').sort((a, b) => Number(a) - Number(b));
  const upTo = (le: string) =>
    after.sum(`${name}_bucket`, { ...labels, le }) - before.sum(`${name}_bucket`, { ...labels, le });
  const all = upTo('+Inf');
  if (!(all > 0)) return null;
  const found = bounds.filter((le) => le !== '+Inf').find((le) => upTo(le) >= of * all);
  return found === undefined ? Infinity : Number(found);
}

function seriesIn(line: string): Series[] {
  const [whole, name = '', inBraces = '', value = ''] = LINE.exec(line) ?? [];
  if (whole === undefined) return [];
  const labels = [...inBraces.matchAll(LABEL)].map(([, label = '', text = '']) => [label, unescaped(text)]);
  return [{ name, labels: Object.fromEntries(labels), value: numberOf(value) }];
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
}

function numberOf(text: string): number {
  return /^[+-]?Inf$/.test(text) ? Number(`${text}inity`) : Number(text);
}
