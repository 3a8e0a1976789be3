// Colours, as the style sheet has them. Blue is trials, the deeper the better; the colour of fire is the best.
// Told apart by people who see fewer colours, and by lightness alone: after M. Okabe and K. Ito, 2008.

const listeners = new Set();

/** The colours of now. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    paper: colour('panel'), ink: colour('ink'), muted: colour('muted'), line: colour('line'),
    fire: colour('fire'), blue: colour('blue'), soft: colour('soft'),
    scale: [1, 2, 3, 4, 5].map((step) => colour(`scale-${step}`)),
    outcome: (word) => colour(`outcome-${word}`) || colour('muted'),
    font: style.fontFamily,
  };
}

/** Calls `listener` when the colours change. */
export const onColours = (listener) => listeners.add(listener);

const changed = () => listeners.forEach((listener) => listener());
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
// Paper is white.
addEventListener('beforeprint', () => { document.documentElement.dataset.theme = 'light'; changed(); });
addEventListener('afterprint', () => { delete document.documentElement.dataset.theme; changed(); });

/** A colour of the scale for a share from 0, the worst, to 1, the best. */
export function shade(scale, share) {
  const place = Math.max(0, Math.min(1, share)) * (scale.length - 1);
  const [below, above] = [Math.floor(place), Math.ceil(place)].map((step) => parse(scale[step]));
  const mixed = below.map((part, index) => Math.round(part + (above[index] - part) * (place % 1)));
  return `rgb(${mixed.join(',')})`;
}

const parse = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** The share of a value among others, the best 1. */
export function goodness(values, goal) {
  const known = values.filter((value) => value !== null).sort((one, other) => one - other);
  if (goal === 'minimize') known.reverse();
  const places = new Map(known.map((value, index) => [value, index / Math.max(1, known.length - 1)]));
  return (value) => places.get(value) ?? 0;
}
