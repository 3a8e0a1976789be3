// The winner as a diagram: a block for each layer, as high as its map and as wide as its channels; beside it what it costs.
import { el, put, svg, table } from '../dom.js';
import { counted, figure, label, whole } from '../format.js';

export const id = 'winner';
export const title = 'The winner';

export function make() {
  const body = el('div', {});
  return {
    body,
    show({ winner }) {
      if (!winner) return false;
      const rows = winner.layers.flatMap((layer) => unfold(layer));
      put(body,
        el('p', { class: 'lead' }, `Trial ${winner.trial}: `, summary(winner)),
        winner.unknown
          ? el('p', { class: 'aside' }, `Its layers cannot be drawn: ${winner.unknown}`)
          : el('div', { class: 'network scroll', tabindex: 0, role: 'region', 'aria-label': 'The network, from the image to the classes' }, diagram(winner)),
        rows.length > 0 && el('details', { class: 'data' }, el('summary', {}, 'Layers as a table'),
          table(['layer', 'output', 'parameters', 'MACs'], rows.map(({ layer, place, on }) => [
            `${place} ${layer.name}${on}`, layer.output.join('×'),
            layer.kind === 'skip' ? '' : whole(layer.parameters), layer.kind === 'skip' ? '' : whole(layer.macs),
          ]), `Layers of trial ${winner.trial}`)),
        el('details', { class: 'data' }, el('summary', {}, 'Candidate and figures'),
          table(['parameter', 'value'], Object.entries(winner.candidate).map(([name, value]) => [name, String(value)]), `Candidate of trial ${winner.trial}`),
          table(['figure', 'value'], Object.entries(winner.figures).map(([name, value]) => [label(name), figure(name, value)]), `Figures of trial ${winner.trial}`)),
      );
      return true;
    },
  };
}

function summary({ layers, figures }) {
  const parts = [];
  if (layers.length > 0) parts.push(counted(layers.flatMap((layer) => unfold(layer)).filter(({ layer }) => layer.kind !== 'skip').length, 'layer'));
  if (figures.parameters !== undefined) parts.push(counted(figures.parameters, 'parameter'));
  if (figures.macs !== undefined) parts.push(`${whole(figures.macs)} multiply-accumulates an image`);
  return `${parts.join(', ')}.`;
}

function unfold(layer, on = '') {
  const inner = [...(layer.body ?? []).flatMap((part) => unfold(part)), ...(layer.shortcut ?? []).flatMap((part) => unfold(part, ' (on the skip)'))];
  return [...inner, { layer, place: layer.place, on }];
}

const ROW = 46;
const GAP = 14;
const LEFT = 64;
const WIDTH = 620;
const BLOCK = 268;

/** The column of blocks, from above to below. */
function diagram({ layers, trial }) {
  const rows = [];
  for (const layer of layers) {
    if (layer.kind !== 'skip') rows.push({ layer });
    else {
      const first = rows.length;
      layer.body.forEach((part) => rows.push({ layer: part }));
      rows.push({ layer, from: first });
    }
  }
  const most = Math.max(1, ...rows.map(({ layer }) => layer.kind === 'skip' ? 0 : layer.macs));
  const top = 58;
  const y = (index) => top + index * (ROW + GAP);
  const height = y(rows.length) + 40;
  const input = layers[0]?.input ?? [];
  const all = svg('svg', {
    viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height, role: 'img',
    'aria-label': `Trial ${trial} as a network: an image of ${input.join(' by ')}, then ${rows.map(({ layer }) => `${layer.name} to ${layer.output.join(' by ')}`).join('; ')}.`,
  });
  const centre = LEFT + BLOCK / 2;
  all.append(
    svg('text', { class: 'n-head', x: LEFT + BLOCK + 20, y: 16 }, 'output'),
    svg('text', { class: 'n-head', x: LEFT + BLOCK + 112, y: 16 }, 'parameters'),
    svg('text', { class: 'n-head', x: LEFT + BLOCK + 202, y: 16 }, 'MACs'),
    svg('rect', { class: 'n-end', x: centre - 62, y: 8, width: 124, height: 30, rx: 15 }),
    svg('text', { class: 'n-name', x: centre, y: 28, 'text-anchor': 'middle' }, `image ${input.join('×')}`),
    svg('line', { class: 'n-wire', x1: centre, x2: centre, y1: 38, y2: top }),
  );
  rows.forEach(({ layer, from }, index) => {
    const above = rows[index - 1]?.layer;
    if (above) all.append(svg('line', { class: 'n-wire', x1: centre, x2: centre, y1: y(index) - GAP, y2: y(index) }));
    if (above?.place !== layer.place) all.append(placeMark(layer.place, rows, index, y));
    if (from !== undefined) all.append(...skip(layer, y(from) - GAP / 2, y(index) + ROW / 2));
    all.append(...block(layer, y(index), centre), ...costs(layer, y(index), most));
  });
  const end = y(rows.length);
  all.append(
    svg('line', { class: 'n-wire', x1: centre, x2: centre, y1: end - GAP, y2: end }),
    svg('rect', { class: 'n-end', x: centre - 62, y: end, width: 124, height: 30, rx: 15 }),
    svg('text', { class: 'n-name', x: centre, y: end + 20, 'text-anchor': 'middle' }, counted(layers.at(-1).output[0], 'class').replace('classs', 'classes')),
  );
  return all;
}

