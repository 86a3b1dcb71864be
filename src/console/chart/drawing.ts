// A chart laid out: boxes and lines with absolute coordinates in pixels. Plain data; render.ts turns it into SVG.

/** A transition from anywhere in a state to one of its inner states: words in its head, for a line would cross everything. */
export type Shortcut = { key: string; words: string; told: string };
export type Box = {
  path: string;
  key: string;
  kind: 'atomic' | 'compound' | 'parallel' | 'final';
  description: string;
  invokes: string[];
  shortcuts: Shortcut[];
  depth: number;
  x: number;
  y: number;
  width: number;
  height: number;
};
export type Point = { x: number; y: number };
export type Line = {
  /** As `arrowKey` names it; empty for the arrow out of an initial dot. */
  key: string;
  points: Point[];
  labels: string[];
  /** Middle of the label's first line; null where there is no label. */
  at: Point | null;
  /** Everything that the arrow stands for, one line each. */
  told: string;
};
/** Boxes outermost first, so that what is drawn later lies above. */
export type Drawing = { id: string; width: number; height: number; boxes: Box[]; dots: Point[]; lines: Line[] };

/** Pixels. Letters are estimated, for there is no font to measure with where this runs. */
export const TITLE = { letter: 7.4, line: 18 };
export const LABEL = { letter: 5.9, line: 14 };
export const DOT = 5;
