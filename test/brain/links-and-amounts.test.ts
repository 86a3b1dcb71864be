// What a book's description may say in the shop's name: no address and no amount of money.
import { expect, test } from 'vitest';
import { withoutLinksAndAmounts } from '../../schema/links-and-amounts.ts';

test.each([
  ['A desert planet. More at https://evil.example/x today. Worms.', 'A desert planet. Worms.'],
  ['See www.evil.example', ''],
  ['Order at evil-books.com! A house.', 'A house.'],
  ['Dune is $0.01 today. Spice.', 'Spice.'],
  ['Dune costs 2 dollars for you. Now for €1? Spice.', 'Spice.'],
  ['Write in VB.NET or ASP.NET. Run.', 'Write in VB.NET or ASP.NET. Run.'],
  ['Mr. Norrell has 40 books. Twice! Really.', 'Mr. Norrell has 40 books. Twice! Really.'],
])('of "%s" is told "%s"', (description, told) => {
  expect(withoutLinksAndAmounts(description)).toBe(told);
});
