// Charts as SVG text that stands alone in a page: bars for each program, ratios with their samples, ranges, and lines over
// commits. Colours are classes, so that the page's style decides (and knows dark mode); numbers are in <title>s as well.

export interface Series {
  name: string;
  /** One value for each group; undefined leaves a gap. */
  values: readonly (number | undefined)[];
}

/** Text that is safe in HTML and SVG. */
export const escape_html = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

const WIDTH = 980;
const LEFT = 56;
const RIGHT = 12;
const TOP = 30;
const PLOT_HEIGHT = 260;

const px = (value: number): string => value.toFixed(1);

/** A number with as many digits as a label bears. */
export function short(value: number): string {
  if (value >= 10_000) return `${Math.round(value / 1000)}k`;
  if (value >= 100) return String(Math.round(value));
  return value >= 10 ? value.toFixed(value % 1 === 0 ? 0 : 1) : String(Number(value.toFixed(value < 0.1 ? 3 : 2)));
}

interface Scale {
  /** Value → part of the axis, 0 … 1. */
  at(value: number): number;
  ticks: number[];
}

/** From 0, ending at a round number: steps of 1, 2 or 5 times a power of ten. */
export function linear_scale(highest: number): Scale {
  const rough = Math.max(highest, 1e-9) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999)!;
  const count = Math.max(1, Math.ceil((highest / step) * 0.999));
  return { at: (value) => value / (count * step), ticks: Array.from({ length: count + 1 }, (_, i) => i * step) };
}

/** Ticks at 1, 2 and 5 times powers of ten, at powers alone if the values span more than two of them. */
export function log_scale(lowest: number, highest: number): Scale {
  const candidates: number[] = [];
  const wide = highest / lowest > 200;
  for (let e = Math.floor(Math.log10(lowest)) - 1; e <= Math.ceil(Math.log10(highest)) + 1; e++)
    for (const factor of wide ? [1] : [1, 2, 5]) candidates.push(Number((factor * 10 ** e).toPrecision(3)));
  const first = candidates.findLastIndex((tick) => tick <= lowest * 1.0001);
  const last = candidates.findIndex((tick) => tick >= highest * 0.9999);
  const ticks = candidates.slice(first, Math.max(last, first + 1) + 1);
  const [low, high] = [Math.log(ticks[0]), Math.log(ticks.at(-1)!)];
  return { at: (value) => (Math.log(value) - low) / (high - low), ticks };
}

/** Frame, horizontal grid and axis title of a chart with a vertical scale. */
function frame(
  scale: Scale,
  title: string,
  bottom: number,
  right = WIDTH - RIGHT,
): { head: string; y(value: number): number } {
  const y = (value: number) => bottom - scale.at(value) * PLOT_HEIGHT;
  const grid = scale.ticks.map(
    (tick) =>
      `<line class="grid" x1="${LEFT}" x2="${right}" y1="${px(y(tick))}" y2="${px(y(tick))}"/>` +
      `<text class="tick" x="${LEFT - 6}" y="${px(y(tick) + 3.5)}" text-anchor="end">${short(tick)}</text>`,
  );
  return { head: `<text class="axis" x="${LEFT}" y="16">${escape_html(title)}</text>${grid.join('')}`, y };
}

function svg(height: number, label: string, content: string): string {
  return (
    `<svg viewBox="0 0 ${WIDTH} ${px(height)}" role="img" aria-label="${escape_html(label)}" ` +
    `xmlns="http://www.w3.org/2000/svg">${content}</svg>\n`
  );
}

/** Names under their groups, slanted if they would touch. Returns the height that they take, too. */
function group_names(
  names: readonly string[],
  width: number,
  bottom: number,
  strong = Number.POSITIVE_INFINITY,
): { text: string; height: number } {
  const longest = Math.max(...names.map((name) => name.length)) * 6.6;
  const slanted = longest > width - 4;
  const text = names.map((name, i) => {
    const x = LEFT + (i + 0.5) * width;
    const [tx, ty] = slanted ? [x + 4, bottom + 14] : [x, bottom + 16];
    const turn = slanted ? ` transform="rotate(-38 ${px(tx)} ${px(ty)})" text-anchor="end"` : ' text-anchor="middle"';
    return `<text class="name${i >= strong ? ' strong' : ''}" x="${px(tx)}" y="${px(ty)}"${turn}>${escape_html(name)}</text>`;
  });
  return { text: text.join(''), height: slanted ? 22 + longest * 0.62 : 26 };
}

/** Colour chips with names, right-aligned at the top. */
function legend(names: readonly string[]): string {
  let x = WIDTH - RIGHT;
  const parts: string[] = [];
  for (let i = names.length - 1; i >= 0; i--) {
    x -= names[i].length * 6.8 + 8;
    parts.push(`<text class="key" x="${px(x)}" y="16">${escape_html(names[i])}</text>`);
    x -= 16;
    parts.push(`<rect class="s${i % 6}" x="${px(x)}" y="7" width="11" height="11" rx="2"/>`);
    x -= 12;
  }
  return parts.join('');
}

