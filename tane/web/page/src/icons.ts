// Signs drawn as lines, so that no font need have them.

const PATHS = {
  filter: 'M3 5h14M6 10h8M9 15h2',
  lasso: 'M10 3c4 0 7 2 7 5s-3 5-7 5-7-2-7-5 3-5 7-5zM6 13c-1 2 0 4 2 4',
  fit: 'M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4',
  looks: 'M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14',
  list: 'M7 5h10M7 10h10M7 15h10M3 5h.5M3 10h.5M3 15h.5',
  map: 'M3 5l5-2 4 2 5-2v12l-5 2-4-2-5 2zM8 3v12M12 5v12',
  status: 'M3 11h3l2-6 4 10 2-4h3',
  close: 'M5 5l10 10M15 5L5 15',
};

export function icon(name: keyof typeof PATHS): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [key, value] of Object.entries({ viewBox: '0 0 20 20', class: `icon i-${name}`, 'aria-hidden': 'true' })) svg.setAttribute(key, value);
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
