/** Two storage cylinders that copy to each other. */
const svg = [
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">',
  '<g fill="#1f6feb"><path d="M8 30v36c0 4 6 7 14 7s14-3 14-7V30c0 4-6 7-14 7S8 34 8 30z"/><ellipse cx="22" cy="28" rx="14" ry="6"/></g>',
  '<g fill="#2da44e"><path d="M60 30v36c0 4 6 7 14 7s14-3 14-7V30c0 4-6 7-14 7s-14-3-14-7z"/><ellipse cx="74" cy="28" rx="14" ry="6"/></g>',
  '<g fill="none" stroke="#57606a" stroke-width="3"><path d="M40 45h15m-5-5 5 5-5 5"/><path d="M56 57H41m5-5-5 5 5 5"/></g>',
  '</svg>',
].join('')

/** For catalogs. */
export const icon = {
  base64data: Buffer.from(svg, 'utf8').toString('base64'),
  mediatype: 'image/svg+xml',
} as const
