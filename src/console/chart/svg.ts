// A picture as a file of its own, with the colours of the console's light theme inside.
import type { SvgNode } from './render.ts';
import { svgNode } from './render.ts';

const style = `
.chart{font-family:ui-sans-serif,system-ui,sans-serif;background:#fffaf1}
.chart-box{fill:#fffaf1;stroke:#c9b491;stroke-width:1.2}
.chart-depth-0>.chart-box{fill:#f4ead8}.chart-depth-1>.chart-box{fill:#fffaf1}.chart-depth-2>.chart-box{fill:#f9f1e2}
.chart-inner{fill:none;stroke:#c9b491}
.chart-name{font-size:13px;font-weight:600;fill:#2a1d17}.chart-invoke{font-size:11px;fill:#6b574a}
.chart-line,.chart-first{fill:none;stroke:#8d7863;stroke-width:1.2;marker-end:url(#chart-head-plain)}
.chart-head path,.chart-dot{fill:#8d7863}
.chart-label{font-size:10.5px;fill:#6b574a}.chart-label-back{fill:#fffaf1;opacity:.85}
.is-active>.chart-box{fill:#ffdcae;stroke:#9c4312;stroke-width:2.2}
.is-walked .chart-line{stroke:#4b2f61;marker-end:url(#chart-head-walked)}.chart-head-walked path{fill:#4b2f61}
.is-taken .chart-line{stroke:#9c4312;stroke-width:2.6;marker-end:url(#chart-head-taken)}.chart-head-taken path{fill:#9c4312}
.chart-count rect{fill:#9c4312}.chart-count text{font-size:11px;font-weight:600;fill:#fffaf1}
.chart-heat-1>.chart-box{fill:#fdeed8}.chart-heat-2>.chart-box{fill:#fbdcb2}.chart-heat-3>.chart-box{fill:#f6c284}
.chart-heat-4>.chart-box{fill:#eda253}.chart-heat-5>.chart-box{fill:#df8434}
`.trim();

/** An SVG file as text. */
export function svgFile(picture: SvgNode): string {
  const [, , width = '0', height = '0'] = (picture.attributes['viewBox'] ?? '').split(' ');
  const attributes = { ...picture.attributes, width, height };
  return `${svgText({ ...picture, attributes, children: [svgNode('style', {}, style), ...picture.children] })}\n`;
}

function svgText({ name, attributes, children }: SvgNode): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const inside = children.map((child) => (typeof child === 'string' ? escaped(child) : svgText(child))).join('');
  return inside === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${inside}</${name}>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
