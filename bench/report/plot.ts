import { linearScale, logScale, type Scale, type Span } from './scale';

export interface Axis {
  /** With its unit. */
  title: string;
  /** Whether equal steps are equal ratios. */
  log: boolean;
}

export interface Line {
  label: string;
  points: [x: number, y: number][];
}

export interface Plot {
  title: string;
  x: Axis;
  y: Axis;
  lines: Line[];
}

const WIDTH = 720;
const HEIGHT = 400;
const ACROSS: Span = { from: 70, to: WIDTH - 20 };
const UP: Span = { from: HEIGHT - 50, to: 40 };
const LEGEND_LINE = 18;
/** Told apart by people who see red and green alike, too. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7'];

/** A picture of its own, on white, so that it is read in a dark page too. */
export function svgOf({ title, x, y, lines }: Plot): string {
  const across = scaleOf(x, valuesOf(lines, 0), ACROSS);
  const up = scaleOf(y, valuesOf(lines, 1), UP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    text(WIDTH / 2, 20, title, 'middle', ' font-size="14"'),
    ...acrossAxis(across, x),
    ...upAxis(up, y),
    ...lines.flatMap((line, index) => drawn(line, colourOf(index), across, up)),
    ...lines.map(({ label }, index) => legend(label, colourOf(index), UP.to + 12 + index * LEGEND_LINE)),
    '</svg>',
    '',
  ].join('\n');
}

const scaleOf = ({ log }: Axis, values: number[], place: Span): Scale => (log ? logScale : linearScale)(values, place);
const valuesOf = (lines: Line[], axis: 0 | 1) => lines.flatMap(({ points }) => points.map((point) => point[axis]));
const colourOf = (index: number): string => COLOURS[index % COLOURS.length]!;

function acrossAxis({ at, ticks }: Scale, { title }: Axis): string[] {
  return [
    ...ticks.flatMap((tick) => [
      stroke(at(tick), UP.from, at(tick), UP.to, '#ddd'),
      text(at(tick), UP.from + 16, marked(tick), 'middle'),
    ]),
    stroke(ACROSS.from, UP.from, ACROSS.to, UP.from, '#333'),
    text((ACROSS.from + ACROSS.to) / 2, HEIGHT - 12, title, 'middle'),
  ];
}

function upAxis({ at, ticks }: Scale, { title }: Axis): string[] {
  const middle = (UP.from + UP.to) / 2;
  return [
    ...ticks.flatMap((tick) => [
      stroke(ACROSS.from, at(tick), ACROSS.to, at(tick), '#ddd'),
      text(ACROSS.from - 6, at(tick) + 4, marked(tick), 'end'),
    ]),
    stroke(ACROSS.from, UP.from, ACROSS.from, UP.to, '#333'),
    text(18, middle, title, 'middle', ` transform="rotate(-90 18 ${middle})"`),
  ];
}

function drawn({ points }: Line, colour: string, across: Scale, up: Scale): string[] {
  const places = points.map(([x, y]) => [short(across.at(x)), short(up.at(y))] as const);
  const path = places.map((place) => place.join(',')).join(' ');
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`),
  ];
}

const legend = (label: string, colour: string, y: number): string =>
  `<rect x="${ACROSS.from + 12}" y="${y - 9}" width="12" height="10" fill="${colour}"/>${text(ACROSS.from + 30, y, label)}`;

function text(x: number, y: number, what: string, anchor = 'start', more = ''): string {
  return `<text x="${short(x)}" y="${short(y)}" text-anchor="${anchor}"${more}>${escaped(what)}</text>`;
}

const stroke = (x1: number, y1: number, x2: number, y2: number, colour: string): string =>
  `<line x1="${short(x1)}" y1="${short(y1)}" x2="${short(x2)}" y2="${short(y2)}" stroke="${colour}"/>`;

/** A round number, without what adding steps up left behind its digits. */
const marked = (tick: number): string => String(Number(tick.toPrecision(6)));

const short = (place: number): string => String(Math.round(place * 10) / 10);

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (what: string): string => what.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
