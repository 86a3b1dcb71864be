// The look of the local till's pages: a till receipt on a counter, in daylight and at night, from 320 pixels up.

/** Served as `/till/style.css`: the pages carry no inline style, so their policy need not allow any. */
export const STYLE = `
:root {
  --counter: #ece5d8;
  --paper: #fffdf8;
  --ink: #26211b;
  --faint: #6b6155;
  --rule: #d8cfbf;
  --accent: #5b3a8e;
  --on-accent: #ffffff;
  --demo: #f4c95d;
  --on-demo: #2b2102;
}
@media (prefers-color-scheme: dark) {
  :root {
    --counter: #17141c;
    --paper: #221e29;
    --ink: #f0eaf5;
    --faint: #b0a6bd;
    --rule: #3d3648;
    --accent: #c3a5f5;
    --on-accent: #1f1430;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100vh;
  background: var(--counter);
  color: var(--ink);
  font: 1.0625rem/1.5 ui-serif, Georgia, 'Times New Roman', serif;
}
.demo {
  margin: 0;
  padding: 0.5rem 1rem;
  background: var(--demo);
  color: var(--on-demo);
  font: 0.875rem/1.4 ui-sans-serif, system-ui, sans-serif;
  text-align: center;
}
main {
  width: min(27rem, 100% - 2rem);
  margin: clamp(1rem, 6vh, 4rem) auto;
  padding: clamp(1.25rem, 6vw, 2.25rem);
  background: var(--paper);
  border: 1px solid var(--rule);
  border-radius: 0.375rem;
  box-shadow: 0 1.5rem 3rem -2rem rgb(0 0 0 / 0.45);
}
h1 { margin: 0; font-size: 1.5rem; font-weight: 600; line-height: 1.2; text-wrap: balance; }
h1 + p { margin: 0.5rem 0 0; color: var(--faint); }
table { width: 100%; margin: 1.5rem 0; border-collapse: collapse; }
caption {
  padding-bottom: 0.5rem;
  color: var(--faint);
  font: 0.8125rem/1.4 ui-sans-serif, system-ui, sans-serif;
  text-align: left;
}
th { padding: 0.375rem 1rem 0.375rem 0; font-weight: 400; text-align: left; overflow-wrap: anywhere; }
td { padding: 0.375rem 0; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; vertical-align: top; }
tbody:first-of-type, .sums { border-top: 1px dashed var(--rule); }
.sums { color: var(--faint); }
tfoot { border-top: 2px solid var(--ink); }
tfoot th, tfoot td { padding-top: 0.625rem; font-size: 1.1875rem; font-weight: 700; }
button {
  width: 100%;
  min-height: 3.25rem;
  border: 0;
  border-radius: 0.375rem;
  background: var(--accent);
  color: var(--on-accent);
  font: 600 1.0625rem/1 ui-sans-serif, system-ui, sans-serif;
  cursor: pointer;
}
button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
a { display: inline-block; padding: 0.5rem 0; color: var(--accent); }
.small { margin: 0.75rem 0 0; color: var(--faint); font-size: 0.875rem; }
.stamp {
  display: inline-block;
  margin: 0;
  padding: 0.375rem 0.875rem;
  border: 2px solid var(--accent);
  border-radius: 0.375rem;
  color: var(--accent);
  font-weight: 700;
  rotate: -2deg;
}
`;