/** The line with the name of a place, along its layers. */
function placeMark(place, rows, first, y) {
  let last = first;
  while (rows[last + 1]?.layer.place === place) last += 1;
  const [from, to] = [y(first), y(last) + ROW];
  const middle = (from + to) / 2;
  return svg('g', {},
    svg('line', { class: 'n-stage', x1: 26, x2: 26, y1: from, y2: to }),
    svg('text', { class: 'n-head', x: 16, y: middle, 'text-anchor': 'middle', transform: `rotate(-90 16 ${middle})` }, place));
}

function block(layer, y, centre) {
  if (layer.kind === 'skip') {
    return [
      svg('circle', { class: 'n-sum', cx: centre, cy: y + ROW / 2, r: 15 }),
      svg('path', { class: 'n-plus', d: `M${centre - 7} ${y + ROW / 2}h14M${centre} ${y + ROW / 2 - 7}v14` }),
      svg('line', { class: 'n-wire', x1: centre, x2: centre, y1: y, y2: y + ROW / 2 - 15 }),
      svg('line', { class: 'n-wire', x1: centre, x2: centre, y1: y + ROW / 2 + 15, y2: y + ROW }),
    ];
  }
  const light = ['activation', 'dropout'].includes(layer.kind);
  const inset = light ? 40 : 0;
  return [
    svg('rect', { class: `n-block n-${layer.kind}`, x: LEFT + inset, y, width: BLOCK - 2 * inset, height: ROW, rx: light ? ROW / 2 : 7 }),
    svg('text', { class: 'n-name', x: centre, y: y + ROW / 2 + 5, 'text-anchor': 'middle' }, shortened(layer.name)),
  ];
}

/** The name as far as it fits, numbers with four digits. */
function shortened(name) {
  const brief = name.replace(/\d+\.\d{5,}/g, (number) => `${+(+number).toPrecision(4)}`);
  return brief.length > 38 ? `${brief.slice(0, 37)}…` : brief;
}

function costs(layer, y, most) {
  const baseline = y + ROW / 2 + 5;
  const x = LEFT + BLOCK + 20;
  const shape = svg('text', { class: 'n-shape', x, y: baseline }, layer.output.join('×'));
  // Of a skip, what is on it: the layers beside it have rows of their own.
  const [parameters, macs] = layer.kind === 'skip' ? sums(layer.shortcut ?? []) : [layer.parameters, layer.macs];
  if (parameters + macs === 0) return [shape];
  return [
    shape,
    svg('text', { class: 'n-shape', x: x + 92, y: baseline }, whole(parameters)),
    macs > 0 && svg('text', { class: 'n-shape', x: x + 182, y: baseline }, whole(macs)),
    macs > 0 && svg('rect', { class: 'n-macs', x: x + 182, y: baseline + 6, width: Math.max(2, (macs / most) * 80), height: 4, rx: 2 }),
  ].filter(Boolean);
}

const sums = (layers) => layers.reduce(([parameters, macs], layer) => [parameters + layer.parameters, macs + layer.macs], [0, 0]);

/** The way past the layers, from before the first of them to the sum. */
function skip(layer, from, to) {
  const [inner, outer] = [LEFT + BLOCK / 2, LEFT - 16];
  const projection = layer.shortcut?.[0];
  return [
    svg('path', { class: 'n-skip', d: `M${inner} ${from} H${outer + 8} Q${outer} ${from} ${outer} ${from + 8} V${to - 8} Q${outer} ${to} ${outer + 8} ${to} H${inner - 15}` }),
    svg('text', { class: 'n-head', x: outer - 5, y: (from + to) / 2, 'text-anchor': 'middle', transform: `rotate(-90 ${outer - 5} ${(from + to) / 2})` },
      projection ? `skip: ${projection.name}` : 'skip'),
  ];
}