/**
 * Bars side by side for each group, as in the figures of the Pydgin paper. The groups from `means_from` on are set apart.
 */
export function bar_chart(
  groups: readonly string[],
  series: readonly Series[],
  title: string,
  kind: 'linear' | 'log',
  means_from = groups.length,
): string {
  const values = series.flatMap((s) => s.values.filter((value) => value !== undefined));
  const highest = Math.max(...values);
  // A bar of the lowest value must still be seen on the logarithmic scale.
  const scale = kind === 'linear' ? linear_scale(highest) : log_scale(Math.min(...values) / 1.3, highest);
  const bottom = TOP + PLOT_HEIGHT;
  const { head, y } = frame(scale, title, bottom);
  const width = (WIDTH - LEFT - RIGHT) / groups.length;
  const bar = Math.min(38, (width * 0.8) / series.length);
  const bars = groups.flatMap((group, g) =>
    series.map(({ name, values }, s) => {
      const value = values[g];
      if (value === undefined) return '';
      const x = LEFT + (g + 0.5) * width + (s - series.length / 2) * bar;
      const top = y(value);
      const label =
        bar >= 17
          ? `<text class="value" x="${px(x + bar / 2)}" y="${px(top - 3)}" text-anchor="middle">${short(value)}</text>`
          : '';
      return (
        `<rect class="s${s % 6}" x="${px(x + 0.5)}" y="${px(top)}" width="${px(bar - 1)}" height="${px(Math.max(0, bottom - top))}" rx="1.5">` +
        `<title>${escape_html(`${group}, ${name}: ${short(value)}`)}</title></rect>${label}`
      );
    }),
  );
  const x = LEFT + means_from * width;
  const divider =
    means_from < groups.length ? `<line class="divider" x1="${px(x)}" x2="${px(x)}" y1="${TOP}" y2="${bottom}"/>` : '';
  const names = group_names(groups, width, bottom, means_from);
  const content = [
    head,
    divider,
    bars.join(''),
    `<line class="base" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${bottom}" y2="${bottom}"/>`,
  ];
  return svg(bottom + names.height, title, content.join('') + names.text + legend(series.map(({ name }) => name)));
}

export interface RatioGroup {
  name: string;
  ratio?: number;
  samples: readonly number[];
}

/** Ratios as bars that rise or hang from 1, with a dot for each sample, on a logarithmic scale. */
export function ratio_chart(groups: readonly RatioGroup[], title: string, means_from = groups.length): string {
  const values = groups.flatMap(({ ratio, samples }) => [...samples, ...(ratio === undefined ? [] : [ratio])]);
  // Labels need room beyond the outermost values.
  const scale = log_scale(Math.min(0.95, Math.min(...values) / 1.2), Math.max(1.05, Math.max(...values) * 1.15));
  const bottom = TOP + PLOT_HEIGHT;
  const { head, y } = frame(scale, title, bottom);
  const width = (WIDTH - LEFT - RIGHT) / groups.length;
  const bar = Math.min(30, width * 0.5);
  const marks = groups.map(({ name, ratio, samples }, g) => {
    if (ratio === undefined) return '';
    const x = LEFT + (g + 0.5) * width;
    const [top, low] = [Math.min(y(ratio), y(1)), Math.max(y(ratio), y(1))];
    const dots = samples
      .map((sample, i) => {
        const shift = samples.length > 1 ? (i / (samples.length - 1) - 0.5) * bar * 0.6 : 0;
        return `<circle class="dot" cx="${px(x + shift)}" cy="${px(y(sample))}" r="2.2"/>`;
      })
      .join('');
    const label = ratio >= 1 ? Math.min(top, ...samples.map(y)) - 6 : Math.max(low, ...samples.map(y)) + 13;
    return (
      `<rect class="${ratio >= 1 ? 'win' : 'loss'}" x="${px(x - bar / 2)}" y="${px(top)}" width="${px(bar)}" height="${px(Math.max(1, low - top))}" rx="1.5">` +
      `<title>${escape_html(`${name}: ${ratio.toFixed(2)}`)}</title></rect>${dots}` +
      `<text class="value" x="${px(x)}" y="${px(label)}" text-anchor="middle">${ratio.toFixed(2)}</text>`
    );
  });
  const x = LEFT + means_from * width;
  const divider =
    means_from < groups.length ? `<line class="divider" x1="${px(x)}" x2="${px(x)}" y1="${TOP}" y2="${bottom}"/>` : '';
  const one = `<line class="base" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(y(1))}" y2="${px(y(1))}"/>`;
  const names = group_names(
    groups.map(({ name }) => name),
    width,
    bottom,
    means_from,
  );
  return svg(bottom + names.height, title, head + divider + marks.join('') + one + names.text);
}

