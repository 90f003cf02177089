// Line charts with logarithmic axes as one SVG: straight lines are powers, so that a bend shows.

const [WIDTH, HEIGHT] = [460, 380];
const MARGIN = { left: 60, right: 20, top: 40, bottom: 110 };
// Okabe and Ito's colours, which people who see colours differently tell apart.
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

/**
 * @param {Array<{ title: string, lines: Array<{ name: string, points: Array<[number, number]> }> }>} charts
 * @returns {string} SVG with the charts side by side
 */
export function picture(charts) {
  const parts = charts.map((chart, index) => `<g transform="translate(${index * WIDTH} 0)">${drawn(chart)}</g>`);
  const size = [charts.length * WIDTH, HEIGHT];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}" viewBox="0 0 ${size.join(" ")}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
${parts.join("\n")}
</svg>
`;
}

function drawn({ title, lines }) {
  const points = lines.flatMap((line) => line.points);
  const x = axis(points.map(([x]) => x), MARGIN.left, WIDTH - MARGIN.right);
  const y = axis(points.map(([, y]) => y), HEIGHT - MARGIN.bottom, MARGIN.top);
  const grid = [
    ...x.ticks.map((tick) => `${line(x.at(tick), y.from, x.at(tick), y.to, "#ddd")}${label(x.at(tick), y.from + 16, "middle", tick)}`),
    ...y.ticks.map((tick) => `${line(x.from, y.at(tick), x.to, y.at(tick), "#ddd")}${label(x.from - 6, y.at(tick) + 4, "end", tick)}`),
  ];
  const curves = lines.map(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const path = points.map(([px, py]) => `${x.at(px).toFixed(1)},${y.at(py).toFixed(1)}`).join(" ");
    const legend = HEIGHT - MARGIN.bottom + 36 + index * 16;
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${line(x.from, legend - 4, x.from + 18, legend - 4, colour, 2)}${text(x.from + 24, legend, "start", name)}`;
  });
  return [text(x.from, 24, "start", title, "bold"), ...grid, ...curves].join("");
}

/** From whole power of ten to whole power of ten. */
function axis(values, from, to) {
  const [least, most] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  const powers = Math.max(1, most - least);
  const ticks = Array.from({ length: powers + 1 }, (_, index) => 10 ** (least + index));
  return { from, to, ticks, at: (value) => from + ((Math.log10(value) - least) / powers) * (to - from) };
}

function line(x1, y1, x2, y2, colour, width = 1) {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}" stroke-width="${width}"/>`;
}

function label(x, y, anchor, tick) {
  return text(x, y, anchor, tick >= 1 ? tick.toLocaleString("en") : String(tick));
}

function text(x, y, anchor, words, weight = "normal") {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-weight="${weight}">${words}</text>`;
}
