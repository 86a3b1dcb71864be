import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareShares, fisherP } from '../../src/cli/shop/numbers/two-shares.ts';

describe('two shares', () => {
  test("give the p of Fisher's own cups of tea, and of tables that textbooks print", () => {
    // One-sided 0.2429 of the tea; two-sided both tails are alike: 0.4857.
    expect(fisherP({ hits: 3, all: 4 }, { hits: 1, all: 4 })).toBeCloseTo(0.4857, 4);
    // R: fisher.test(matrix(c(10, 3, 2, 15), 2))
    expect(fisherP({ hits: 10, all: 12 }, { hits: 3, all: 18 })).toBeCloseTo(0.0005367, 6);
    expect(fisherP({ hits: 5, all: 50 }, { hits: 5, all: 50 })).toBeCloseTo(1, 9);
  });

  test("give Newcombe's interval of a difference", () => {
    // Newcombe 1998, method 10: 56/70 and 48/80 differ by 0.2, 0.0524 to 0.3339.
    const compared = compareShares({ hits: 48, all: 80 }, { hits: 56, all: 70 });
    expect(compared?.difference).toBeCloseTo(0.2, 9);
    expect(compared?.low).toBeCloseTo(0.0524, 4);
    expect(compared?.high).toBeCloseTo(0.3339, 4);
  });

  test('nobody cannot be compared with anybody', () => {
    expect(compareShares({ hits: 0, all: 0 }, { hits: 1, all: 2 })).toBeNull();
  });

  test('it does not matter which comes first, and p is a probability', () => {
    const share = fc.nat(60).chain((all) => fc.record({ hits: fc.nat(all), all: fc.constant(all) }));
    fc.assert(
      fc.property(share, share, (a, b) => {
        const p = fisherP(a, b);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(fisherP(b, a)).toBeCloseTo(p, 9);
      }),
    );
  });
});