/** A bar from the lowest to the highest value of each name, on a horizontal logarithmic scale. */
export function range_chart(ranges: readonly { name: string; low: number; high: number }[], title: string): string {
  const left = 110;
  const right = 60;
  const row = 34;
  const scale = log_scale(Math.min(...ranges.map(({ low }) => low)), Math.max(...ranges.map(({ high }) => high)));
  const bottom = TOP + ranges.length * row;
  const x = (value: number) => left + scale.at(value) * (WIDTH - left - right);
  const grid = scale.ticks.map(
    (tick) =>
      `<line class="grid" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="${TOP - 4}" y2="${bottom}"/>` +
      `<text class="tick" x="${px(x(tick))}" y="${bottom + 15}" text-anchor="middle">${short(tick)}</text>`,
  );
  const bars = ranges.map(({ name, low, high }, i) => {
    const middle = TOP + (i + 0.5) * row;
    return (
      `<text class="name" x="${left - 10}" y="${px(middle + 4)}" text-anchor="end">${escape_html(name)}</text>` +
      `<rect class="published" x="${px(x(low))}" y="${px(middle - 8)}" width="${px(x(high) - x(low))}" height="16" rx="3">` +
      `<title>${escape_html(`${name}: ${low} to ${high}`)}</title></rect>` +
      `<text class="value" x="${px(x(low) - 5)}" y="${px(middle + 4)}" text-anchor="end">${short(low)}</text>` +
      `<text class="value" x="${px(x(high) + 5)}" y="${px(middle + 4)}">${short(high)}</text>`
    );
  });
  const axis = `<text class="axis" x="${left}" y="14">${escape_html(title)}</text>`;
  return svg(bottom + 24, title, axis + grid.join('') + bars.join(''));
}

/** Lines over steps (commits), the first one heavy, the others thin and named at their ends. */
export function line_chart(steps: readonly string[], series: readonly Series[], title: string): string {
  const values = series.flatMap((s) => s.values.filter((value) => value !== undefined));
  const scale = log_scale(Math.min(0.95, ...values), Math.max(1.05, ...values));
  const bottom = TOP + PLOT_HEIGHT;
  const names_width = 110;
  const right = WIDTH - RIGHT - names_width;
  const { head, y } = frame(scale, title, bottom, right);
  const span = right - LEFT;
  const x = (i: number) => LEFT + 16 + (steps.length === 1 ? 0 : (i / (steps.length - 1)) * (span - 24));
  const ends: { name: string; y: number; at: number; s: number }[] = [];
  const lines = series.map(({ name, values }, s) => {
    const points = values.flatMap((value, i) => (value === undefined ? [] : [{ i, value }]));
    if (points.length === 0) return '';
    const last = points.at(-1)!;
    ends.push({ name, y: y(last.value), at: x(last.i), s });
    const style = s === 0 ? 'heavy' : 'thin';
    const path = points.map(({ i, value }, p) => `${p === 0 ? 'M' : 'L'}${px(x(i))} ${px(y(value))}`).join('');
    const dots = points.map(
      ({ i, value }) =>
        `<circle class="${style} point" cx="${px(x(i))}" cy="${px(y(value))}" r="${s === 0 ? 3.4 : 2}">` +
        `<title>${escape_html(`${name} at ${steps[i]}: ${value.toFixed(2)}`)}</title></circle>`,
    );
    return `<path class="${style}" d="${path}"/>${dots.join('')}`;
  });
  // Names keep their order and move apart until they can be read.
  ends.sort((a, b) => a.y - b.y);
  const gap = 11.5;
  const room = bottom + 8;
  ends.forEach((end, i) => (end.y = Math.max(end.y, i === 0 ? TOP : ends[i - 1].y + gap)));
  for (let i = ends.length - 1, limit = room; i >= 0; i--, limit -= gap) ends[i].y = Math.min(ends[i].y, limit);
  const labels = ends.map(
    ({ name, y, s }) =>
      `<text class="${s === 0 ? 'end strong' : 'end'}" x="${right + 8}" y="${px(y + 3.5)}">${escape_html(name)}</text>`,
  );
  const one = `<line class="base" x1="${LEFT}" x2="${right}" y1="${px(y(1))}" y2="${px(y(1))}"/>`;
  // As many commits are named as find room.
  const every = Math.ceil(steps.length / 14);
  const under = steps.map((step, i) =>
    i % every === 0 || i === steps.length - 1
      ? `<text class="name" x="${px(x(i) + 4)}" y="${bottom + 22}" transform="rotate(-38 ${px(x(i) + 4)} ${bottom + 22})" text-anchor="end">${escape_html(step)}</text>`
      : '',
  );
  return svg(bottom + 74, title, head + one + [...lines].reverse().join('') + labels.join('') + under.join(''));
}
